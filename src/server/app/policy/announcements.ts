import type { AnnouncedBody, Announcement } from '../../../shared/announcements';
import type { News } from '../../../shared/news';
import {
  announcedAs,
  fromQueue,
  isDoneWith,
  isCurrent,
  queuedBehind,
  readWish,
  shownAnnouncement,
  type AnnouncementRecord,
  type Wish,
} from '../../core/announcements';
import type { Clock } from '../../core/clock';
import { announcedNews } from '../../core/news';
import { planOf } from '../../core/policy/queueable';
import type { QueueRecord } from '../../core/policy/queued';
import type { Forecast } from '../../maintenance/forecast';
import type { Person } from '../../maintenance/manual';
import type { Ledger } from '../../ports';
import { gatedCommand } from '../gated-commands';
import { done, refused, type Outcome } from './outcome';
import type { SealedRecords, Seen } from './sealed';

export interface AnnouncementDeps {
  readonly records: SealedRecords<AnnouncementRecord>;
  readonly queued: Pick<SealedRecords<QueueRecord>, 'list' | 'find'>;
  readonly forecast: Pick<Forecast, 'usualOf'>;
  readonly ledger: Pick<Ledger, 'history'>;
  /** False: somebody may be replacing the tables of this app. */
  readonly mayWrite: () => boolean;
  readonly clock: Clock;
  readonly tell?: ((news: News) => Promise<void> | void) | undefined;
}

type Values = Readonly<Record<string, unknown>>;

const MOST = 20;
/** Those that are over are among them, until they are tidied away. */
const LOOKED_AT = 200;
/** Everybody who is signed in asks once a minute: for so long one answer is good for all of them, in milliseconds. */
const FRESH = 3_000;
/** Rows that are older than half a year go, and the age of one is what it was announced for first. */
const FARTHEST_CHANGE = 150 * 86_400_000;
/** So many operations of the past are looked at, to see whether an announced maintenance is over. */
const LOOK_BACK = 10;
const BUSY = 'This node stands still for an operation: announce it when that has ended.';
const GONE = 'This announcement is over or was withdrawn: look at it again.';

/** What users are told of before it begins: by a person, or because it waits for a window. */
export class KeptAnnouncements {
  private sight: { readonly at: number; readonly body: Promise<AnnouncedBody> } | undefined;
  private prepared: Promise<void> | undefined;

  constructor(private readonly deps: AnnouncementDeps) {}

  /** `now` is that of this moment, whenever the rest was looked up. */
  async list(): Promise<AnnouncedBody> {
    const { clock } = this.deps;
    if (!this.sight || clock.monotonic() - this.sight.at >= FRESH) {
      const sight = { at: clock.monotonic(), body: this.look() };
      this.sight = sight;
      sight.body.catch(() => this.sight === sight && this.forget());
    }
    const { at, body } = this.sight;
    const { now, announcements } = await body;
    return { now: Math.round(now + (clock.monotonic() - at)), announcements };
  }

  /** Of a person, or another one in the place of `values.id`. */
  async announce(values: Values, by: Person): Promise<Outcome<Announcement>> {
    if (!this.deps.mayWrite()) return refused(409, BUSY);
    const read = readWish(values, await this.deps.records.now());
    if (!read.ok) return refused(400, read.problem);
    const outcome = await this.store(values.id, read.wish, by);
    this.forget();
    if (outcome.ok) await this.publish(outcome.value);
    return outcome;
  }

  /** Something was put into the queue: users are told by the queue, others from here. */
  async queuedAnew(record: Pick<QueueRecord, 'id'>): Promise<void> {
    this.forget();
    const { announcements } = await this.list();
    const one = announcements.find(({ id }) => id === announcedAs(record));
    if (one) await this.publish(one);
  }

  async withdraw(id: string, by: Person): Promise<Outcome<Announcement>> {
    if (!this.deps.mayWrite()) return refused(409, BUSY);
    const known = (await this.look()).announcements.find((one) => one.id === id);
    if (!known) return refused(404, GONE);
    const { startsAt, minutes = 0, message } = known;
    const withdrawn = await this.change(known, { startsAt, minutes, message }, by, 'withdrawn');
    this.forget();
    return withdrawn;
  }

