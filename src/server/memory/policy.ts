import type { Clock } from '../core/clock';
import type { PolicyStore, StoredPolicy } from '../ports';

/** For a database that only one process can use; what is stored here ends with the process. */
export class MemoryPolicy implements PolicyStore {
  private stored: StoredPolicy | undefined;
  private ownSecret: string | undefined;
  private readonly used = new Map<string, number>();
  private readonly texts = new Map<string, { readonly text: string; readonly at: number }>();

  constructor(private readonly clock: Clock) {}

  async read(): Promise<StoredPolicy | undefined> {
    return Promise.resolve(this.stored);
  }

  async write(next: StoredPolicy): Promise<'written' | 'moved'> {
    await Promise.resolve();
    if ((this.stored?.revision ?? 0) !== next.revision - 1) return 'moved';
    this.stored = { ...next };
    return 'written';
  }

  async secret(offer: string): Promise<string> {
    return Promise.resolve((this.ownSecret ??= offer));
  }

  async useOnce(id: string, ms: number): Promise<boolean> {
    await Promise.resolve();
    const now = this.clock.monotonic();
    for (const [known, at] of this.used) if (now - at > ms) this.used.delete(known);
    if (this.used.has(id)) return false;
    this.used.set(id, now);
    return true;
  }

  async keep(id: string, text: string, ms: number): Promise<void> {
    await Promise.resolve();
    const now = this.clock.monotonic();
    for (const [known, { at }] of this.texts) if (now - at > ms) this.texts.delete(known);
    if (!this.texts.has(id)) this.texts.set(id, { text, at: now });
  }

  async kept(id: string): Promise<string | undefined> {
    return Promise.resolve(this.texts.get(id)?.text);
  }
}
