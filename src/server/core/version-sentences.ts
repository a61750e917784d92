import type { OperationRecord, VersionChange } from '../../shared/domain';

/** A node that is too old: what it is, and what to do about it. */
export function olderSentence(needed: string, own: string): string {
  return `The database is for NocoBase ${needed}; this node runs ${own}. ${startWith(needed)}`;
}

/** An upgrade began and did not end well: the database is neither of the old version nor of the new one. */
export function unfinishedSentence(record: OperationRecord, own: string): string {
  const { from = own, to = '' } = record.versions ?? {};
  return `The upgrade of the database to NocoBase ${to} has begun and not ended; this node runs ${own}. ${startWith(to)} ${wayBack(record, from)}`;
}

/** Plugins that are older on this machine than what the database was changed for. */
export function pluginsSentence(plugins: readonly (VersionChange & { readonly name: string })[]): string {
  const words = plugins.slice(0, 5).map(({ name, from, to }) => `${name} ${to} (this node has ${from})`);
  const more = plugins.length > 5 ? ', …' : '';
  return `The database is for ${words.join(', ')}${more}. Give this node the same plugin files. To go back to older ones on purpose, run "yarn nocobase upgrade" with them.`;
}

/** An upgrade to another version failed. Pages may not load, so this is for the log, too: every step that is left. */
export function failedUpgradeSentence(record: OperationRecord, failure: string): string {
  const { id, leader, versions } = record;
  const { from = '', to = '' } = versions ?? {};
  const again = `To try again: repair the cause, then "yarn nocobase maintenance resolve ${id} retry", and start a node with the image of NocoBase ${to}.`;
  return `The upgrade from NocoBase ${from} to ${to} failed on ${leader.name}: ${closed(failure)} ${wayBack(record, from)} ${again}`;
}

/** How the data of before come back: with the old image, because the new one would upgrade them once more. */
function wayBack({ id, backup }: OperationRecord, from: string): string {
  const image = `the image of NocoBase ${from}`;
  return backup
    ? `To go back: stop all nodes; "yarn nocobase maintenance roll-back ${id}" with ${image} restores the backup ${backup.file}; then start all nodes with that image.`
    : `To go back: stop all nodes, restore a backup of your own from before the upgrade, then "yarn nocobase maintenance resolve ${id} resume" with ${image}, and start all nodes with it.`;
}

function openSentence(id: string): string {
  return `To open all nodes: "yarn nocobase maintenance resolve ${id} resume".`;
}

function startWith(version: string): string {
  return `Start this node with the image of NocoBase ${version}.`;
}

function closed(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The upgrade is done, and a person is to look at it before the nodes open. */
export function lookSentence(record: OperationRecord, { from, to }: VersionChange): string {
  const { id, leader } = record;
  return `${leader.name} runs NocoBase ${to} and waits for somebody to look at it: who may see the page "Cluster maintenance" there can open the app for their browser (clusterMaintenance:letIn). ${openSentence(id)} ${wayBack(record, from)}`;
}

/** The upgrade is done, and what the operator wants to be asked afterwards was not answered as it should be. */
export function unverifiedSentence(record: OperationRecord, wrong: string): string {
  const { id, leader, subject, versions } = record;
  const back = versions ? ` ${wayBack(record, versions.from)}` : '';
  return `${leader.name} has upgraded the database (${subject}), but the verification failed: ${closed(wrong)} ${openSentence(id)}${back}`;
}