  private async publish(announcement: Announcement): Promise<void> {
    await this.deps.tell?.(announcedNews(announcement, this.deps.clock.wall()));
  }

  private async store(id: unknown, wish: Wish, by: Person): Promise<Outcome<Announcement>> {
    const { announcements } = await this.look();
    if (id === undefined || id === null) return this.add(announcements.length, wish, by);
    const known = announcements.find((one) => one.id === id);
    if (!known) return refused(404, GONE);
    if (known.queued && wish.startsAt !== known.startsAt) {
      return refused(
        409,
        'It begins when its window opens: the start of what waits in the queue cannot be changed here.',
      );
    }
    return this.change(known, wish, by, 'announced');
  }

  private async add(others: number, wish: Wish, by: Person): Promise<Outcome<Announcement>> {
    const { records, clock } = this.deps;
    if (others >= MOST) return refused(409, `${others} are announced already: withdraw some.`);
    const record: AnnouncementRecord = { id: clock.newId(), state: 'announced', revision: 1, announcedBy: by, ...wish };
    await records.add(record, wish.startsAt);
    return done(shownAnnouncement(record, false));
  }

  private async change(
    { id, queued, revision }: Announcement,
    wish: Wish,
    announcedBy: Person,
    state: AnnouncementRecord['state'],
  ): Promise<Outcome<Announcement>> {
    const { records } = this.deps;
    const next: AnnouncementRecord = { id, state, revision: revision + 1, announcedBy, ...wish };
    const seen = await records.find(id);
    if (!seen && queued) await records.add(next, wish.startsAt);
    else if (!seen) return refused(404, GONE);
    else if (wish.startsAt > seen.row.at + FARTHEST_CHANGE) {
      return refused(409, 'That is months after what was announced: withdraw it, and announce the other one.');
    } else if (!(await this.replace(seen, next, revision))) {
      return refused(409, 'Somebody else has changed it meanwhile: look at it again.');
    }
    return done(shownAnnouncement(next, queued));
  }

  private async replace(seen: Seen<AnnouncementRecord>, next: AnnouncementRecord, revision: number): Promise<boolean> {
    return seen.record.revision === revision && this.deps.records.replace(seen, next);
  }

  private forget(): void {
    this.sight = undefined;
  }

  private async look(): Promise<AnnouncedBody> {
    const { records, queued } = this.deps;
    await this.prepare();
    const [now, kept, waiting] = await Promise.all([
      records.now(),
      records.list(LOOKED_AT, ['announced']),
      queued.list(MOST, ['waiting']),
    ]);
    const own = kept
      .map(({ record }) => record)
      .filter((record) => queuedBehind(record.id) === undefined && isCurrent(record, now))
      .map((record) => shownAnnouncement(record, false));
    const others = await Promise.all(waiting.map(({ record }) => this.ofQueue(record)));
    const all = [...(await this.notDone(own, now)), ...others.filter((one) => one !== undefined)];
    return { now, announcements: all.sort((one, other) => one.startsAt - other.startsAt) };
  }

  private async notDone(own: readonly Announcement[], now: number): Promise<readonly Announcement[]> {
    if (!own.some(({ startsAt }) => startsAt <= now)) return own;
    const past = await this.deps.ledger.history(LOOK_BACK);
    return own.filter((one) => !isDoneWith(one, past));
  }

  private async ofQueue(record: QueueRecord): Promise<Announcement | undefined> {
    const plan = planOf(record.action, record.exact);
    if (!plan.ok || plan.plan.does === 'backup') return undefined;
    const { kind } = plan.plan;
    // Whoever reads is not stopped by the others.
    if ((gatedCommand(kind)?.scope ?? 'all') !== 'all') return undefined;
    const changed = await this.deps.records.find(announcedAs(record));
    return fromQueue(record, changed?.record, await this.deps.forecast.usualOf(kind));
  }

  /** An earlier version of this plugin had no such table: looking for it would be an error in the log of the database. */
  private async prepare(): Promise<void> {
    const preparing = (this.prepared ??= this.deps.records.tidy());
    preparing.catch(() => (this.prepared = undefined));
    await preparing;
  }
}
