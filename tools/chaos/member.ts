import type { ClusterNode, Proxy } from '../cluster';

/** A node and its own two ways into the world. */
export interface Member {
  /** `node1`…: the node's name in records and logs, and the name of its connections to PostgreSQL. */
  readonly name: string;
  readonly node: ClusterNode;
  readonly redis: Proxy;
  readonly db: Proxy;
}
