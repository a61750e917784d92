import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RosterEntry } from '../../../shared/domain';
import type { Reason } from '../../../shared/policy';
import type { Clock } from '../../core/clock';
import type { Settings } from '../../core/settings';
import type { Coordination } from '../../ports';
import type { GateWatch } from '../request-gate';
import { answerScrape } from './answer';
import { createInstruments } from './instruments';
import { JournalWatch } from './journal-watch';
import { observed } from './observed-coordination';
import { OperationWatch } from './operation-watch';
import { show, type Sight } from './sights';

export interface NodeMetricsOptions {
  /** Name of the app. */
  readonly app: string;
  readonly settings: Pick<Settings, 'node' | 'metricsToken'>;
  readonly clock: Clock;
}

/** For so long the roster that was read is shown again, in milliseconds: anybody may ask, as often as he likes. */
const FRESH = 1_000;

/** What is measured of one node, from the first moment of the process; coordinations come and go. */
export class NodeMetrics {
  private readonly instruments;
  private readonly journal: JournalWatch;
  private readonly operations: OperationWatch;
  private known: { readonly at: number; readonly roster: Promise<readonly RosterEntry[] | undefined> } | undefined;

  constructor(private readonly options: NodeMetricsOptions) {
    const { app, settings } = options;
    const { node } = settings;
    this.instruments = createInstruments({ app, node: node.name });
    this.journal = new JournalWatch(this.instruments);
    this.operations = new OperationWatch(node, this.instruments);
  }

  get registry() {
    return this.instruments.registry;
  }

  /** To be used in its place. */
  observe(coordination: Coordination): Coordination {
    const { instruments, journal, operations } = this;
    return observed(coordination, { instruments, journal, operations, clock: this.options.clock });
  }

  /** What the gate tells of requests. */
  readonly gate: GateWatch = {
    held: (outcome, ms) => this.instruments.held.observe({ outcome }, ms / 1000),
    refused: (why) => this.instruments.refused.inc({ why }),
  };

  /** What the policy tells of attempts that it did not let through. */
  readonly policy = {
    refused: (reasons: readonly Reason[]): void => {
      for (const { code } of reasons) this.instruments.policy.inc({ reason: code });
    },
  };

  async answer(req: IncomingMessage, res: ServerResponse, look: () => Promise<Sight>): Promise<void> {
    await answerScrape(req, res, this.options.settings.metricsToken, async () => {
      show(await look(), this.instruments);
      return { type: this.registry.contentType, text: await this.registry.metrics() };
    });
  }

  /** Who is there, as the store says; undefined when it does not answer. */
  roster({ state }: Pick<Coordination, 'state'>): Promise<readonly RosterEntry[] | undefined> {
    const at = this.options.clock.monotonic();
    if (!this.known || at - this.known.at >= FRESH) {
      this.known = { at, roster: state.roster().catch(() => undefined) };
    }
    return this.known.roster;
  }
}
