import { NEWS_EVENTS, type NewsEvent } from '../../shared/news';

export interface NewsSettings {
  readonly events: readonly NewsEvent[];
  readonly webhook?: { readonly url: string; readonly secret: string | undefined };
  /** A channel of NocoBase's notification manager, and names of users; none: those with the role root or admin. */
  readonly channel?: { readonly name: string; readonly users: readonly string[] };
}

type Env = Readonly<Record<string, string | undefined>>;

const PREFIX = 'CLUSTER_MAINTENANCE_';

export function readNewsSettings(env: Env, problems: string[]): NewsSettings {
  const url = env[`${PREFIX}WEBHOOK_URL`]?.trim();
  const channel = env[`${PREFIX}NOTIFY_CHANNEL`]?.trim();
  const secret = env[`${PREFIX}WEBHOOK_SECRET`] || undefined;
  const users = wordsOf(env[`${PREFIX}NOTIFY_USERS`]);
  return {
    events: readEvents(env[`${PREFIX}NOTIFY_EVENTS`], problems),
    ...(url && isAddress(url, problems) ? { webhook: { url, secret } } : {}),
    ...(channel ? { channel: { name: channel, users } } : {}),
  };
}

function readEvents(text: string | undefined, problems: string[]): readonly NewsEvent[] {
  const words = wordsOf(text);
  const unknown = words.find((word) => !NEWS_EVENTS.some((event) => event === word));
  if (unknown !== undefined) {
    problems.push(`${PREFIX}NOTIFY_EVENTS has "${unknown}": it takes a list of ${NEWS_EVENTS.join(', ')}.`);
  }
  return words.length === 0 ? NEWS_EVENTS : NEWS_EVENTS.filter((event) => words.includes(event));
}

/** The address may hold a token, so it is not repeated. */
function isAddress(url: string, problems: string[]): boolean {
  const known = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!known) problems.push(`${PREFIX}WEBHOOK_URL is no address that begins with http:// or https://.`);
  return known;
}

function wordsOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}
