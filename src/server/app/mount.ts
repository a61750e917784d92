import type { Application, Middleware } from '@nocobase/server';
import { PACKAGE_NAME } from '../../shared/api';
import { appLog } from './app-log';
import { backupGate } from './backups/backup-gate';
import { defineRestoreGate } from './backups/restore-gate';
import type { Parts } from './parts';
import { pluginGate } from './plugin-gate';
import { policyGate } from './policy/gate';
import { registerAudit } from './policy/host-audit';
import { hostRefusals } from './policy/host-refusals';
import { requestScope, withinRequest } from './request-scope';
import { defineResource } from './resource';
import type { WorkRegistry } from './work/registry';
import { workGate } from './work/work-gate';

/** Puts into an app that loads what its requests meet: the page's actions, and the gates in front of what is risky. */
export function mount(
  app: Application,
  parts: Parts,
  registry: WorkRegistry,
  onSettled: (result: string) => void,
): void {
  const { gate, clock } = parts;
  defineResource(app, parts);
  registerAudit(app, parts.policy.mask);
  const handle: Middleware = (ctx, next) => {
    const pass = () => gate.underWay.within(ctx.req, ctx.res, next);
    // Plugins that know of this one may begin work in any request.
    return registry.isUsed ? withinRequest(ctx, pass) : pass();
  };
  app.use(handle, { tag: PACKAGE_NAME, before: 'logger' });
  const place = { tag: PACKAGE_NAME, after: 'acl', before: 'upload' };
  const tag = `${PACKAGE_NAME}:policy`;
  // Before what begins operations, of which each has one of these tags.
  const before = ['upload', PACKAGE_NAME, `${PACKAGE_NAME}:backups`];
  app.dataSourceManager.use(hostRefusals(parts.policy), {
    tag: `${PACKAGE_NAME}:refusals`,
    after: 'auth',
    before: 'acl',
  });
  app.dataSourceManager.use(requestScope(), { tag: `${PACKAGE_NAME}:request`, after: 'acl', before: [tag, ...before] });
  app.dataSourceManager.use(policyGate(parts.policy), { tag, after: 'acl', before });
  defineRestoreGate(app, parts);
  app.dataSourceManager.use(pluginGate(parts), place);
  app.dataSourceManager.use(backupGate(parts), { ...place, tag: `${PACKAGE_NAME}:backups` });
  const warn = (text: string) => appLog(app).warn(text);
  app.dataSourceManager.use(workGate({ parts, registry, clock, onSettled, warn }), place);
}
