import type { Resolution } from '../../src/shared/domain';
import type { ModelNode } from './node';

/** What people do about trouble; each promise resolves when they have done it, or given up. */
export interface People {
  /** Wants an operation from this node, and does not give up soon. */
  readonly goOn: (node: ModelNode) => Promise<void>;
  /** Resolves what is held within so many ms. */
  readonly resolve: (node: ModelNode, ms: number, way: Resolution) => Promise<void>;
  /** Cancels whatever can be cancelled within so many ms. */
  readonly cancel: (node: ModelNode, ms: number) => Promise<void>;
  /** Enters maintenance for some seconds. */
  readonly enter: (node: ModelNode) => Promise<void>;
  /** Wants a quiet operation from it, whether it takes traffic or not. */
  readonly readAt: (node: ModelNode) => Promise<void>;
}
