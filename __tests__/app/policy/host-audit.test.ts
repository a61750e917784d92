import type { ActionContext, AuditedAction } from '@nocobase/server';
import { describe, expect, it } from 'vitest';
import { registerAudit } from '../../../src/server/app/policy/host-audit';

/** What the host's own manager keeps of what it is told. */
function managerWith(known: readonly string[]) {
  const actions = new Map<string, AuditedAction>(known.map((name) => [name, { name }]));
  return {
    actions,
    getAction: (action: string, resource: string) => actions.get(`${resource}:${action}`) ?? null,
    registerActions: (more: readonly (string | AuditedAction)[]) => {
      for (const one of more) if (typeof one !== 'string') actions.set(one.name, one);
    },
  };
}

describe("NocoBase's own audit", () => {
  it('hears of what people decide and of what is risky, and of nothing that only looks', () => {
    const manager = managerWith([]);
    registerAudit({ auditManager: manager }, (text) => text);
    const names = [...manager.actions.keys()];
    expect(names).toEqual(expect.arrayContaining(['clusterMaintenance:approve', 'clusterMaintenance:breakGlass']));
    expect(names).toEqual(expect.arrayContaining(['pm:enable', 'backups:restore', 'applicationPlugins:update']));
    expect(names.filter((name) => /:(list|get|status|audit)$/.test(name))).toEqual([]);
    expect(names.every((name) => /^[\w-]+:[\w-]+$/.test(name))).toBe(true);
  });

  it('keeps what its own plugins have said', () => {
    const manager = managerWith(['pm:enable']);
    registerAudit({ auditManager: manager }, (text) => text);
    expect(manager.actions.get('pm:enable')).toEqual({ name: 'pm:enable' });
  });

  it('gets no secrets', async () => {
    const manager = managerWith([]);
    registerAudit({ auditManager: manager }, (text) => text.replaceAll('key-of-the-app', '***'));
    const request = { body: { packageName: 'x', authToken: 'hidden', note: 'key-of-the-app' }, query: { a: '1' } };
    const ctx = { request } as unknown as ActionContext;
    const told = JSON.stringify(await manager.actions.get('pm:update')?.getMetaData?.(ctx));
    expect(told).not.toMatch(/hidden|key-of-the-app/);
    expect(told).toContain('packageName');
  });

  it('may be missing', () => {
    expect(() => registerAudit({}, (text) => text)).not.toThrow();
  });
});
