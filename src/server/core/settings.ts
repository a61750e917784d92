import type { NodeRef } from '../../shared/domain';
import { readBackupPolicy, type BackupPolicy } from './backup-policy';
import { readNewsSettings, type NewsSettings } from './news-settings';

/** Durations are milliseconds. Section 9 of the contract gives the defaults. */
export interface Timings {
  /** How long a lease lives without renewal. */
  readonly leaseTtl: number;
  /** How often the holder renews it. */
  readonly leaseRenew: number;
  /** The holder stops after this time without a successful renewal, by its own clock. */
  readonly leaseGiveUp: number;
  /** How often an idle node reports and looks at the record. */
  readonly tick: number;
  /** The same while an operation runs. */
  readonly busyTick: number;
  /** A node that has not reported for so long is no longer in the roster. */
  readonly nodeTtl: number;
  /** Until when every node must have drained. */
  readonly drainDeadline: number;
  /** Until when the guard in the database must be free. */
  readonly guardDeadline: number;
  /** Until when the other nodes must serve again after the work. */
  readonly reloadDeadline: number;
  /** Until when one command to Redis must be answered. */
  readonly commandTimeout: number;
  /** After `ready` has begun to answer 503, API work is still taken for so long: balancers need time to notice. */
  readonly drainGrace: number;
  /** How long a request may wait for this node to serve again, instead of being refused. */
  readonly holdLimit: number;
}

/** Durations that may be 0: then there is none. */
const MAY_BE_NONE: readonly (keyof Timings)[] = ['drainGrace', 'holdLimit'];

/**
 * What an operation does about background work that has begun and cannot be paused. `wait`: until the drain deadline, then
 * it gives up. `abort`: it gives up at once. `go-on`: at the deadline it goes on without that work, which is cut off.
 */
export const BACKGROUND_POLICIES = ['wait', 'abort', 'go-on'] as const;
export type BackgroundPolicy = (typeof BACKGROUND_POLICIES)[number];

export interface Settings {
  readonly enabled: boolean;
  readonly redisUrl: string | undefined;
  /** All keys of one app live under this name and in one hash slot. */
  readonly namespace: string;
  readonly node: NodeRef;
  readonly reload: 'in-process' | 'exit';
  readonly background: BackgroundPolicy;
  readonly backups: BackupPolicy;
  readonly timings: Timings;
  /** How many requests may wait at a time. */
  readonly holdSeats: number;
  /** Whether those who wait are refused as soon as another node serves: a balancer in front sends them there. */
  readonly holdHandover: boolean;
  /** Who opens the nodes after an upgrade to another version: the leader itself, or somebody who has looked at it. */
  readonly verify: 'automatic' | 'person';
  /** Asked of the leader's own app after an upgrade, before any node serves. */
  readonly checks: readonly OwnCheck[];
  readonly news: NewsSettings;
  /** JSON of a policy, or the path of a file that holds it; undefined: what is stored in the database counts. */
  readonly policy: string | undefined;
  /** What a scrape of `:metrics` has to carry; undefined: anybody may ask. A secret. */
  readonly metricsToken?: string;
}

/** A path of this server, and the status that it has to answer with. */
export interface OwnCheck {
  readonly path: string;
  readonly status: number;
}

export type SettingsOutcome =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[]; readonly settings: Settings };

/** One day: timers of Node.js fire at once for values beyond 24 days. */
const LONGEST = 86_400_000;

export const PREFIX = 'CLUSTER_MAINTENANCE_';

export const TIMING_VARIABLES: Record<keyof Timings, { variable: string; fallback: number }> = {
  leaseTtl: { variable: 'LEASE_TTL_MS', fallback: 15_000 },
  leaseRenew: { variable: 'LEASE_RENEW_MS', fallback: 5_000 },
  leaseGiveUp: { variable: 'LEASE_GIVE_UP_MS', fallback: 10_000 },
  tick: { variable: 'TICK_MS', fallback: 1_000 },
  busyTick: { variable: 'BUSY_TICK_MS', fallback: 200 },
  nodeTtl: { variable: 'NODE_TTL_MS', fallback: 10_000 },
  drainDeadline: { variable: 'DRAIN_DEADLINE_MS', fallback: 30_000 },
  guardDeadline: { variable: 'GUARD_DEADLINE_MS', fallback: 10_000 },
  reloadDeadline: { variable: 'RELOAD_DEADLINE_MS', fallback: 120_000 },
  commandTimeout: { variable: 'COMMAND_TIMEOUT_MS', fallback: 4_000 },
  drainGrace: { variable: 'DRAIN_GRACE_MS', fallback: 0 },
  holdLimit: { variable: 'HOLD_MS', fallback: 30_000 },
};

