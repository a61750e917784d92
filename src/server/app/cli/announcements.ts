import { RESOURCE } from '../../../shared/api';
import type { Announcement } from '../../../shared/announcements';
import type { Person } from '../../maintenance/manual';
import type { Parts } from '../parts';
import { startOf } from '../policy/announcement-actions';
import type { Outcome } from '../policy/outcome';
import { EXIT, textOf, told, type CliOutcome, type Options } from './outcome';

type Policy = Pick<Parts, 'policy'>;

const MINUTE = 60_000;
/** Day and time; a day alone would be one in Greenwich. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** What users are told of: the soonest first. */
export async function announcements({ policy }: Policy): Promise<CliOutcome> {
  const body = await policy.kept.announcements.list();
  const lines = body.announcements.map(line);
  const text = lines.length === 0 ? 'No maintenance is announced.' : lines.join('\n');
  return { text, json: body, code: EXIT.done };
}

/** Tells users of a maintenance to come. With `--change`, what is not said again stays as it was. */
export async function announce({ policy }: Policy, options: Options, by: Person): Promise<CliOutcome> {
  const { announcements: kept } = policy.kept;
  const { now, announcements: all } = await kept.list();
  const id = options.change;
  const known = all.find((one) => one.id === id);
  const startsAt = startIn(options, now) ?? known?.startsAt;
  if (startsAt === undefined || Number.isNaN(startsAt)) return told({ ok: false, refusal: NO_START });
  const values = {
    ...(id === undefined ? {} : { id }),
    startsAt,
    minutes: options.minutes === undefined ? known?.minutes : Number(options.minutes),
    message: textOf(options.message) ?? known?.message ?? '',
  };
  return noted(policy, 'announce', values, by, await kept.announce(values, by));
}

export async function withdrawAnnouncement({ policy }: Policy, id: string, by: Person): Promise<CliOutcome> {
  return noted(policy, 'withdrawAnnouncement', { id }, by, await policy.kept.announcements.withdraw(id, by));
}

const NO_START =
  'When does it begin? --start 2026-12-01T18:30 (a time of this machine) or 2026-12-01T18:30Z, or --in MINUTES.';

/** Undefined: nothing was said. */
function startIn({ start, in: minutes }: Options, now: number): number | undefined {
  if (minutes !== undefined) return Math.round(now + Number(minutes) * MINUTE);
  if (start === undefined) return undefined;
  return MOMENT.test(start) ? new Date(start).getTime() : NaN;
}

/** It stands in the audit, whatever becomes of it. */
async function noted(
  { kept: { audit } }: Parts['policy'],
  action: string,
  parameters: object,
  by: Person,
  outcome: Outcome<Announcement>,
): Promise<CliOutcome> {
  await audit.note({
    ...{ person: by.name, by: 'command', reasons: [], action: `${RESOURCE}:${action}` },
    subject: outcome.ok ? startOf(outcome.value) : '',
    parameters: JSON.stringify(parameters),
    decision: outcome.ok ? 'allow' : 'deny',
    result: outcome.ok ? 'done' : outcome.message,
  });
  if (!outcome.ok) return told({ ok: false, refusal: outcome.message });
  const { value } = outcome;
  const text = action === 'announce' ? line(value) : `Users are not told of it any more: ${line(value)}`;
  return { text, json: { ok: true, announcement: value }, code: EXIT.done };
}

function line(announcement: Announcement): string {
  const { id, minutes, message, announcedBy = '', queued } = announcement;
  const length = minutes === undefined ? '' : `, about ${minutes} min`;
  const waits = queued ? ', from the queue' : '';
  return `${id} ${startOf(announcement)}${length}${waits}, by ${announcedBy}${message === '' ? '' : `: ${message}`}`;
}
