import type { OperationKind, OperationResult } from './domain';

/** What an operation has become; `open`: it runs, or is held. */
export type HistoryState = OperationResult | 'open';

/** Which operations are looked for; nothing: all of them. */
export interface HistoryFilter {
  readonly kind?: OperationKind;
  readonly state?: HistoryState;
}

/** What the action `history` may be asked with. */
export interface HistoryQuery extends HistoryFilter {
  readonly limit?: number;
  /** The epoch of the last one seen: what follows is older. */
  readonly beforeEpoch?: number;
}
