import type { JournalEntry } from '../../../shared/domain';
import type { Instruments } from './instruments';

/** What this node's own lines of the journal say: they are written whether or not the store can be reached. */
export class JournalWatch {
  private drainsSince: number | undefined;

  constructor(private readonly instruments: Instruments) {}

  see({ event, text, at }: JournalEntry): void {
    const { lines, losses } = this.instruments;
    lines.inc({ event });
    if (event === 'lease.lost') losses.inc();
    if (event === 'node.phase') this.moved(phaseAfter(text), at);
  }

  private moved(phase: string | undefined, at: number): void {
    const { drains, drainSeconds } = this.instruments;
    if (phase === 'draining') {
      drains.inc();
      this.drainsSince = at;
      return;
    }
    if (phase === 'drained' && this.drainsSince !== undefined) {
      drainSeconds.observe(Math.max(0, at - this.drainsSince) / 1000);
    }
    this.drainsSince = undefined;
  }
}

/** As `NodeState` words it: `serving → draining`, perhaps with a reason behind. */
function phaseAfter(text: string): string | undefined {
  return / → ([a-z]+)/.exec(text)?.[1];
}
