import type { Cluster, ClusterNode } from '../../tools/cluster';

const MARK = '[cluster maintenance] ';

export interface LogLine {
  readonly node: string;
  readonly level: string;
  readonly message: string;
  /** What the plugin adds: operation, epoch, event and so on. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly timestamp: string;
}

/** Lines that the plugin wrote: as JSON into the app's log, or as plain text before there is an app. */
export function pluginLines(node: ClusterNode): LogLine[] {
  return linesOf(node).filter(({ message }) => message.startsWith(MARK));
}

/** Every line of a node, the host's own included. */
export function linesOf({ name, log }: ClusterNode): LogLine[] {
  return log()
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => parse(name, text));
}

function parse(node: string, text: string): LogLine {
  const plain = { node, level: '', message: text, details: {}, timestamp: '' };
  if (!text.startsWith('{')) return plain;
  try {
    const { level, message, extra, timestamp } = JSON.parse(text) as Record<string, unknown>;
    const details = typeof extra === 'object' && extra !== null ? (extra as Record<string, unknown>) : {};
    return { node, level: String(level), message: textOf(message), details, timestamp: String(timestamp) };
  } catch {
    return plain;
  }
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : (JSON.stringify(message) ?? '');
}

/** Who took the lease, for what, with which epoch; over all nodes. */
export function leads(cluster: Cluster): { node: string; kind: string; epoch: number }[] {
  return cluster.nodes.flatMap((node) =>
    pluginLines(node).flatMap(({ message }) => {
      const match = /\] (\S+) .*: leads, epoch (\d+)$/.exec(message);
      return match ? [{ node: node.name, kind: match[1] ?? '', epoch: Number(match[2]) }] : [];
    }),
  );
}

/** Names of the nodes that installed, by the host's own word for it. */
export function installers(cluster: Cluster): string[] {
  const says = (node: ClusterNode) => linesOf(node).some(({ message }) => /^start install built-in/.test(message));
  return cluster.nodes.filter(says).map(({ name }) => name);
}

/** What two nodes that change one database at the same time leave behind in a log. */
export function collisions(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /already exists|duplicate key|deadlock|could not serialize/i.test(line))
    .filter((line) => !line.includes('AsyncTaskManager already exists'));
}

/** The newest lines of the plugin, and errors of the host, of each node: for messages of tests that fail. */
export function story(cluster: Cluster, lines = 25): string {
  return cluster.nodes
    .map((node) => {
      const told = linesOf(node).filter(
        ({ message, level }) => message.startsWith(MARK) || /^(error|fatal)$/.test(level) || /^\s*Error/.test(message),
      );
      const text = told.slice(-lines).map(({ timestamp, level, message, details }) => {
        const time = timestamp.slice(11);
        return `  ${time} ${level} ${message.replace(MARK, '').slice(0, 300)} ${JSON.stringify(details).slice(0, 200)}`;
      });
      return [`Log of ${node.name} (${node.url}${node.running ? '' : ', ended'}), newest last:`, ...text].join('\n');
    })
    .join('\n');
}
