import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../cluster';
import { baseHost } from '../cluster/paths';

/** Where and with what the figures were measured; without it nobody could compare them later. */
export interface Machine {
  readonly processors: number;
  readonly processor: string;
  readonly memoryGigabytes: number;
  readonly node: string;
  readonly nocobase: string;
  readonly plugin: string;
  /** Processes that wanted to run during the last minute before the measurement. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    processors: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryGigabytes: Math.round(totalmem() / 1e9),
    node: process.version,
    nocobase: versionOf(join(baseHost, 'node_modules', '@nocobase', 'server')),
    plugin: versionOf(projectRoot),
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** Undefined when nothing else seems to run. */
export function busyWarning({ processors, loadBefore }: Machine): string | undefined {
  if (loadBefore < processors / 2) return undefined;
  return `This machine is busy (load ${loadBefore.toFixed(1)} on ${processors} processors): the times will be noisy.`;
}

function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}