/** Clients, balancers and their users give up before that. */
const LONGEST_HOLD = 120_000;
const SEATS = 5_000;

/** One sentence per impossible combination. Order matters only for reading. */
const RULES: readonly { readonly broken: (t: Timings) => boolean; readonly say: (t: Timings) => string }[] = [
  {
    broken: (t) => t.leaseTtl < 3_000,
    say: (t) => `${PREFIX}LEASE_TTL_MS is ${t.leaseTtl}: a lease under 3000 ms is lost by any pause of a node.`,
  },
  {
    broken: (t) => t.leaseGiveUp > (t.leaseTtl * 2) / 3 + 1,
    say: (t) =>
      `${PREFIX}LEASE_GIVE_UP_MS is ${t.leaseGiveUp}: a holder must stop before others may start, so at most two thirds of the lease (${Math.floor((t.leaseTtl * 2) / 3)}).`,
  },
  {
    broken: (t) => t.leaseRenew * 2 > t.leaseGiveUp,
    say: (t) =>
      `${PREFIX}LEASE_RENEW_MS is ${t.leaseRenew}: one lost renewal must not end an operation, so at most half of the give-up time (${Math.floor(t.leaseGiveUp / 2)}).`,
  },
  {
    broken: (t) => t.commandTimeout >= t.leaseGiveUp,
    say: (t) =>
      `${PREFIX}COMMAND_TIMEOUT_MS is ${t.commandTimeout}: it must be shorter than the give-up time (${t.leaseGiveUp}), or a silent Redis goes unnoticed.`,
  },
  {
    broken: (t) => t.commandTimeout < t.leaseGiveUp && t.leaseRenew + t.commandTimeout >= t.leaseGiveUp,
    say: (t) =>
      `${PREFIX}COMMAND_TIMEOUT_MS is ${t.commandTimeout}: with the pause between renewals (${t.leaseRenew}) it must be shorter than the give-up time (${t.leaseGiveUp}), or one silent renewal ends an operation.`,
  },
  {
    broken: (t) => t.nodeTtl < t.tick * 3,
    say: (t) =>
      `${PREFIX}NODE_TTL_MS is ${t.nodeTtl}: a node must miss at least three reports (${t.tick * 3} ms) before it leaves the roster.`,
  },
  {
    broken: (t) => t.busyTick > t.tick,
    say: (t) => `${PREFIX}BUSY_TICK_MS is ${t.busyTick}: it cannot be longer than ${PREFIX}TICK_MS (${t.tick}).`,
  },
  {
    broken: (t) => t.drainDeadline <= t.tick,
    say: (t) =>
      `${PREFIX}DRAIN_DEADLINE_MS is ${t.drainDeadline}: nodes need at least one report (${t.tick} ms) to hear of a drain.`,
  },
  {
    broken: (t) => t.drainGrace > t.drainDeadline / 2,
    say: (t) =>
      `${PREFIX}DRAIN_GRACE_MS is ${t.drainGrace}: what is under way needs time to end, too, so at most half of the drain deadline (${t.drainDeadline / 2}).`,
  },
  {
    broken: (t) => t.holdLimit > LONGEST_HOLD,
    say: (t) => `${PREFIX}HOLD_MS is ${t.holdLimit}: no client waits so long; at most ${LONGEST_HOLD}.`,
  },
];

/** What the environment is derived from; everything that is not a variable comes from the caller. */
export interface SettingsSource {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly bootId: string;
  readonly hostname: string;
  /** Names the app among others on the same Redis; equal on all its nodes. */
  readonly namespace: string;
}

export function readSettings(source: SettingsSource): SettingsOutcome {
  const { env } = source;
  const problems: string[] = [];
  const timings = readTimings(env, problems);
  if (problems.length === 0) problems.push(...RULES.filter((rule) => rule.broken(timings)).map((r) => r.say(timings)));
  const settings: Settings = {
    enabled: readSwitch(env, problems),
    redisUrl: env[`${PREFIX}REDIS_URL`] || env.REDIS_URL || undefined,
    namespace: source.namespace,
    node: { bootId: source.bootId, name: env[`${PREFIX}NODE_NAME`]?.trim() || defaultName(source) },
    reload: readReload(env, problems),
    background: readBackground(env, problems),
    backups: readBackups(env, problems),
    timings,
    holdSeats: readSeats(env, problems),
    holdHandover: readHandover(env, problems),
    verify: readVerify(env, problems),
    checks: readChecks(env, problems),
    news: readNewsSettings(env, problems),
    policy: env[`${PREFIX}POLICY`]?.trim() || undefined,
    ...readMetricsToken(env),
  };
  return problems.length === 0 ? { ok: true, settings } : { ok: false, problems, settings };
}

