import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readSettings } from '../../src/server/core/settings';
import { RESOURCE } from '../../src/shared/api';

type Tree = Readonly<Record<string, unknown>>;
type Env = Readonly<Record<string, string>>;

const read = (file: string) => readFileSync(`deploy/${file}`, 'utf8');

/** What is at this place of a tree; a step that is not there fails the test. */
function at<T = Tree>(tree: unknown, ...path: (string | number)[]): T {
  const found = path.reduce<unknown>((node, step) => (node as Tree | undefined)?.[step as string], tree);
  if (found === undefined) throw new Error(`Nothing is at ${path.join('.')}.`);
  return found as T;
}

const manifests = parseAllDocuments(read('kubernetes/nocobase.yaml')).map((document) => document.toJS() as Tree);
const manifest = (kind: string, name?: string): Tree => {
  const found = manifests.filter((one) => one.kind === kind && (!name || at<string>(one, 'metadata', 'name') === name));
  expect(found).toHaveLength(1);
  return found[0] ?? {};
};
const pod = at(manifest('Deployment'), 'spec', 'template', 'spec');
const container = at(pod, 'containers', 0);
const values = parse(read('helm/values.yaml')) as Tree;
const controller = at(values, 'controllers', 'nocobase');
const helmContainer = at(controller, 'containers', 'nocobase');
const compose = parse(read('compose/compose.yaml'), { merge: true }) as Tree;
const services = at<Readonly<Record<string, Tree>>>(compose, 'services');
const composeNodes = Object.entries(services).filter(([name]) => name.startsWith('node'));

/** How long a node may need to end, in seconds, with this environment: its drain, and as a leader the others' reload. */
function needed(env: Env): number {
  const outcome = readSettings({ env, bootId: 'b', hostname: 'h', namespace: 'n' });
  expect(outcome.ok).toBe(true);
  const { drainDeadline, reloadDeadline } = outcome.settings.timings;
  return (drainDeadline + reloadDeadline) / 1000;
}

const seconds = (text: string): number => Number(/^(\d+)s$/.exec(text)?.[1]);
const holdSeconds = (env: Env) =>
  readSettings({ env, bootId: 'b', hostname: 'h', namespace: 'n' }).settings.timings.holdLimit / 1000;

