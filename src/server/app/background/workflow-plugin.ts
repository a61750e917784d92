import type { Application } from '@nocobase/server';

/** What is reached for inside the host's workflow plugin. */
export interface WorkflowPlugin {
  readonly channelPendingExecution?: string;
  readonly enabledCache?: Map<unknown, Workflow>;
  readonly triggers?: { get(type: string): { readonly modes?: Map<unknown, ScheduleMode> } | undefined };
  readonly dispatcher?: Dispatcher;
  readonly runningExecutionRegistry?: { readonly executions?: Map<string, unknown> };
  readonly timeoutManager?: TimeoutManager;
  createProcessor?(execution: Execution, options?: object): Processor;
}

export interface Workflow {
  readonly id: number | string;
  get(field: string): unknown;
}

/** Static schedules keep their timers in `timers`, those on date fields in `cache`. */
export interface ScheduleMode {
  readonly timers?: Map<string, NodeJS.Timeout>;
  readonly cache?: Map<string, NodeJS.Timeout>;
  /** Looks for records again every five minutes. */
  timer?: NodeJS.Timeout | null;
  readonly onAfterStart?: () => void;
  schedule(workflow: Workflow, ...given: unknown[]): unknown;
}

export interface Dispatcher {
  executing: Promise<unknown> | null;
  saving: Promise<unknown> | null;
  readonly recovering: Promise<unknown> | null;
  readonly events: readonly unknown[];
}

export interface TimeoutManager {
  readonly stopped: boolean;
  load(): Promise<void>;
  unload(): Promise<void>;
}

export interface Execution {
  readonly id: number | string;
  readonly workflow?: Workflow;
  readonly startedAt?: Date | null;
}

export interface Processor {
  createBackgroundAbortHandle?(): { dispose(): void };
}

/** Undefined while it is not loaded. */
export function workflowPlugin(app: Application): WorkflowPlugin | undefined {
  return app.pm.get('workflow') as WorkflowPlugin | undefined;
}
