import type { Tally } from '../../__tests__/model/property';

/** So many scenarios, derived from one seed. */
export interface Batch {
  readonly seed: number;
  readonly runs: number;
  /** The first of them, counted from 0. */
  readonly from: number;
  readonly shorten: boolean;
}

/** A scenario that broke a rule, and where it is found again. */
export interface Failure {
  readonly seed: number;
  readonly path: string;
  readonly what: string;
}

/** What a worker says: after each scenario, and after each batch. */
export type Word =
  | { readonly kind: 'run' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'done'; readonly tally: Tally };