function readTimings(env: SettingsSource['env'], problems: string[]): Timings {
  const read = (key: keyof Timings): number => {
    const { variable, fallback } = TIMING_VARIABLES[key];
    const text = env[PREFIX + variable]?.trim();
    if (!text) return fallback;
    const value = /^\d+$/.test(text) ? Number(text) : 0;
    if (value > 0 && value <= LONGEST) return value;
    if (text === '0' && MAY_BE_NONE.includes(key)) return 0;
    problems.push(
      value > LONGEST
        ? `${PREFIX}${variable} is ${text}: nothing may take longer than a day (${LONGEST}).`
        : `${PREFIX}${variable} is "${text}": give a whole number of milliseconds above 0.`,
    );
    return fallback;
  };
  return Object.fromEntries(Object.keys(TIMING_VARIABLES).map((key) => [key, read(key as keyof Timings)])) as Record<
    keyof Timings,
    number
  >;
}

function readSwitch(env: SettingsSource['env'], problems: string[]): boolean {
  const text = env.CLUSTER_MAINTENANCE?.trim().toLowerCase() ?? '';
  if (text !== '' && text !== 'on' && text !== 'off') {
    problems.push(`CLUSTER_MAINTENANCE is "${text}": it takes "off", or nothing.`);
  }
  return text !== 'off';
}

function readReload(env: SettingsSource['env'], problems: string[]): Settings['reload'] {
  const text = env[`${PREFIX}RELOAD`]?.trim() || 'in-process';
  if (text === 'in-process' || text === 'exit') return text;
  problems.push(`${PREFIX}RELOAD is "${text}": it takes "in-process" or "exit".`);
  return 'in-process';
}

function readBackground(env: SettingsSource['env'], problems: string[]): BackgroundPolicy {
  const text = env[`${PREFIX}BACKGROUND`]?.trim() || 'wait';
  const known = BACKGROUND_POLICIES.find((policy) => policy === text);
  if (!known) problems.push(`${PREFIX}BACKGROUND is "${text}": it takes "wait", "abort" or "go-on".`);
  return known ?? 'wait';
}

function readBackups(env: SettingsSource['env'], problems: string[]): BackupPolicy {
  const names = { before: `${PREFIX}BACKUP_BEFORE`, maxAge: `${PREFIX}BACKUP_MAX_AGE` };
  return readBackupPolicy(env[names.before], env[names.maxAge]?.trim(), names, problems);
}

function readSeats(env: SettingsSource['env'], problems: string[]): number {
  const text = env[`${PREFIX}HOLD_MOST`]?.trim();
  if (!text) return SEATS;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  problems.push(`${PREFIX}HOLD_MOST is "${text}": give the number of requests that may wait at a time.`);
  return SEATS;
}

function readHandover(env: SettingsSource['env'], problems: string[]): boolean {
  const text = env[`${PREFIX}HOLD_HANDOVER`]?.trim().toLowerCase() || 'off';
  if (text !== 'on' && text !== 'off') problems.push(`${PREFIX}HOLD_HANDOVER is "${text}": it takes "on" or "off".`);
  return text === 'on';
}

function readVerify(env: SettingsSource['env'], problems: string[]): Settings['verify'] {
  const text = env[`${PREFIX}VERIFY`]?.trim().toLowerCase() || 'automatic';
  if (text === 'automatic' || text === 'person') return text;
  problems.push(`${PREFIX}VERIFY is "${text}": it takes "automatic" or "person".`);
  return 'automatic';
}

/** `/api/app:getLang=200, /api/orders:list=401`; without a status 200 is meant. */
function readChecks(env: SettingsSource['env'], problems: string[]): readonly OwnCheck[] {
  const words = (env[`${PREFIX}CHECKS`] ?? '').split(',').map((word) => word.trim());
  return words.filter(Boolean).flatMap((word) => {
    const [, path, status = '200'] = /^(\/\S*?)(?:=(\d{3}))?$/.exec(word) ?? [];
    if (path !== undefined) return [{ path, status: Number(status) }];
    problems.push(
      `${PREFIX}CHECKS has "${word}": give paths that begin with /, each with =STATUS, with commas between.`,
    );
    return [];
  });
}

function readMetricsToken(env: SettingsSource['env']): Pick<Settings, 'metricsToken'> {
  const metricsToken = env[`${PREFIX}METRICS_TOKEN`]?.trim();
  return metricsToken ? { metricsToken } : {};
}

function defaultName({ env, hostname }: SettingsSource): string {
  const port = env.APP_PORT ? `:${env.APP_PORT}` : '';
  // PM2's cluster mode runs several processes behind one port.
  const process = env.NODE_APP_INSTANCE ? `#${env.NODE_APP_INSTANCE}` : '';
  return `${hostname}${port}${process}`;
}
