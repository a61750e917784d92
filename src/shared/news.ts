import type { ClusterPhase, OperationKind, OperationResult } from './domain';

/** What people are told of who do not look at the page. */
export const NEWS_EVENTS = [
  'started',
  'waiting',
  'held',
  'finished',
  'failed',
  'break-glass',
  'drift',
  'announced',
] as const;
export type NewsEvent = (typeof NEWS_EVENTS)[number];

/** Body of a webhook. The same piece of news has the same `id` on every node and in every attempt. */
export interface News {
  readonly id: string;
  readonly event: NewsEvent;
  /** Milliseconds since 1970, by the node that saw it first. */
  readonly at: number;
  /** One line. */
  readonly title: string;
  /** What happened, to what, and what to do. */
  readonly text: string;
  readonly operation?: {
    readonly id: string;
    readonly epoch: number;
    readonly kind: OperationKind;
    readonly subject: string;
    readonly phase: ClusterPhase;
    readonly result?: OperationResult;
    readonly leader: string;
    readonly requestedBy: string;
    readonly startedAt: number;
  };
}

export const DELIVERY_STATES = ['pending', 'sent', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One piece of news on its way to one place. */
export interface Delivery {
  readonly id: string;
  readonly news: News;
  readonly target: 'webhook' | 'channel';
  readonly state: DeliveryState;
  readonly attempts: number;
  /** What the last attempt failed for. */
  readonly problem: string;
}

/** Answer of `deliveries` (query: `state`, `dead` by default): newest first, 100 at most. */
export interface DeliveriesBody {
  readonly deliveries: readonly Delivery[];
}

/** Body of `redeliver`: one that is dead is tried again. */
export interface RedeliverBody {
  readonly id: string;
}
