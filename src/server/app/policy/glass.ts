import type { News } from '../../../shared/news';
import type { GlassBody } from '../../../shared/policy-api';
import type { Clock } from '../../core/clock';
import { glassNews } from '../../core/news';
import type { Person } from '../../maintenance/manual';
import type { Glass } from './contract';
import { done, refused, type Outcome } from './outcome';
import type { SealedRecords } from './sealed';

/** Somebody has set the policy aside for themself. Moments by the clock of the database, like all of them. */
export interface GlassRecord {
  readonly id: string;
  readonly state: 'broken' | 'mended';
  readonly by: Person;
  readonly reason: string;
  readonly until: number;
}

const MINUTE = 60_000;
const MINUTES = { usual: 15, most: 60 };
const LOOKED_AT = 50;

/** The way past the policy in an emergency: for one person, with a reason, for a while. */
export class KeptGlass implements Glass {
  constructor(
    private readonly records: SealedRecords<GlassRecord>,
    private readonly clock: Clock,
    private readonly tell: (news: News) => void = () => {},
  ) {}

  async break(by: Person, reason: string, minutes: number = MINUTES.usual): Promise<Outcome<GlassBody>> {
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > MINUTES.most) {
      return refused(400, `"minutes" takes a whole number from 1 to ${MINUTES.most}.`);
    }
    const now = await this.records.now();
    const record: GlassRecord = { id: this.clock.newId(), state: 'broken', by, reason, until: now + minutes * MINUTE };
    await this.records.add(record, now);
    this.tell(glassNews({ ...record, by: by.name }, this.clock.wall()));
    return done(bodyOf(record, by));
  }

  async brokenBy({ identity }: Person): Promise<{ readonly by: string; readonly reason: string } | undefined> {
    const own = (await this.broken()).find(({ record }) => record.by.identity === identity)?.record;
    return own && { by: own.by.name, reason: own.reason };
  }

  /** One's own first; somebody else's is for everybody to see, too. */
  async shown(viewer: Person): Promise<GlassBody> {
    const broken = (await this.broken()).map(({ record }) => record);
    const one = broken.find(({ by }) => by.identity === viewer.identity) ?? broken[0];
    return one ? bodyOf(one, viewer) : {};
  }

  /** One's own; whoever has none of their own ends those of all. */
  async mend(person: Person): Promise<GlassBody> {
    const broken = await this.broken();
    const own = broken.filter(({ record }) => record.by.identity === person.identity);
    for (const seen of own.length > 0 ? own : broken) {
      await this.records.replace(seen, { ...seen.record, state: 'mended' });
    }
    return this.shown(person);
  }

  private async broken() {
    const all = await this.records.list(LOOKED_AT, ['broken']);
    if (all.length === 0) return [];
    const now = await this.records.now();
    return all.filter(({ record }) => now < record.until);
  }
}

function bodyOf({ by, reason, until }: GlassRecord, viewer: Person): GlassBody {
  return { broken: { by: by.name, reason, until, isOwn: by.identity === viewer.identity } };
}
