import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createInstruments, METRIC_PREFIX } from '../../src/server/app/metrics/instruments';

interface Made {
  readonly name: string;
  readonly labelNames: readonly string[];
}

const { registry } = createInstruments({ app: 'main', node: 'n' });
const made = registry.getMetricsAsArray() as unknown as readonly Made[];
/** Every series that a scrape can hold, with the labels that it can have. */
const series = new Map<string, ReadonlySet<string>>();
for (const { name, labelNames } of made) {
  const labels = new Set(['app', 'node', 'instance', 'job', ...labelNames]);
  series.set(name, labels);
  for (const part of ['_sum', '_count']) series.set(name + part, labels);
  series.set(`${name}_bucket`, new Set([...labels, 'le']));
}
const histograms = new Set(made.filter(isHistogram).map(({ name }) => name));

function isHistogram(metric: Made): boolean {
  return metric.constructor.name === 'Histogram';
}

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}
const rules = parse(readFileSync('deploy/prometheus/alerts.yaml', 'utf8')) as Rules;
const alerts = rules.groups.flatMap((group) => group.rules);

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}
const dashboard = JSON.parse(readFileSync('deploy/grafana/cluster-maintenance.json', 'utf8')) as Dashboard;

const expressions: [string, string][] = [
  ...alerts.map(({ alert, expr }): [string, string] => [alert, expr]),
  ...dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }): [string, string] => [title, expr])),
  ...dashboard.templating.list.map(({ name, query }): [string, string] => [
    `variable ${name}`,
    typeof query === 'string' ? query : (query as { query: string }).query,
  ]),
];

/** Metrics of ours in an expression, each with the labels that it is asked by. */
function used(expression: string): { readonly name: string; readonly labels: readonly string[] }[] {
  return [...expression.matchAll(/\b(cluster_maintenance_[a-z_]+)(?:\{([^}]*)\})?/g)].map(([, name = '', by = '']) => ({
    name,
    labels: [...by.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  }));
}

describe('what is shown and alerted about', () => {
  it('is something: there are alerts and panels', () => {
    expect(alerts.length).toBeGreaterThan(8);
    expect(expressions.filter(([, text]) => used(text).length > 0).length).toBeGreaterThan(30);
  });

  it.each(expressions)('%s asks only for metrics and labels that exist: %s', (_, expression) => {
    for (const { name, labels } of used(expression)) {
      expect([...series.keys()]).toContain(name);
      expect([...(series.get(name) ?? [])]).toEqual(expect.arrayContaining([...labels]));
    }
  });

  it.each(expressions)('%s takes a histogram by its parts, and is well bracketed: %s', (_, expression) => {
    for (const { name } of used(expression)) expect(histograms).not.toContain(name);
    const depth = [...expression].reduce(
      (open, sign) => open + Number('({['.includes(sign)) - Number(')}]'.includes(sign)),
      0,
    );
    expect(depth).toBe(0);
  });

  it('leaves no metric out', () => {
    const names = new Set(
      expressions.flatMap(([, text]) => used(text).map(({ name }) => name.replace(/_(sum|count|bucket)$/, ''))),
    );
    expect([...names].sort()).toEqual(made.map(({ name }) => name).sort());
  });
});

describe('the dashboard', () => {
  it('has a name of its own for each panel, and no two that overlap', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});

describe('the alerts', () => {
  it('have a name of their own, a severity and a summary each', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const alert of alerts) {
      expect(alert).toMatchObject({
        labels: { severity: expect.stringMatching(/^(critical|warning)$/) as string },
        annotations: { summary: expect.stringMatching(/\.$/) as string },
      });
    }
  });
});

it('the table in docs/metrics.md tells of every metric, with its type and labels', () => {
  const rows = readFileSync('docs/metrics.md', 'utf8').match(/^\| `cluster_maintenance_.*$/gm) ?? [];
  const told = rows.map((row) => {
    const [, name = '', type, labels = ''] = row.split('|').map((cell) => cell.trim());
    return {
      name: name.replaceAll('`', ''),
      type,
      labels: [...labels.matchAll(/`([a-z]+)`/g)].map(([, label]) => label).sort(),
    };
  });
  const real = made.map((metric) => ({
    name: metric.name,
    type: metric.constructor.name.toLowerCase(),
    labels: [...metric.labelNames].sort(),
  }));
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  expect(told.sort(byName)).toEqual(real.sort(byName));
  expect(real.every(({ name }) => name.startsWith(METRIC_PREFIX))).toBe(true);
});
