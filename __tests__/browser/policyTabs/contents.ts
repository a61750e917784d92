import { DateTime } from 'luxon';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import type { ApprovalRequest } from '../../../src/shared/policy-api';
import { setPolicy } from '../policy';
import { refusalOf, type Scene } from './scene';

const CLUSTER_ZONE = 'Europe/Kyiv';
const HOUR = 3_600_000;

/** One of everything: waiting and decided requests, what waits for a window, rules, windows, a freeze. */
export async function fill({ admin, second, first }: Scene): Promise<void> {
  const now = Math.ceil(Date.now() / HOUR) * HOUR;
  // None is open now, whatever day it is.
  const day = (ahead: number) => DateTime.now().setZone(CLUSTER_ZONE).plus({ days: ahead }).weekday;
  const windows = [{ from: now + 48 * HOUR, to: now + 52 * HOUR }];
  const freezes = [{ from: now + 720 * HOUR, to: now + 960 * HOUR, reason: 'Year-end closing of the books' }];
  await setPolicy(admin, {
    rules: [
      ...DEFAULT_POLICY.rules,
      { environment: 'production', action: 'pm:disable', demand: 'approval' },
      { environment: 'production', action: 'backups:create', demand: 'reason', inWindows: true },
      { environment: 'production', group: 'data-sources', role: 'admin', demand: 'deny' },
    ],
    calendar: {
      zone: CLUSTER_ZONE,
      weekly: [
        { days: [day(2), day(3)], from: '22:00', to: '04:00' },
        { days: [day(4)], from: '00:00', to: '23:30' },
      ],
      once: windows,
      freezes,
    },
    conditions: { backupWithinHours: 0, noRunningWork: false, allNodesEqual: true },
  });
  const ask = async (api: typeof admin, plugin: string, reason: string) => {
    const { prospect } = await refusalOf(api.at(first.url).post(`pm:disable?filterByTk=${plugin}`));
    const body = { confirm: prospect.confirm, reason };
    const answer = await api.at(first.url).post<{ data: ApprovalRequest }>('clusterMaintenance:requestApproval', body);
    return answer.body.data;
  };
  const queue = async () => {
    const { prospect } = await refusalOf(admin.post('backups:create'));
    await admin.post('clusterMaintenance:queue', { confirm: prospect.confirm, reason: 'At night' });
  };
  await queue();
  await ask(second, 'charts', 'The board does not use it any more, and it is slow');
  const own = await ask(admin, 'kanban', 'Replaced by the new one');
  await second.at(first.url).post('clusterMaintenance:approve', { id: own.id, comment: 'Fine with me' });
  const rejected = await ask(admin, 'gantt', 'Nobody needs it');
  await second.at(first.url).post('clusterMaintenance:reject', { id: rejected.id, comment: 'The planners need it' });
}
