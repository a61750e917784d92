import type { NodeRef, OperationRecord } from '../../shared/domain';
import { mayStartDuring, mustStopFor } from '../core/node-machine';
import { BLIND } from './write-fence';

export interface EntranceOptions {
  /** Looks thoroughly; rejects when neither store nor database answers. */
  readonly look: () => Promise<OperationRecord | undefined>;
  readonly node: NodeRef;
  /** False: this node has become another thing than one that serves. */
  readonly wants: () => boolean;
  readonly explain: (reason: string) => void;
  /** Resolves at the next news, at the latest after `ms`. */
  readonly news: (ms: number) => Promise<void>;
}

export interface ThoroughSight {
  readonly record: OperationRecord | undefined;
  /** The operation to drain for first. */
  readonly other: OperationRecord | undefined;
}

/** A node that hears from nobody asks again after so long, in milliseconds. */
const AGAIN = 500;

/** What a node has to know before it enters: the database at its start, or traffic. */
export class Entrance {
  constructor(private readonly options: EntranceOptions) {}

  /** The same at the door of a start, which work by hand does not keep out. */
  async atDoor(): Promise<ThoroughSight | undefined> {
    const sight = await this.look();
    return sight?.other && mayStartDuring(sight.other) ? { ...sight, other: undefined } : sight;
  }

  /** Undefined: neither store nor database answered, which is not the same as that nobody works. */
  look(): Promise<ThoroughSight | undefined> {
    const { look, node } = this.options;
    return look().then(
      (record) => ({ record, other: record && mustStopFor(record, node) ? record : undefined }),
      () => undefined,
    );
  }

  /** Does not end before somebody has answered, or this node wants no traffic (undefined). */
  async lookAhead(): Promise<ThoroughSight | undefined> {
    const { wants, explain, news } = this.options;
    while (wants()) {
      const sight = await this.look();
      if (sight) return sight;
      explain(BLIND);
      await news(AGAIN);
    }
    return undefined;
  }
}
