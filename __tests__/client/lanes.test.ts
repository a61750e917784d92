import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';

const require = createRequire(import.meta.url);

class HostPlugin {
  constructor(
    readonly options: object,
    readonly app: ReturnType<typeof hostApp>,
  ) {}
  get pluginSettingsManager() {
    return this.app.pluginSettingsManager;
  }
  t(text: string) {
    return `translated: ${text}`;
  }
}

/** The members of the host's application that a lane may touch; what is registered is kept. */
function hostApp() {
  const calls: Record<string, unknown[]> = {};
  const record =
    (name: string) =>
    (...values: unknown[]) =>
      void (calls[name] ??= []).push(...values);
  const pluginSettingsManager: Record<string, (...values: unknown[]) => void> = {
    add: record('add'),
    addMenuItem: record('addMenuItem'),
    addPageTabItem: record('addPageTabItem'),
    setPluginSettingsLink: record('setPluginSettingsLink'),
  };
  const app = {
    calls,
    pluginSettingsManager,
    apiClient: {
      request: () => Promise.reject(new Error('Nothing is asked before the page is shown.')),
      axios: { defaults: {} },
    },
    getComponent: () => () => null,
    addComponents: record('addComponents'),
    addProvider: record('addProvider'),
  };
  return app;
}

/** Bundles a lane as the host loads it: everything of others comes from outside. Returns it with what it asked for. */
async function load(lane: 'client' | 'client-v2') {
  const result = await build({
    entryPoints: [`src/${lane}/index.tsx`],
    bundle: true,
    write: false,
    packages: 'external',
    format: 'cjs',
    jsx: 'transform',
  });
  const asked = new Set<string>();
  const requireFromHost = (name: string): unknown => {
    asked.add(name);
    return name.startsWith('@nocobase/') ? { Plugin: HostPlugin } : require(name);
  };
  const module = { exports: {} as { default: new (options: object, app: object) => { load(): Promise<void> } } };
  new Function('module', 'exports', 'require', result.outputFiles[0]?.text ?? '')(
    module,
    module.exports,
    requireFromHost,
  );
  return { Lane: module.exports.default, asked };
}

describe('the v1 lane', () => {
  let lane: Awaited<ReturnType<typeof load>>;
  beforeAll(async () => {
    lane = await load('client');
  });

  it('registers the page at /admin/settings/cluster-maintenance for those who may see it', async () => {
    const app = hostApp();
    await new lane.Lane({}, app).load();
    expect(app.calls.add?.slice(0, 2)).toEqual([
      'cluster-maintenance',
      {
        title: '{{t("Cluster maintenance", { ns: "nocobase-plugin-cluster-maintenance" })}}',
        icon: 'DeploymentUnitOutlined',
        aclSnippet: 'pm.nocobase-plugin-cluster-maintenance',
        Component: expect.any(Function),
      },
    ]);
    expect(app.calls.add?.[2]).toBe('cluster-maintenance-see');
    expect(app.calls.add?.[3]).toMatchObject({
      aclSnippet: 'pm.nocobase-plugin-cluster-maintenance.see',
      title: expect.stringMatching(/^\{\{t\("Cluster maintenance", .*\+ ": " \+ t\("Right to look", .*\}\}$/) as string,
      hidden: true,
      isTopLevel: false,
    });
    expect(app.calls.addComponents).toEqual([
      { AppMaintainingDialog: expect.any(Function) },
      { AppMaintaining: expect.any(Function) },
    ]);
  });
});

describe('the v2 lane', () => {
  let lane: Awaited<ReturnType<typeof load>>;
  beforeAll(async () => {
    lane = await load('client-v2');
  });

  it('registers menu and page, and loads the page only when it is opened', async () => {
    const app = hostApp();
    await new lane.Lane({}, app).load();
    const shared = { title: 'translated: Cluster maintenance', aclSnippet: 'pm.nocobase-plugin-cluster-maintenance' };
    expect(app.calls.addMenuItem).toEqual([{ key: 'cluster-maintenance', icon: 'DeploymentUnitOutlined', ...shared }]);
    expect(app.calls.addPageTabItem?.[0]).toMatchObject({ menuKey: 'cluster-maintenance', key: 'index', ...shared });
    for (const key of ['see', 'operate', 'approve', 'policy']) {
      const aclSnippet = `pm.nocobase-plugin-cluster-maintenance.${key}`;
      expect(app.calls.addPageTabItem).toContainEqual(expect.objectContaining({ key, aclSnippet, hidden: true }));
    }
    expect(app.calls.setPluginSettingsLink).toEqual(['nocobase-plugin-cluster-maintenance', 'cluster-maintenance']);
    const [page] = app.calls.addPageTabItem as unknown as [{ componentLoader(): Promise<{ default: unknown }> }];
    await expect(page.componentLoader()).resolves.toEqual({ default: expect.any(Function) });
  });

  it('loads in a host that has no link from the plugin manager yet', async () => {
    const app = hostApp();
    delete app.pluginSettingsManager.setPluginSettingsLink;
    await expect(new lane.Lane({}, app).load()).resolves.toBeUndefined();
  });

  it('asks the host for the v2 client only, and for nothing that the host does not provide', async () => {
    await new lane.Lane({}, hostApp()).load();
    const provided = ['@ant-design/icons', '@nocobase/client-v2', 'antd', 'dayjs', 'react', 'react-i18next'];
    expect([...lane.asked].filter((name) => !provided.includes(name))).toEqual([]);
  });
});
