import type { OperationScope } from '../../src/shared/domain';
import type { Entry } from '../../src/server/core/entry';
import { isManual } from '../../src/server/core/standing';
import type { ModelCluster } from './cluster';
import type { Reading } from './data';
import type { ModelNode } from './node';

const PERSON = { name: 'model', identity: 'model' };
/** Between two looks at the data that a quiet operation reads, in ms. */
const GLANCE = 40;

/** What people do by hand, and quiet operations: the words say what became of it. */
export class Manual {
  constructor(private readonly cluster: ModelCluster) {}

  /** It ends by itself, so that a scenario in which nobody ends it goes on. */
  async enter(node: ModelNode, scope: OperationScope, seconds: number, openNode?: string): Promise<string> {
    const open = openNode === undefined ? {} : { openNode };
    const entry: Entry = { scope, reason: 'by hand', message: 'wait', expiresInSeconds: seconds, ...open };
    try {
      const outcome = await node.parts.manual.enter(entry, PERSON);
      if (outcome.outcome !== 'entered') return outcome.outcome;
      // Whoever is told so relies on it, from here to the end.
      this.cluster.data.byHand(outcome.record);
      return 'entered';
    } catch {
      return 'offline';
    }
  }

  /** Somebody ends whatever is under way by hand. */
  async exit(node: ModelNode): Promise<string> {
    const record = this.cluster.store.read();
    if (record?.kind !== 'maintenance' || record.result !== undefined) return 'none';
    const request = { operationId: record.id, by: PERSON, override: false, reason: '' };
    return node.parts.manual.exit(request).then(
      ({ ok }) => (ok ? 'exited' : 'refused'),
      () => 'offline',
    );
  }

  /** A quiet operation with a leader: it reads for so long, and nothing may be written meanwhile. */
  async quietly(node: ModelNode, duration: number): Promise<string> {
    try {
      const request = { kind: 'repair', subject: 'a backup', requestedBy: 'model', scope: 'writes' } as const;
      const begun = await node.parts.coordinator.begin(request);
      if (begun.outcome === 'busy') return 'busy';
      const { operation } = begun;
      node.takeLead(operation);
      const drained = await operation.drain();
      const entered = drained.ok ? await operation.enter() : drained;
      if (!entered.ok) return 'aborted';
      const { simulation, data } = this.cluster;
      const reading: Reading = { disturbedBy: undefined };
      data.readings.add(reading);
      const end = simulation.time + duration;
      while (simulation.time < end && !operation.lost.aborted) await simulation.wait(GLANCE, node.host);
      data.readings.delete(reading);
      const { settled } = await operation.complete(operation.lost.aborted ? 'the lease was lost' : undefined);
      const result = await settled;
      const { epoch } = operation.record;
      if (result === 'done' && reading.disturbedBy !== undefined) {
        data.report(`R3: epoch ${epoch} reads well, and ${reading.disturbedBy} has written meanwhile`);
      }
      return `quiet ${result}`;
    } catch {
      return 'offline';
    } finally {
      node.leading = undefined;
    }
  }

  get stands(): boolean {
    const record = this.cluster.store.read();
    return record !== undefined && isManual(record);
  }
}
