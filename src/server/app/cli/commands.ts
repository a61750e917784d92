import type { Application } from '@nocobase/server';
import { RESOLUTIONS } from '../../../shared/domain';
import type { Parts } from '../parts';
import { announce, announcements, withdrawAnnouncement } from './announcements';
import { approvals, decide } from './approvals';
import { enter, exit } from './manual';
import { operator } from './operator';
import { rollBack } from './roll-back';
import { run as runCommand } from './run';
import { wait } from './wait';
import { told, type CliOutcome, type Options } from './outcome';
import { historyText, statusText, storyText } from './texts';

type Run = (parts: Parts, words: readonly string[], options: Options) => Promise<CliOutcome>;

interface CliCommand {
  readonly name: string;
  /** Arguments in the notation of commander: `<needed>`, `[optional]`. */
  readonly words: string;
  readonly about: string;
  /** Flags in the same notation, each with what it is for; `--json` have all. */
  readonly flags?: Readonly<Record<string, string>>;
  readonly run: Run;
}

const DEFAULT_HISTORY = 20;

/** `yarn nocobase maintenance …`: they work without a running node, so that people get out of trouble from a shell. */
export const COMMANDS: readonly CliCommand[] = [
  { name: 'status', words: '', about: 'What runs, what it waits for, the nodes, and the ways out', run: status },
  { name: 'history', words: '[count]', about: 'The operations of the past, newest first', run: history },
  { name: 'get', words: '<operation>', about: 'One operation with its journal', run: get },
  { name: 'cancel', words: '<operation>', about: 'Stop an operation before its first change', run: cancel },
  {
    name: 'resolve',
    words: '<operation> <way>',
    about: `A way out of an operation that stands still: ${RESOLUTIONS.join(', ')}`,
    run: resolve,
  },
  {
    name: 'roll-back',
    words: '<operation>',
    about: 'Back to the backup that was taken before an operation; this process does it, and no node needs to run',
    run: ({ rollBacks, agent }, [id = '']) => rollBack(rollBacks, agent, id, operator().name),
  },
  {
    name: 'declare-stopped',
    words: '<bootId>',
    about: 'Vouch that a process no longer runs, so that nobody waits for it',
    run: declareStopped,
  },
  {
    name: 'approvals',
    words: '',
    about: 'What second admins were asked for',
    run: (parts) => approvals(parts, operator()),
  },
  {
    name: 'approve',
    words: '<request>',
    about: 'Say yes to what somebody else has asked for',
    flags: { '--comment <text...>': 'why, for the audit' },
    run: (parts, [id = ''], options) => decide(parts, 'approved', id, options, operator()),
  },
  {
    name: 'reject',
    words: '<request>',
    about: 'Say no to it',
    flags: { '--comment <text...>': 'why, for the audit' },
    run: (parts, [id = ''], options) => decide(parts, 'rejected', id, options, operator()),
  },
  {
    name: 'announcements',
    words: '',
    about: 'What users are told of that is to come',
    run: (parts) => announcements(parts),
  },
  {
    name: 'announce',
    words: '',
    about: 'Tell all users of a maintenance before it begins',
    flags: {
      '--start <time>': 'when, such as 2026-12-01T18:30 in the time of this machine, or 2026-12-01T18:30Z',
      '--in <minutes>': 'the same, counted from now',
      '--minutes <number>': 'how long it is expected to take (needed)',
      '--message <text...>': 'what users read besides',
      '--change <announcement>': 'in the place of this one; what is not said stays as it was',
    },
    run: (parts, _words, options) => announce(parts, options, operator()),
  },
  {
    name: 'withdraw-announcement',
    words: '<announcement>',
    about: 'Tell users of it no more',
    run: (parts, [id = '']) => withdrawAnnouncement(parts, id, operator()),
  },
  {
    name: 'wait',
    words: '',
    about: 'Wait until no operation is under way and every node serves; the exit code says how it went',
    flags: {
      '--operation <id>': 'wait for the end of this one',
      '--nodes <number>': 'so many nodes have to serve',
      '--timeout <seconds>': 'give up after so long, 300 by default; 0: look once',
    },
    run: (parts, _words, options) => wait(parts, options),
  },
  {
    name: 'run',
    words: '[command...]',
    about: 'Run a command while every node stands still: run --reason WHY -- COMMAND',
    flags: {
      '--reason <text...>': 'what is going to be done (needed)',
      '--scope <scope>': 'all, or writes: reads are still served',
    },
    run: (parts, words, options) => runCommand(parts, words, options, operator().name),
  },
  {
    name: 'enter',
    words: '',
    about: 'Manual maintenance: stop every node for work outside NocoBase',
    flags: {
      '--reason <text...>': 'what is going to be done (needed)',
      '--scope <scope>': 'all, or writes: reads are still served',
      '--message <text...>': 'what users read',
      '--expires <seconds>': 'it ends by itself after so long',
      '--open <node...>': 'name of the node that goes on serving',
    },
    run: (parts, _words, options) => enter(parts, options, operator()),
  },
  {
    name: 'exit',
    words: '',
    about: 'End the manual maintenance',
    flags: {
      '--operation <id>': 'which one',
      '--override': 'also when somebody else entered it',
      '--reason <text...>': 'why, for the history',
    },
    run: (parts, _words, options) => exit(parts, options, operator()),
  },
];

