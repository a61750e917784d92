import { SETTING_GROUPS, type SettingGroup, type SettingView } from '../../shared/settings-view';
import { PREFIX, TIMING_VARIABLES, type Settings, type Timings } from './settings';

type Env = Readonly<Record<string, string | undefined>>;

const MINUTE = 60_000;
const MASK = '***';

/** Timings that belong to another group than their like. */
const TIMING_GROUPS: Partial<Record<keyof Timings, SettingGroup>> = { holdLimit: 'holding', drainGrace: 'holding' };

/** Variables that one falls back to. */
const FALLBACKS: Readonly<Record<string, string>> = { [`${PREFIX}REDIS_URL`]: 'REDIS_URL' };

/**
 * The settings that are in force, each with the variable that decides it and whether it has. A value that was refused is
 * not in force: what is shown is the default then, and a sentence elsewhere says why. `mask` hides secrets.
 */
export function settingsView(settings: Settings, env: Env, mask: (text: string) => string): readonly SettingView[] {
  const all = [ofNode, ofTimings, ofHolding, ofSafety, ofNews].flatMap((part) => part(settings));
  return SETTING_GROUPS.flatMap((group) => all.filter((view) => view.group === group)).map((view) => {
    const setBy = [view.variable, FALLBACKS[view.variable] ?? ''].find((name) => isSet(env, name));
    const value = typeof view.value === 'string' ? mask(view.value) : view.value;
    return { ...view, value, ...(setBy === undefined ? {} : { setBy }) };
  });
}

function isSet(env: Env, name: string): boolean {
  return (env[name]?.trim() ?? '') !== '';
}

function ofNode({ enabled, redisUrl, node, reload, background, metricsToken }: Settings): SettingView[] {
  const view = (variable: string, value: string): SettingView => ({ variable, group: 'node', value });
  return [
    view('CLUSTER_MAINTENANCE', enabled ? 'on' : 'off'),
    view(`${PREFIX}REDIS_URL`, withoutPassword(redisUrl ?? '')),
    view(`${PREFIX}NODE_NAME`, node.name),
    view(`${PREFIX}RELOAD`, reload),
    view(`${PREFIX}BACKGROUND`, background),
    // Whether there is one, and nothing of it.
    view(`${PREFIX}METRICS_TOKEN`, metricsToken === undefined ? 'not set' : 'set'),
  ];
}

function ofTimings({ timings }: Settings): SettingView[] {
  return Object.entries(TIMING_VARIABLES).map(([key, { variable }]) => {
    const timing = key as keyof Timings;
    const group = TIMING_GROUPS[timing] ?? 'timings';
    return { variable: PREFIX + variable, group, value: timings[timing], unit: 'ms' };
  });
}

function ofHolding({ holdSeats, holdHandover }: Settings): SettingView[] {
  return [
    { variable: `${PREFIX}HOLD_MOST`, group: 'holding', value: holdSeats, unit: 'requests' },
    { variable: `${PREFIX}HOLD_HANDOVER`, group: 'holding', value: holdHandover ? 'on' : 'off' },
  ];
}

function ofSafety({ backups, verify, checks }: Settings): SettingView[] {
  const before = backups.before.length === 0 ? 'off' : backups.before.join(', ');
  const asked = checks.map(({ path, status }) => `${path}=${status}`).join(', ');
  return [
    { variable: `${PREFIX}BACKUP_BEFORE`, group: 'backups', value: before },
    { variable: `${PREFIX}BACKUP_MAX_AGE`, group: 'backups', value: backups.maxAge / MINUTE, unit: 'minutes' },
    { variable: `${PREFIX}VERIFY`, group: 'verification', value: verify },
    { variable: `${PREFIX}CHECKS`, group: 'verification', value: asked },
  ];
}

function ofNews({ news }: Settings): SettingView[] {
  const { webhook, channel, events } = news;
  const view = (name: string, value: string): SettingView => {
    return { variable: PREFIX + name, group: 'notifications', value };
  };
  return [
    view('WEBHOOK_URL', webhook ? hostOf(webhook.url) : ''),
    view('WEBHOOK_SECRET', webhook?.secret === undefined ? '' : MASK),
    view('NOTIFY_CHANNEL', channel?.name ?? ''),
    view('NOTIFY_USERS', channel?.users.join(', ') ?? ''),
    view('NOTIFY_EVENTS', events.join(', ')),
  ];
}

/** The path of a webhook is its secret as often as not. */
function hostOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/${MASK}`;
}

/** Everything before the host goes: a password may hold any character. Options may carry secrets, too. */
function withoutPassword(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/i, '$1***@')
    .replace(/([?&][^=&]*(?:pass|secret|token|key)[^=&]*=)[^&]*/gi, '$1***');
}
