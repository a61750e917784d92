import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../core/clock';
import type { Person } from '../../maintenance/manual';
import type { PolicyStore } from '../../ports';
import type { BoundRequest } from './contract';

export interface ConfirmationDeps {
  readonly store: PolicyStore;
  readonly clock: Clock;
  /** Equal on all nodes of the app; empty: they agree on one in the database. */
  readonly appSecret: string;
  /** Tells the apps apart that share a secret. */
  readonly namespace: string;
}

/** How long an answer that asks is worth something, in milliseconds. */
export const CONFIRM_WITHIN = 10 * 60_000;
/** Used ones are remembered for longer, because the clock of whoever issued it may be wrong. */
const REMEMBERED = CONFIRM_WITHIN * 3;

const SECRET_BYTES = 12;

/**
 * The `confirm` of an answer: whoever sends it back has seen the answer to exactly this request, a few minutes ago. Nothing
 * in it is believed before its seal was looked at.
 */
export class Confirmations {
  private ownKey: Promise<Buffer> | undefined;

  constructor(private readonly deps: ConfirmationDeps) {}

  async seal(request: BoundRequest): Promise<string> {
    const time = Math.floor(this.deps.clock.wall() + CONFIRM_WITHIN).toString(36);
    const nonce = this.deps.clock.newId().replaceAll('-', '');
    return [time, nonce, macOf(await this.key(), time, nonce, request)].join('.');
  }

  /** Whether it was given for this request, by this person, and its time is not over. Changes nothing. */
  async fits(confirm: string, request: BoundRequest): Promise<boolean> {
    const [time, nonce, mac, ...more] = confirm.split('.');
    if (!time || !nonce || !mac || more.length > 0 || !this.isDue(time)) return false;
    return isEqual(mac, macOf(await this.key(), time, nonce, request));
  }

  /** True once in the whole cluster for each that fits. */
  async use(confirm: string): Promise<boolean> {
    return this.deps.store.useOnce(`confirm ${confirm.split('.')[1] ?? ''}`, REMEMBERED);
  }

  /** So that it can be approved, or done later, by its `confirm` alone. Only for what can be kept. */
  async keep(confirm: string, request: BoundRequest): Promise<void> {
    if (!request.exact) return;
    await this.deps.store.keep(confirm, encrypted(await this.key(), JSON.stringify(request)), REMEMBERED);
  }

  /** The request that this was given for, to the same person; undefined: it counts no more, or never did. */
  async read(confirm: string, person: Pick<Person, 'identity'>): Promise<BoundRequest | undefined> {
    const kept = await this.deps.store.kept(confirm);
    const text = kept === undefined ? undefined : decrypted(await this.key(), kept);
    if (text === undefined) return undefined;
    const request = JSON.parse(text) as BoundRequest;
    return request.person.identity === person.identity && (await this.fits(confirm, request)) ? request : undefined;
  }

  private isDue(time: string): boolean {
    const left = parseInt(time, 36) - this.deps.clock.wall();
    return left > 0 && left <= CONFIRM_WITHIN * 2;
  }

  private key(): Promise<Buffer> {
    const made = (this.ownKey ??= this.makeKey());
    made.catch(() => (this.ownKey = undefined));
    return made;
  }

  /** Without a secret of the app all nodes take the one that was offered first. */
  private async makeKey(): Promise<Buffer> {
    const { appSecret, namespace, store, clock } = this.deps;
    const secret = appSecret === '' ? await store.secret(clock.newId() + clock.newId()) : appSecret;
    return createHmac('sha256', secret).update(`cluster-maintenance confirm ${namespace}`).digest();
  }
}

function macOf(key: Buffer, time: string, nonce: string, { person, action, hash }: BoundRequest): string {
  const bound = JSON.stringify([time, nonce, person.identity, action, hash]);
  return createHmac('sha256', key).update(bound).digest('base64url');
}

/** As texts: the last letter of a seal may be written in several ways that mean the same bytes. */
function isEqual(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** What people send may hold passwords, and this stands in the database for a while. */
function encrypted(secret: Buffer, text: string): string {
  const key = keepingKey(secret);
  const iv = createHmac('sha256', key).update(text).digest().subarray(0, SECRET_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
}

function decrypted(secret: Buffer, sealed: string): string | undefined {
  const key = keepingKey(secret);
  try {
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, SECRET_BYTES));
    decipher.setAuthTag(bytes.subarray(SECRET_BYTES, SECRET_BYTES + 16));
    const body = bytes.subarray(SECRET_BYTES + 16);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Another one than that of the seals: each key has one purpose. */
function keepingKey(secret: Buffer): Buffer {
  return createHmac('sha256', secret).update('kept requests').digest();
}
