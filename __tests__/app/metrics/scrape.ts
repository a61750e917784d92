/** The values of a text in the format of Prometheus, by name and labels: `name{a="1",b="2"}`, labels in their order. */
export function valuesOf(text: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, series, value] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    if (series !== undefined) values.set(series, Number(value));
  }
  return values;
}

/** Those of one metric, without its prefix and the labels that all have. */
export function seriesOf(text: string, name: string): Readonly<Record<string, number>> {
  const full = `cluster_maintenance_${name}`;
  const own = [...valuesOf(text)].filter(([series]) => series.split('{', 1)[0] === full);
  return Object.fromEntries(own.map(([series, value]) => [labelsOf(series), value]));
}

function labelsOf(series: string): string {
  const labels = [...series.matchAll(/([a-z_]+)="([^"]*)"/g)].filter(
    ([, label]) => label !== 'app' && label !== 'node',
  );
  return labels.map(([, , value]) => value).join(' ');
}
