import { linesOf, pluginLines } from '../../__tests__/cluster/logs';
import type { ClusterNode } from '../cluster';
import { journalOf, newestRecord } from './records';
import { operationOf, type Trial } from './trial';
import type { World } from './world';

/** Of each node's log. */
const LINES = 60;

/** Everything that is known about an operation, for a run that failed. */
export async function tell(trial: Trial): Promise<string> {
  return tellOf(trial.world, (await operationOf(trial))?.id);
}

export async function tellOf(world: World, operationId?: string): Promise<string> {
  const record = await newestRecord(world).catch(() => undefined);
  const id = operationId ?? record?.id;
  const journal = id === undefined ? [] : await journalOf(world, id).catch(() => []);
  const lines = journal.map(({ at, node, event, text }) => {
    return `  ${new Date(at).toISOString().slice(11)} ${node.name} ${event}: ${text}`;
  });
  return [
    `Record: ${JSON.stringify(record)}`,
    `Journal of ${id ?? 'no operation'}:`,
    ...lines,
    ...world.members.map(({ node }) => logOf(node)),
  ].join('\n');
}

/** Lines of the plugin and errors of the host, newest last; the host complains about each request that it refuses. */
function logOf(node: ClusterNode): string {
  const own = new Set(pluginLines(node).map(({ message }) => message));
  const told = linesOf(node).filter(({ message, level, details }) => {
    const refused = details.method === 'responseErrorWithCode' || /^application .* is /.test(message);
    return own.has(message) || (/^(error|fatal)$/.test(level) && !refused) || /^\s*Error/.test(message);
  });
  const lines = told.slice(-LINES).map(({ timestamp, level, message, details }) => {
    return `  ${timestamp.slice(11)} ${level} ${message.slice(0, 300)} ${JSON.stringify(details).slice(0, 200)}`;
  });
  return [`Log of ${node.name} (${node.url}${node.running ? '' : ', ended'}):`, ...lines].join('\n');
}
