import { scenarioAt } from '../../__tests__/model/property';
import { Run } from '../../__tests__/model/run';
import type { Stage } from '../../__tests__/model/network';

const SIGNS: Record<Stage, string> = { sent: '→', done: '=', answered: '←', failed: '✗' };
/** How much of a call's arguments and answer is shown. */
const WIDTH = 160;

/** Runs one scenario again and shows what every node says, in virtual time; with `calls` also each call of that node. */
export async function replay(seed: number, path: string, calls: string | undefined): Promise<boolean> {
  const scenario = scenarioAt(seed, path);
  if (!scenario) throw new Error(`Nothing is found at --seed ${seed} --path ${path}.`);
  process.stdout.write(`${JSON.stringify(scenario)}\n\n`);
  const say = (node: string, text: string) => {
    process.stdout.write(`${run.simulation.time.toFixed(1).padStart(9)}  ${node.padEnd(4)} ${text}\n`);
  };
  const run: Run = new Run(scenario, (node, level, message, details) => {
    watch();
    say(node, `${level === 'info' ? '' : `${level}: `}${message} ${details === undefined ? '' : short(details)}`);
  });
  const watched = new Set<string>();
  /** Nodes come and go; the first thing that one says is early enough. */
  const watch = () => {
    for (const { host, links } of run.cluster.nodes) {
      if (host.name !== calls || watched.has(host.name)) continue;
      watched.add(host.name);
      for (const [name, link] of Object.entries({ store: links.store, database: links.database, guard: links.guard })) {
        link.onCall = (what, stage, detail) => say('', `  ${SIGNS[stage]} ${name}.${what} ${short(detail)}`);
      }
    }
  };
  try {
    const report = await run.execute();
    process.stdout.write(`\nNo rule was broken. ${JSON.stringify(report)}\n`);
    return true;
  } catch (error) {
    process.stdout.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return false;
  }
}

function short(value: unknown): string {
  const text = value instanceof Error ? value.message : (JSON.stringify(value, plain) ?? '');
  return text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text;
}

function plain(_key: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}
