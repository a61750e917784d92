import { connect } from 'node:net';
import type { Cluster, ClusterNode } from '../../tools/cluster';
import type { Attempt } from './policy-attempts';
import { VICTIM } from './policy-attempts-http';

/** What a refused command tells people: how it would be let through. */
const HOW = '--maintenance-reason';
const ASKS = 'fails, asks';
/** What the host says of a word that it does not know (docs/host-notes.md). */
const UNKNOWN = 'fails, callback is not a function';

/** From a shell: through the socket of a running app, in a process of its own, and past the command line. */
export function byCommand(cluster: Cluster, node: ClusterNode): readonly Attempt[] {
  const own = (...words: readonly string[]) => shell(cluster, 'a process of its own', words);
  const within = (...words: readonly string[]) => shell(cluster, 'through the running app', words, node);
  const raw = (expected: string, ...words: readonly string[]): Attempt => ({
    way: 'command',
    what: `straight into the socket: ${words.join(' ')}`,
    send: () => throughSocket(node, words),
    expected,
  });
  const wrongName = [HOW, 'x', '--maintenance-name', 'x'];
  return [
    within('pm', 'enable', VICTIM),
    own('pm', 'enable', VICTIM),
    own('pm', 'remove', VICTIM),
    own('pm', 'remove', VICTIM, ...wrongName),
    own('db:clean', '--yes'),
    own('db:clean', '--yes', ...wrongName),
    own('db:sync'),
    own('install', '--force'),
    within('install', '--clean'),
    own('restore', 'none.nbdata'),
    raw(ASKS, 'pm', 'enable', VICTIM),
    raw(UNKNOWN, 'nocobase', 'pm', 'enable', VICTIM),
    raw(ASKS, 'pm', 'enable-all'),
    raw(ASKS, 'install', '-c'),
    raw(ASKS, 'install', '-fc'),
    raw(UNKNOWN, 'PM', 'ENABLE', VICTIM),
    raw('not_found', 'db:clean', '--yes'),
  ];
}

function shell(cluster: Cluster, what: string, words: readonly string[], node?: ClusterNode): Attempt {
  const send = async () => {
    const { code, output } = await cluster.runCli([...words], node ? { node } : {});
    return `${code === 0 ? 'succeeds' : 'fails'}, ${output.includes(HOW) ? 'asks' : output.slice(-500)}`;
  };
  return { way: 'command', what: `${what}: ${words.join(' ')}`, send, expected: ASKS };
}

/** As the command line would, but with any words. */
function throughSocket({ socketPath }: ClusterNode, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath, () => {
      socket.write(`${JSON.stringify({ type: 'passCliArgv', payload: { argv: ['node', 'nocobase', ...words] } })}\n`);
    });
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.end();
      const { type, payload } = JSON.parse(data.toString()) as { type: string; payload?: { message: string } };
      const message = payload?.message ?? '';
      resolve(type === 'error' ? `fails, ${message.includes(HOW) ? 'asks' : message}` : type);
    });
  });
}
