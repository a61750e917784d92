import type { Application } from '@nocobase/server';
import type { OperationRecord, RosterEntry } from '../../../shared/domain';
import type { Clock } from '../../core/clock';
import { sentence } from '../../core/errors';
import { isOver } from '../../core/node-machine';
import type { Conditions } from '../../../shared/policy';
import type { Circumstances } from '../../core/policy/verdict';
import { maintenanceOf } from '../../core/policy/verdict';
import type { Risk } from '../../core/policy/risks';
import { holderSentence } from '../../core/sentences';
import type { NodeAgent } from '../../maintenance/node-agent';
import type { Backups, Coordination, Ledger } from '../../ports';
import { runningWork } from './running-work';

export interface SightDeps {
  readonly app: Application;
  readonly agent: Pick<NodeAgent, 'report'>;
  readonly coordination: Coordination;
  readonly ledger: Ledger;
  readonly backups: Pick<Backups, 'has'>;
  readonly clock: Clock;
}

/** What was looked at for one question. */
export interface Sight {
  readonly circumstances: Circumstances;
  /** The operation that runs. */
  readonly record?: OperationRecord | undefined;
}

/** How far back is looked for a backup. */
const LOOK_BACK = 100;

/** How things are: looks only at what this rule and this action need. Rejects when something cannot be looked at. */
export async function lookFor(deps: SightDeps, risk: Risk, conditions: Conditions): Promise<Sight> {
  const exclusive = risk.class === 'exclusive';
  const standing = maintenanceOf(risk) === 'none' ? {} : await running(deps);
  const wantsBackup = exclusive && conditions.backupWithinHours > 0;
  const [backupAt, work, nodes] = await Promise.all([
    wantsBackup ? newestBackup(deps) : undefined,
    exclusive && conditions.noRunningWork ? runningWork(deps.app) : [],
    exclusive && conditions.allNodesEqual && !standing.offline ? oddNodes(deps) : NO_ODD_NODES,
  ]);
  const { record, offline } = standing;
  const circumstances = {
    now: deps.clock.wall(),
    ...(offline === undefined ? {} : { offline }),
    ...(record ? { running: holderSentence(record) } : {}),
    ...(backupAt === undefined ? {} : { backupAt }),
    work,
    ...nodes,
  };
  return { circumstances, record };
}

async function running({ coordination }: SightDeps): Promise<{ offline?: string; record?: OperationRecord }> {
  const problem = coordination.problem();
  if (problem !== undefined) return { offline: problem };
  try {
    const record = await coordination.state.read();
    return record && !isOver(record) ? { record } : {};
  } catch (error) {
    return { offline: coordination.problem() ?? sentence(error) };
  }
}

/** Only files that can be read from here count: what was deleted helps nobody. */
export async function newestBackup({ ledger, backups }: SightDeps): Promise<number | undefined> {
  const taken = (await ledger.history(LOOK_BACK)).flatMap(backupsOf).sort((a, b) => b.at - a.at);
  for (const { file, at } of taken) {
    if (await backups.has(file)) return at;
  }
  return undefined;
}

function backupsOf({ kind, result, subject, endedAt, backup }: OperationRecord): { file: string; at: number }[] {
  const own = kind === 'backup' && (result === 'done' || result === 'degraded') && endedAt !== undefined;
  return [
    ...(own ? [{ file: subject, at: endedAt }] : []),
    ...(backup ? [{ file: backup.file, at: backup.takenAt }] : []),
  ];
}

const NO_ODD_NODES = { missingNodes: [], differentNodes: [] };

/** Missing: registered in the database but silent, or out of traffic for a reason. */
async function oddNodes({ coordination, ledger, agent }: SightDeps) {
  const [roster, registered] = await Promise.all([coordination.state.roster(), ledger.nodes()]);
  const servers = roster.filter(({ role }) => role === 'app');
  const own = agent.report().fingerprint;
  const silent = registered.filter((node) => node.presence === 'connected' && !isIn(roster, node.bootId));
  const failed = servers.filter(({ phase }) => phase === 'failed');
  const different = servers.filter(({ fingerprint }) => fingerprint !== '' && own !== '' && fingerprint !== own);
  return {
    missingNodes: [...silent, ...failed].map(({ name }) => name),
    differentNodes: different.map(({ name }) => name),
  };
}

function isIn(roster: readonly RosterEntry[], bootId: string): boolean {
  return roster.some((node) => node.bootId === bootId);
}
