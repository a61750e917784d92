import type { Application } from '@nocobase/server';
import type { Clock } from '../../core/clock';
import { oneTakerOf } from './one-taker';
import type { BackgroundPart, Work } from './part';
import { workflowPlugin, type Execution, type Processor, type WorkflowPlugin } from './workflow-plugin';

/** After its answer came, a node that does not keep its workflow waiting writes what it got; in milliseconds. */
const WRITES_AFTERWARDS = 500;

/**
 * Workflows that run on this node. None begins while the queue and the schedules are paused, so nothing is to be paused
 * here. The dispatcher must not be: it would drop the events of what still runs. Those become rows in the database.
 */
export class RunningWorkflows implements BackgroundPart {
  readonly name = 'workflows';
  private readonly watched = new WeakSet<WorkflowPlugin>();
  /** Nodes that wait for an answer from outside, after their workflow has been put aside. */
  private readonly waiting = new Map<symbol, Work>();
  private readonly known = new Map<string, Work>();

  constructor(
    private readonly app: Application,
    private readonly clock: Clock,
  ) {}

  watch(): void {
    oneTakerOf(this.app);
    const plugin = workflowPlugin(this.app);
    const create = plugin?.createProcessor;
    if (!plugin || !create || this.watched.has(plugin)) return;
    this.watched.add(plugin);
    plugin.createProcessor = (execution, options) => {
      const processor = create.call(plugin, execution, options);
      this.watchProcessor(processor, execution);
      return processor;
    };
  }

  pause(): undefined {
    return undefined;
  }

  async running(): Promise<readonly Work[]> {
    const plugin = workflowPlugin(this.app);
    const ids = [...(plugin?.runningExecutionRegistry?.executions?.keys() ?? [])];
    [...this.known.keys()].filter((id) => !ids.includes(id)).forEach((id) => this.known.delete(id));
    const named = await Promise.all(ids.map((id) => this.nameOf(id)));
    const works = [...named, ...this.waiting.values()];
    return works.length > 0 ? works : this.unnamed(plugin);
  }

  abandon(): void {
    const plugin = workflowPlugin(this.app);
    if (plugin?.dispatcher) {
      plugin.dispatcher.executing = null;
      plugin.dispatcher.saving = null;
    }
    const scripts = this.app.pm.get('workflow-javascript') as
      { taskConsumer?: { processing?: Set<unknown> } } | undefined;
    scripts?.taskConsumer?.processing?.clear();
  }

  /** Between the queue and the first node, and events that become rows: moments, as a rule. */
  private unnamed(plugin: WorkflowPlugin | undefined): readonly Work[] {
    const { executing, saving, recovering, events } = plugin?.dispatcher ?? {};
    if (executing) return [{ what: 'a workflow that begins', vague: true }];
    if (saving || events?.length) return [{ what: 'events of workflows that are stored', vague: true }];
    return recovering ? [{ what: 'workflows that are looked for', vague: true }] : [];
  }

  private async nameOf(id: string): Promise<Work> {
    const known = this.known.get(id);
    if (known) return known;
    const execution = await this.app.db
      .getRepository('executions')
      .findOne({ filterByTk: id, appends: ['workflow'] })
      .catch(() => null);
    const workflow = execution?.get('workflow') as Execution['workflow'] | null;
    const startedAt = execution?.get('startedAt');
    const work = describe(workflow?.get('title'), startedAt instanceof Date ? startedAt.getTime() : this.clock.wall());
    this.known.set(id, work);
    return work;
  }

  private watchProcessor(processor: Processor, { workflow, id }: Execution): void {
    const create = processor.createBackgroundAbortHandle;
    if (!create) return;
    processor.createBackgroundAbortHandle = () => {
      const handle = create.call(processor);
      const key = Symbol();
      this.waiting.set(key, describe(workflow?.get('title') ?? id, this.clock.wall()));
      const dispose = handle.dispose.bind(handle);
      handle.dispose = () => {
        dispose();
        void this.clock.sleep(WRITES_AFTERWARDS).then(() => this.waiting.delete(key));
      };
      return handle;
    };
  }
}

function describe(title: unknown, since: number): Work {
  return { what: `workflow "${typeof title === 'string' && title !== '' ? title : '?'}"`, since };
}
