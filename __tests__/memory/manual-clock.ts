import type { Clock } from '../../src/server/core/clock';

/** Time that stands still until a test lets it pass. */
export class ManualClock implements Clock {
  private now = 1_000;
  private ids = 0;
  private readonly sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();

  wall(): number {
    return 1_700_000_000_000 + this.now;
  }

  monotonic(): number {
    return this.now;
  }

  newId(): string {
    this.ids += 1;
    return `id-${this.ids}`;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || ms <= 0) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { until: this.now + ms, wake };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', wake);
    });
  }

  timeout(ms: number): AbortSignal {
    const controller = new AbortController();
    void this.sleep(ms).then(() => controller.abort());
    return controller.signal;
  }

  /** Lets time pass and wakes those whose time has come. */
  pass(ms: number): void {
    this.now += ms;
    for (const sleeper of this.sleepers) {
      if (sleeper.until <= this.now) sleeper.wake();
    }
  }
}
