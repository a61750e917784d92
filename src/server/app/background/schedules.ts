import type { Application } from '@nocobase/server';
import type { Clock } from '../../core/clock';
import type { BackgroundPart, Pause, Work } from './part';
import { workflowPlugin, type ScheduleMode, type Workflow } from './workflow-plugin';

/** A run that is due at `time`. The host names it `WORKFLOW@TIME` or, on a date field, `WORKFLOW:RECORD@TIME`. */
interface Due {
  readonly workflow: string;
  readonly record: string | undefined;
  readonly time: number;
}

/** A record that a run is scheduled for; its model knows its collection. */
interface ScheduledRecord {
  readonly constructor: { readonly collection?: { readonly filterTargetKey?: string } };
  get(field: string): unknown;
}

/**
 * Schedule triggers of workflows: timers of the workflow plugin, one per coming run. What falls into the pause runs once
 * afterwards, by the host's own code for a timer that is late. Every node does that, and the database keeps the first:
 * the name of the run is unique there.
 */
export class Schedules implements BackgroundPart {
  readonly name = 'schedule triggers';

  constructor(
    private readonly app: Application,
    private readonly clock: Clock,
  ) {}

  pause(): Pause | undefined {
    const modes = this.modes();
    const held = [...modes].map(([key, mode]) => ({ key, mode, due: hold(mode) }));
    if (held.length === 0) return undefined;
    return {
      undo: () => held.forEach(({ mode, due }) => this.release(mode, [...due.values()])),
      handOver: () => {
        // The host has set its timers anew, for what is still to come.
        const late = ({ time }: Due) => time <= this.clock.wall();
        const now = this.modes();
        held.forEach(({ key, due }) => this.repeat(now.get(key), [...due.values()].filter(late)));
      },
    };
  }

  running(): readonly Work[] {
    return [];
  }

  private modes(): ReadonlyMap<unknown, ScheduleMode> {
    return workflowPlugin(this.app)?.triggers?.get('schedule')?.modes ?? new Map<unknown, ScheduleMode>();
  }

  private release(mode: ScheduleMode, due: readonly Due[]): void {
    Reflect.deleteProperty(mode, 'schedule');
    // Sets the timer that looks for records, and looks at once.
    if (mode.cache) mode.onAfterStart?.();
    this.repeat(mode, due);
  }

  private repeat(mode: ScheduleMode | undefined, due: readonly Due[]): void {
    const workflows = [...(workflowPlugin(this.app)?.enabledCache?.values() ?? [])];
    for (const { workflow: id, record, time } of due) {
      const workflow = workflows.find((one) => `${one.id}` === id);
      if (!workflow) continue;
      if (record === undefined) mode?.schedule(workflow, time);
      // It is read anew by its key when its time has come.
      else mode?.schedule(workflow, { get: () => record }, time);
    }
  }
}

/** Takes the timers away, and notes what the host schedules from now on instead of doing it. */
function hold(mode: ScheduleMode): Map<string, Due> {
  const due = new Map<string, Due>();
  const timers = mode.timers ?? mode.cache;
  for (const [name, timer] of timers ?? []) {
    clearTimeout(timer);
    due.set(name, dueOf(name));
  }
  timers?.clear();
  if (mode.timer) clearInterval(mode.timer);
  if (mode.cache) mode.timer = null;
  mode.schedule = mode.cache ? noteRecords(due) : noteTimes(due);
  return due;
}

function noteTimes(due: Map<string, Due>) {
  return (workflow: Workflow, time: unknown, wanted: unknown = true): void => {
    if (wanted) note(due, `${workflow.id}@${String(time)}`);
    else forget(due, `${workflow.id}@`);
  };
}

function noteRecords(due: Map<string, Due>) {
  return (workflow: Workflow, record: ScheduledRecord, time: unknown, wanted: unknown = true): void => {
    const key = record.constructor.collection?.filterTargetKey ?? 'id';
    const name = `${workflow.id}:${String(record.get(key))}@`;
    if (wanted) note(due, `${name}${String(time)}`);
    else forget(due, name);
  };
}

function note(due: Map<string, Due>, name: string): void {
  due.set(name, dueOf(name));
}

function forget(due: Map<string, Due>, start: string): void {
  [...due.keys()].filter((name) => name.startsWith(start)).forEach((name) => due.delete(name));
}

function dueOf(name: string): Due {
  const at = name.lastIndexOf('@');
  const [workflow = '', ...record] = name.slice(0, at).split(':');
  return { workflow, record: record.length > 0 ? record.join(':') : undefined, time: Number(name.slice(at + 1)) };
}
