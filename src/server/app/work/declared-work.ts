import type { Parts } from '../parts';
import { personOf } from '../person';
import { currentRequest } from '../request-scope';
import type { ActionOptions, ClusterWork, WorkContext, WorkMode, WorkOptions } from './contract';
import { WorkRegistry } from './registry';
import { runWork, type WorkDeps } from './run-work';
import { WorkError } from './work-error';
import { currentWork, handOver, type WorkScope } from './work-scope';

export interface WorkHost {
  /** Undefined while the plugin is switched off. */
  readonly parts: () => Promise<Parts | undefined>;
  readonly registry: WorkRegistry;
  readonly onSettled: (result: string) => void;
  readonly say: (text: string) => void;
}

type Run<T> = (work: WorkContext) => Promise<T>;

const LONGEST_NAME = 200;

/** What other plugins get. One for the life of the process, whatever becomes of the app and its plugins. */
export class DeclaredClusterWork implements ClusterWork {
  constructor(private readonly host: WorkHost) {
    host.registry.isUsed = true;
  }

  runExclusive<T>(kind: string, run: Run<T>, options: WorkOptions = {}): Promise<T> {
    return this.run('exclusive', kind, run, options);
  }

  runQuietly<T>(kind: string, run: Run<T>, options: WorkOptions = {}): Promise<T> {
    return this.run('quiet', kind, run, options);
  }

  registerAction(name: string, options: ActionOptions): void {
    this.host.registry.declareAction(name, options);
  }

  waitUntil(end: Promise<unknown>): void {
    const scope = currentWork();
    if (scope) handOver(scope, end);
    // Nobody waits for it then, and nobody would hear of its failure.
    else end.catch((error: unknown) => this.host.say(`Work that nothing waits for failed: ${String(error)}`));
  }

  private async run<T>(mode: WorkMode, kind: string, run: Run<T>, options: WorkOptions): Promise<T> {
    const what = nameOf(kind);
    const outer = currentWork();
    if (outer) return join(outer, mode, what, run);
    const parts = await this.host.parts();
    if (!parts) return run(this.alone(what, options));
    const request = currentRequest();
    const requestedBy = options.requestedBy ?? (request ? personOf(request).name : 'plugin');
    const signal = options.signal ? { signal: options.signal } : {};
    return runWork(depsOf(parts, this.host.onSettled), { kind: 'work', mode, what, requestedBy, ...signal }, run);
  }

  /** Switched off, NocoBase runs as it would without this plugin. */
  private alone(what: string, { signal = new AbortController().signal }: WorkOptions): WorkContext {
    return { signal, progress: (text) => this.host.say(`${what}: ${text}`), epoch: 0, coordinated: false };
  }
}

/** For processes that are no nodes: nobody can be stopped from there. */
export function uncoordinatedWork(say: (text: string) => void): ClusterWork {
  const parts = () => Promise.resolve(undefined);
  return new DeclaredClusterWork({ parts, registry: new WorkRegistry(), onSettled: () => {}, say });
}

/** The request that this is called in waits for the work, so its node must not wait for the request. */
export function depsOf({ coordinator, coordination, gate }: Parts, onSettled: (result: string) => void): WorkDeps {
  const request = currentRequest();
  const onLead = () => request && gate.underWay.exclude(request.req);
  return { coordinator, coordination, onLead, onSettled };
}

/** A part of the operation around it. Writes that go on cannot be stopped from within. */
function join<T>(outer: WorkScope, mode: WorkMode, what: string, run: Run<T>): Promise<T> {
  if (mode === 'quiet' || outer.mode === 'exclusive') return run(outer.context);
  const why = `${what} must be alone, and is a part of ${outer.what}, which only stops what writes.`;
  return Promise.reject(new WorkError('MAINTENANCE_INVALID_REQUEST', `${why} Begin the outer one with runExclusive.`));
}

/** It stands in records, journals and sentences. */
function nameOf(kind: string): string {
  const name = typeof kind === 'string' ? kind.replace(/\s+/g, ' ').trim() : '';
  if (name !== '' && name.length <= LONGEST_NAME) return name;
  throw new WorkError(
    'MAINTENANCE_INVALID_REQUEST',
    `Work needs a name for people, of ${LONGEST_NAME} characters at most.`,
  );
}
