/** Runs batches of scenarios for `index.ts`: a process of its own, because code under test may do anything to it. */
import { Broken, explore, newTally } from '../../__tests__/model/property';
import type { Batch, Word } from './messages';

process.on('message', (batch: Batch) => void work(batch));
process.on('disconnect', () => process.exit(0));
// Each run looks after its own; what comes later belongs to a run that has been judged already.
process.on('unhandledRejection', () => undefined);

async function work({ seed, from, runs, shorten }: Batch): Promise<void> {
  const tally = newTally();
  const onRun = () => say({ kind: 'run' });
  for (let next = from; next < from + runs;) {
    try {
      const path = `${next}`;
      await explore({ seed, runs: from + runs - next, path, shorten, onRun }, tally);
      break;
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      say({ kind: 'failed', failure: { seed, path: error.path, what: error.message } });
      next = Number(error.path.split(':', 1)[0]) + 1;
    }
  }
  say({ kind: 'done', tally });
}

function say(word: Word): void {
  process.send?.(word);
}