interface Probe {
  readonly httpGet: { readonly path: string };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

/** The same promises, wherever they are written. */
const places = [
  {
    name: 'Kubernetes',
    env: at<Env>(manifest('ConfigMap', 'nocobase'), 'data'),
    probes: {
      startup: at<Probe>(container, 'startupProbe'),
      liveness: at<Probe>(container, 'livenessProbe'),
      readiness: at<Probe>(container, 'readinessProbe'),
    },
    grace: at<number>(pod, 'terminationGracePeriodSeconds'),
    preStop: at<string[]>(container, 'lifecycle', 'preStop', 'exec', 'command'),
    command: at<string[]>(container, 'command'),
    script: at<string>(manifest('ConfigMap', 'nocobase-run'), 'data', 'run-node.sh'),
    replicas: at<number>(manifest('Deployment'), 'spec', 'replicas'),
  },
  {
    name: 'Helm',
    env: Object.fromEntries(
      Object.entries(at<Tree>(helmContainer, 'env')).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
    probes: {
      startup: at<Probe>(helmContainer, 'probes', 'startup', 'spec'),
      liveness: at<Probe>(helmContainer, 'probes', 'liveness', 'spec'),
      readiness: at<Probe>(helmContainer, 'probes', 'readiness', 'spec'),
    },
    grace: at<number>(values, 'defaultPodOptions', 'terminationGracePeriodSeconds'),
    preStop: at<string[]>(helmContainer, 'lifecycle', 'preStop', 'exec', 'command'),
    command: at<string[]>(helmContainer, 'command'),
    script: at<string>(values, 'configMaps', 'run', 'data', 'run-node.sh'),
    replicas: at<number>(controller, 'replicas'),
  },
];

describe.each(places)('the pods of $name', ({ env, probes, grace, preStop, command, script, replicas }) => {
  it('are kept alive by :live alone, and get traffic by :ready', () => {
    expect(probes.startup.httpGet.path).toBe(`/api/${RESOURCE}:live`);
    expect(probes.liveness.httpGet.path).toBe(`/api/${RESOURCE}:live`);
    expect(probes.readiness.httpGet.path).toBe(`/api/${RESOURCE}:ready`);
  });

  it('may take as long to end as a drain and the reload of the others take', () => {
    const [sleep, pause] = preStop;
    expect(sleep).toBe('sleep');
    expect(grace).toBeGreaterThan(Number(pause) + needed(env));
  });

  it('stay in the service for as long as requests wait in them', () => {
    const out = probes.readiness.periodSeconds * probes.readiness.failureThreshold;
    expect(out).toBeGreaterThan(holdSeconds(env));
  });

  it('are several, in production, with a Redis, and hear when they are asked to end', () => {
    expect(replicas).toBe(3);
    expect(env).toMatchObject({ APP_ENV: 'production', APP_LAUNCH_MODE: 'node' });
    expect(env.CLUSTER_MAINTENANCE_REDIS_URL).toMatch(/^redis:/);
    expect(command.join(' ')).toBe('sh /run/nocobase/run-node.sh');
    expect(script).toBe(read('container/run-node.sh'));
  });
});

describe('the manifests for Kubernetes', () => {
  it('say of each thing what it is and how it is called, once', () => {
    const names = manifests.map(({ apiVersion, kind, metadata }) => [apiVersion, kind, at(metadata, 'name')].join(' '));
    expect(new Set(names).size).toBe(manifests.length);
    expect(manifests.every(({ apiVersion, kind }) => typeof apiVersion === 'string' && typeof kind === 'string')).toBe(
      true,
    );
  });

  it('select the pods that they make', () => {
    const labels = at(manifest('Deployment'), 'spec', 'template', 'metadata', 'labels');
    for (const [kind, path] of [
      ['Deployment', ['spec', 'selector', 'matchLabels']],
      ['Service', ['spec', 'selector']],
      ['PodDisruptionBudget', ['spec', 'selector', 'matchLabels']],
    ] as const) {
      expect(labels).toMatchObject(at(manifest(kind), ...path));
    }
  });

  it('mount only volumes that there are, and one that several pods may write to', () => {
    const volumes = at<{ name: string }[]>(pod, 'volumes').map(({ name }) => name);
    expect(
      at<{ name: string }[]>(container, 'volumeMounts')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(volumes.sort());
    expect(at(manifest('PersistentVolumeClaim'), 'spec', 'accessModes')).toEqual(['ReadWriteMany']);
  });

  it('keep no secret, and have an example of where they are', () => {
    const example = parse(read('kubernetes/secret.yaml.example')) as Tree;
    const secret = Object.keys(at(example, 'stringData'));
    expect(secret).toEqual(expect.arrayContaining(['APP_KEY', 'DB_PASSWORD']));
    for (const key of secret) expect(Object.keys(at(manifest('ConfigMap', 'nocobase'), 'data'))).not.toContain(key);
    expect(read('helm/values.yaml')).not.toMatch(/PASSWORD|APP_KEY/);
  });

  it('update without taking a pod away before another one is there', () => {
    expect(at(manifest('Deployment'), 'spec', 'strategy', 'rollingUpdate')).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(at(controller, 'rollingUpdate')).toEqual({ surge: 1, unavailable: 0 });
  });
});

describe('the Helm values', () => {
  it('say what the manifests say', () => {
    const [kubernetes, helm] = places;
    expect(helm?.env).toEqual(kubernetes?.env);
    expect(helm?.grace).toBe(kubernetes?.grace);
    const times = (place: (typeof places)[number] | undefined) =>
      Object.values(place?.probes ?? {}).map(({ httpGet: { path }, ...rest }) => ({ ...rest, path }));
    expect(times(helm)).toEqual(times(kubernetes));
    expect(at(helmContainer, 'resources')).toEqual(at(container, 'resources'));
    expect(at(values, 'ingress', 'nocobase', 'annotations')).toEqual(
      at(manifest('Ingress'), 'metadata', 'annotations'),
    );
  });
});

describe('Docker Compose', () => {
  it('has three nodes that differ by their names alone', () => {
    expect(composeNodes).toHaveLength(3);
    const names = composeNodes.map(([, node]) => at<string>(node, 'environment', 'CLUSTER_MAINTENANCE_NODE_NAME'));
    expect(names).toEqual(composeNodes.map(([name]) => name));
    const same = composeNodes.map(([, { environment, ...node }]) =>
      JSON.stringify({ ...node, environment: { ...(environment as Tree), CLUSTER_MAINTENANCE_NODE_NAME: '' } }),
    );
    expect(new Set(same).size).toBe(1);
  });

  it.each(composeNodes)('lets %s end in its own time, and hear of it', (_, node) => {
    const env = at<Env>(node, 'environment');
    expect(seconds(at(node, 'stop_grace_period'))).toBeGreaterThan(needed(env));
    expect(seconds(at(services.postgres, 'stop_grace_period'))).toBeGreaterThan(seconds(at(node, 'stop_grace_period')));
    expect(at(node, 'entrypoint')).toEqual(['/run-node.sh']);
    expect(at(node, 'volumes')).toContain('../container/run-node.sh:/run-node.sh:ro');
    expect(env.APP_LAUNCH_MODE).toBe('node');
    const [, program, ...words] = at<unknown[]>(node, 'healthcheck', 'test');
    expect([program, ...words].every((word) => typeof word === 'string')).toBe(true);
    expect(words.join(' ')).toContain(`${RESOURCE}:live`);
  });

  it('asks for variables that the example names, and names none that it does not ask for', () => {
    const asked = new Set([...read('compose/compose.yaml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name));
    const told = [...read('compose/env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect([...asked].sort()).toEqual(told.sort());
  });

  it('sends nginx to the nodes that there are, as in the example that the traffic tests try', () => {
    const servers = [...read('compose/nginx.conf').matchAll(/server (\w+):13000/g)].map(([, name]) => name);
    expect(servers).toEqual(composeNodes.map(([name]) => name));
    expect(read('compose/nginx.conf')).toBe(readFileSync('examples/balancers/nginx.conf', 'utf8'));
  });

  it('refers to volumes and services that there are', () => {
    const volumes = Object.keys(at(compose, 'volumes'));
    for (const [name, service] of Object.entries(services)) {
      const mounts = (service.volumes ?? []) as string[];
      for (const mount of mounts) {
        const [source = ''] = mount.split(':');
        if (!source.startsWith('.')) expect(volumes).toContain(source);
      }
      const before = Object.keys((service.depends_on ?? {}) as object);
      if (!Array.isArray(service.depends_on)) expect(Object.keys(services)).toEqual(expect.arrayContaining(before));
      expect(name).not.toBe('');
    }
  });
});

describe('the file for PM2', () => {
  it('lets a process end in its own time', () => {
    const patience = /PATIENCE = ([\d_]+);/.exec(read('pm2/ecosystem.config.cjs'))?.[1]?.replaceAll('_', '');
    expect(Number(patience) / 1000).toBeGreaterThan(needed({}));
    expect(read('pm2/ecosystem.config.cjs')).toContain('kill_timeout: PATIENCE');
  });
});
