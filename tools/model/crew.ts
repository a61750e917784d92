import { fork, type ChildProcess } from 'node:child_process';
import { newTally, sum, type Tally } from '../../__tests__/model/property';
import type { Batch, Failure, Word } from './messages';

export interface CrewOptions {
  /** The program that runs batches; a mutated copy of the project has its own. */
  readonly worker: string;
  readonly workers: number;
  readonly seeds: number;
  readonly seed: number;
  /** The first of the first batch. */
  readonly from?: number;
  readonly shorten?: boolean;
  readonly onFailure?: (failure: Failure) => void;
}

/** So many scenarios a worker gets at once. */
const BATCH = 25;
/** A scenario takes far less than a second; code that does not come back from one is ended, in ms. */
const PATIENCE = 120_000;
/** How the workers' TypeScript is run, whoever starts them. */
const LOADER = ['--import', 'tsx'];

/** Spreads scenarios over processes. */
export class Crew {
  readonly tally: Tally = newTally();
  readonly failures: Failure[] = [];
  /** Scenarios that were begun. */
  begun = 0;
  private nextBatch = 0;
  private over = false;

  constructor(private readonly options: CrewOptions) {}

  /** No more scenarios are begun. */
  stop(): void {
    this.over = true;
  }

  async work(): Promise<void> {
    const lanes = Array.from({ length: this.options.workers }, () => this.lane());
    await Promise.all(lanes);
  }

  private async lane(): Promise<void> {
    let child: ChildProcess | undefined;
    for (let batch = this.take(); batch; batch = this.take()) {
      child ??= fork(this.options.worker, { execArgv: LOADER, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      // One that had to be ended is replaced.
      if (!(await this.runBatch(child, batch))) child = undefined;
    }
    child?.kill('SIGKILL');
  }

  private take(): Batch | undefined {
    const { seeds, seed, from = 0, shorten = false } = this.options;
    const first = this.nextBatch * BATCH;
    if (this.over || first >= seeds) return undefined;
    this.nextBatch += 1;
    return { seed: seed + first / BATCH, from, runs: Math.min(BATCH, seeds - first), shorten };
  }

  /** False: the worker is gone. */
  private runBatch(child: ChildProcess, batch: Batch): Promise<boolean> {
    return new Promise((resolve) => {
      let runs = 0;
      const lost = (what: string) => {
        end(false);
        this.failed({ seed: batch.seed, path: `${Math.max(0, runs - 1)}`, what });
      };
      const end = (alive: boolean) => {
        clearTimeout(patience);
        child.off('message', onWord).off('exit', onExit);
        if (!alive) child.kill('SIGKILL');
        resolve(alive);
      };
      const onExit = (code: number | null) => lost(`R12: the process ended (${code ?? 'killed'})`);
      const onWord = (word: Word) => {
        patience.refresh();
        if (word.kind === 'run') {
          runs += 1;
          this.begun += 1;
          if (this.over) end(false);
        } else if (word.kind === 'failed') {
          this.failed(word.failure);
        } else {
          this.add(word.tally);
          end(true);
        }
      };
      const patience = setTimeout(() => lost(`R6: a scenario does not end (${PATIENCE / 1000} s)`), PATIENCE);
      child.on('message', onWord).on('exit', onExit);
      child.send(batch);
    });
  }

  private failed(failure: Failure): void {
    this.failures.push(failure);
    this.options.onFailure?.(failure);
  }

  private add(tally: Tally): void {
    this.tally.runs += tally.runs;
    this.tally.events += tally.events;
    this.tally.changes += tally.changes;
    for (const key of ['outcomes', 'requests', 'steps'] as const) sum(this.tally[key], tally[key]);
  }
}
