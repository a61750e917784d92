import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/server/core/policy/defaults';
import type { ApprovalRequest, GlassBody } from '../../../src/shared/policy-api';
import { until } from '../../../tools/cluster';
import { setPolicy } from '../policy';
import { pathOf, refusalOf, type Scene } from './scene';

/** An approval lives as short as its giver says; the glass for a minute at least. */
const LIFE = 20_000;
const PATIENCE = 90_000;

/** Real time passes, on real nodes: the shortest lives that there are. */
export function describeTime(scene: Scene): void {
  describe('what lasts for some time only', () => {
    beforeAll(async () => {
      const rule = { environment: 'production', action: 'pm:enable', demand: 'approval' } as const;
      await setPolicy(scene.admin, { rules: [...DEFAULT_POLICY.rules, rule] });
      await scene.admin.post('clusterMaintenance:breakGlass', { reason: 'For a minute', minutes: 1 });
    });

    const approve = async (reason: string): Promise<string> => {
      const { prospect } = await refusalOf(scene.second.post(pathOf('departments')));
      const asked = await scene.second.post<{ data: ApprovalRequest }>('clusterMaintenance:requestApproval', {
        confirm: prospect.confirm,
        reason,
      });
      return asked.body.data.id;
    };

    it('an approval whose time is over runs nothing, and the page says so', async () => {
      const id = await approve('Quickly');
      const given = await scene.admin.at(scene.other.url).post('clusterMaintenance:approve', {
        id,
        notAfter: Date.now() + LIFE,
      });
      expect(given.status).toBe(200);
      const page = await scene.open('approvals', { token: scene.second.token });
      const item = page.page.getByRole('listitem').filter({ hasText: 'Quickly' });
      await item.getByText('Approved', { exact: true }).waitFor();
      await item.getByText('Expired', { exact: true }).waitFor();
      for (const name of ['Run', 'Withdraw']) expect(await item.getByRole('button', { name }).count()).toBe(0);
      const again = scene.second.post(pathOf('departments'), {}, { 'X-Maintenance-Approval': id });
      expect(await refusalOf(again)).toMatchObject({
        status: 428,
        codes: expect.arrayContaining(['approval-needed']) as string[],
      });
      await page.page.close();
    });

    it('the glass is whole again after its minute, also for the page that is open', async () => {
      const page = await scene.open('policy');
      const broken = async () =>
        (await scene.admin.get<{ data: GlassBody }>('clusterMaintenance:glass')).body.data.broken;
      await until(
        async () => (await broken()) === undefined,
        PATIENCE,
        () => 'The glass is still broken.',
      );
      expect(await refusalOf(scene.admin.post(pathOf('departments')))).toMatchObject({ status: 428 });
      await page.page.getByRole('button', { name: 'Break the glass…' }).waitFor();
      await page.page.close();
    });
  });
}
