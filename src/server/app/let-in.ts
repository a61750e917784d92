import { createHmac, timingSafeEqual } from 'node:crypto';

/** The cookie of an admin who was let in. */
const COOKIE = 'cluster_maintenance';
/** The longest that one is worth, in milliseconds. */
export const LONGEST_PASS = 15 * 60_000;

/** A key for this one purpose, from the secret that all nodes of an app share. */
export function passKey(appSecret: string): string {
  return createHmac('sha256', appSecret).update('cluster-maintenance let-in').digest('hex');
}

/** What lets its bearer through during this very operation, until then: milliseconds since 1970. */
export function sealPass(key: string, operationId: string, until: number): string {
  const time = Math.floor(until).toString(36);
  return `${time}.${macOf(key, operationId, time)}`;
}

/** Whether a request with these cookies may go on. Nothing in it is believed before its seal was looked at. */
export function admitsPass(key: string, cookies: string | undefined, operationId: string, now: number): boolean {
  const [time, mac, ...more] = (passIn(cookies ?? '') ?? '').split('.');
  if (!time || !mac || more.length > 0 || !isEqual(mac, macOf(key, operationId, time))) return false;
  const left = parseInt(time, 36) - now;
  // The clock of whoever issued it may be wrong.
  return left > 0 && left <= LONGEST_PASS * 2;
}

export function passCookie(pass: string, ms: number, secure: boolean): string {
  const seconds = Math.max(1, Math.floor(ms / 1000));
  const safe = secure ? '; Secure' : '';
  return `${COOKIE}=${pass}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${safe}`;
}

function passIn(cookies: string): string | undefined {
  const mine = cookies
    .split(';')
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${COOKIE}=`));
  return mine?.slice(COOKIE.length + 1);
}

function macOf(key: string, operationId: string, time: string): string {
  return createHmac('sha256', key).update(`${operationId}\n${time}`).digest('base64url');
}

function isEqual(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
