import type { NodePhase, NodeRef, NodeReport } from '../../shared/domain';
import type { Clock } from '../core/clock';
import { nodeStep, type NodeEvent } from '../core/node-machine';
import type { AppLifecycle, Log } from '../ports';

export interface NodeStateDeps {
  readonly node: NodeRef;
  readonly app: AppLifecycle;
  readonly clock: Clock;
  readonly log: Log;
  readonly role: NodeReport['role'];
  /** Version of the host, for people. */
  readonly version: string;
}

/** Where this node is in the node machine, and the only place that moves it. */
export class NodeState {
  private current: NodePhase = 'waiting';
  private since: number;
  private acknowledged = 0;
  private words = '';
  private readonly startedAt: number;
  private readonly watchers = new Set<() => void>();

  constructor(private readonly deps: NodeStateDeps) {
    this.startedAt = this.since = deps.clock.wall();
  }

  get phase(): NodePhase {
    return this.current;
  }

  /** For people; see `isLeftOpen`. */
  get name(): string {
    return this.deps.node.name;
  }

  /** The operation that the phase belongs to; 0 when none. */
  get epoch(): number {
    return this.acknowledged;
  }

  /** It has served, and does not now. */
  get isOutOfTraffic(): boolean {
    return ['draining', 'drained', 'working', 'failed'].includes(this.current);
  }

  /** Why this node does not serve; empty when it does. */
  get reason(): string {
    return this.words;
  }

  report(): NodeReport {
    const { node, app, role, version, clock } = this.deps;
    const work = this.current === 'draining' ? app.backgroundWork() : [];
    return {
      ...node,
      ...(work.length > 0 ? { work } : {}),
      phase: this.current,
      phaseSince: this.since,
      epoch: this.acknowledged,
      reason: this.words,
      version,
      fingerprint: app.loaded()?.digest ?? '',
      inFlight: app.inFlight(),
      ...(this.current === 'draining' ? { underWay: app.underWay() } : {}),
      role,
      startedAt: this.startedAt,
      sentAt: clock.monotonic(),
    };
  }

  /** A refused step is a bug: said in the log, and not obeyed. */
  move(event: NodeEvent, change: Change = {}, operation?: string): boolean {
    const { log, node, clock } = this.deps;
    const step = nodeStep(this.current, event);
    if (!step.ok) {
      log.error(step.sentence, { node: node.name, epoch: this.acknowledged, operation });
      return false;
    }
    log.info(`${this.current} → ${step.phase}`, { event, node: node.name, operation, ...change });
    this.current = step.phase;
    this.since = clock.wall();
    this.acknowledged = change.epoch ?? this.acknowledged;
    this.words = change.reason ?? '';
    this.wake();
    return true;
  }

  explain(reason: string): void {
    this.words = reason;
  }

  /** Wakes everybody who waits for news of this node or of the record. */
  wake(): void {
    this.watchers.forEach((wake) => wake());
  }

  /** Resolves at the next news, at the latest after `ms`, or when the signal aborts. */
  async news(ms: number, signal?: AbortSignal): Promise<void> {
    const nap = new AbortController();
    const wake = () => nap.abort();
    this.watchers.add(wake);
    signal?.addEventListener('abort', wake);
    await this.deps.clock.sleep(signal?.aborted ? 0 : ms, nap.signal);
    signal?.removeEventListener('abort', wake);
    this.watchers.delete(wake);
  }
}

export interface Change {
  readonly epoch?: number;
  readonly reason?: string;
}