/** Registers the commands; `perform` opens what they need, prints what they return, and sets the exit code. */
export function defineCommands(
  app: Application,
  perform: (run: (parts: Parts) => Promise<CliOutcome>, json: boolean) => Promise<void>,
): void {
  const maintenance = app.command('maintenance').description('Cluster maintenance: see and resolve operations');
  for (const { name, words, about, flags = {}, run } of COMMANDS) {
    const command = maintenance
      .command(`${name} ${words}`.trim())
      .description(about)
      .option('--json', 'print one line of JSON');
    for (const [flag, meaning] of Object.entries(flags)) command.option(flag, meaning);
    command.action(async (...given: unknown[]) => {
      // Commander gives the arguments, then the options, then the command itself.
      const texts = given
        .slice(0, -2)
        .flat()
        .filter((word) => typeof word === 'string');
      const options = (given.at(-2) ?? {}) as Options;
      await perform((parts) => run(parts, texts, options), options.json === true);
    });
  }
}

async function status({ coordination, ledger, resolver }: Parts): Promise<CliOutcome> {
  const problem = coordination.problem();
  if (problem !== undefined) {
    const record = await ledger.latest();
    const text = `Coordination is offline: ${problem}\nThe database says:\n${statusText(record, [], undefined)}`;
    return { text, json: { online: false, message: problem, operation: record }, code: 1 };
  }
  const [record, nodes] = await Promise.all([coordination.state.read(), coordination.state.roster()]);
  const choices = record && record.result === undefined && record.changed ? await resolver.choices(record) : undefined;
  return {
    text: statusText(record, nodes, choices),
    json: { online: true, operation: record, nodes, waysOut: choices },
    code: 0,
  };
}

async function history({ ledger }: Parts, [count]: readonly string[]): Promise<CliOutcome> {
  const operations = await ledger.history(Number(count) > 0 ? Number(count) : DEFAULT_HISTORY);
  return { text: historyText(operations), json: { operations }, code: 0 };
}

async function get({ ledger, journal }: Parts, [id = '']: readonly string[]): Promise<CliOutcome> {
  const operation = await ledger.find(id);
  if (!operation) return { text: `There is no operation "${id}".`, json: { operation: null }, code: 1 };
  const story = await journal.story(id);
  return { text: storyText(operation, story), json: { operation, journal: story }, code: 0 };
}

async function cancel({ resolver }: Parts, [id = '']: readonly string[]): Promise<CliOutcome> {
  return told(await resolver.cancel(id, operator().name));
}

async function resolve({ resolver }: Parts, [id = '', word]: readonly string[]): Promise<CliOutcome> {
  const known = RESOLUTIONS.find((resolution) => resolution === word);
  if (!known) return told({ ok: false, refusal: `The way is one of: ${RESOLUTIONS.join(', ')}.` });
  return told(await resolver.resolve(id, known, operator().name));
}

async function declareStopped({ resolver }: Parts, [bootId = '']: readonly string[]): Promise<CliOutcome> {
  return told(await resolver.declareStopped(bootId, operator().name));
}
