import type { OperationKind } from '../../../shared/domain';
import type { Prospect } from '../../../shared/policy-api';
import type { Verdict } from '../../../shared/policy';
import { RESOURCE } from '../../../shared/api';
import type { Risk } from '../../core/policy/risks';
import type { Settings } from '../../core/settings';
import type { Forecast } from '../../maintenance/forecast';
import { gatedCommand } from '../gated-commands';
import { runningWork } from './running-work';
import { newestBackup, type SightDeps } from './sight';

export interface ProspectDeps extends SightDeps {
  readonly settings: Pick<Settings, 'backups'>;
  readonly forecast: Pick<Forecast, 'usualOf'>;
}

export interface ProspectOf {
  readonly risk: Risk;
  readonly subject: string;
  readonly verdict: Verdict;
  readonly bringsFile: boolean;
  readonly confirm?: string | undefined;
}

/** Own actions under which every node stops, too. */
const OWN_KINDS: Readonly<Record<string, OperationKind>> = {
  [`${RESOURCE}:enter`]: 'maintenance',
  [`${RESOURCE}:rollBack`]: 'roll-back',
};

/** What it would do. What cannot be looked at now is left out: it is there to be read, and decides nothing. */
export async function prospectOf(deps: ProspectDeps, about: ProspectOf): Promise<Prospect> {
  const { risk, subject, verdict, bringsFile, confirm } = about;
  const kind = kindOf(risk);
  const drains = verdict.maintenance !== 'none' || risk.action in OWN_KINDS;
  const [nodes, expectedMs, lastBackupAt, work] = await Promise.all([
    drains ? serverNames(deps) : [],
    kind && deps.forecast.usualOf(kind),
    newestBackup(deps).catch(() => undefined),
    runningWork(deps.app).catch(() => []),
  ]);
  return {
    action: risk.action,
    group: risk.group,
    class: risk.class,
    subject,
    verdict,
    nodes,
    ...(expectedMs === undefined ? {} : { expectedMs }),
    ...(lastBackupAt === undefined ? {} : { lastBackupAt }),
    work,
    takesBackup: kind !== undefined && deps.settings.backups.before.includes(kind),
    ...(confirm === undefined ? {} : { confirm }),
    bringsFile,
  };
}

/** The operation that it becomes, if it becomes one. */
export function kindOf({ action, group }: Risk): OperationKind | undefined {
  const own = OWN_KINDS[action] ?? gatedCommand(action.replace(':', '.'))?.kind ?? gatedCommand(action)?.kind;
  if (own) return own;
  return group === 'backup' || group === 'restore' || group === 'migration' ? group : undefined;
}

async function serverNames({ coordination, agent }: ProspectDeps): Promise<readonly string[]> {
  const roster = await coordination.state.roster().catch(() => []);
  const names = roster.filter(({ role }) => role === 'app').map(({ name }) => name);
  return names.length > 0 ? [...names].sort() : [agent.report().name];
}
