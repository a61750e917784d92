/**
 * What the coordination needs of the world. Each port has one contract suite in __tests__/contract, which every
 * implementation passes: redis/ and database/ on the real thing, memory/ for single-node mode.
 *
 * Common to all: a method rejects only when the store cannot be reached or answers nonsense, and then the caller
 * must assume that the effect may or may not have happened. Everything expected is a value.
 */
export type * from './ports/app';
export type * from './ports/coordination';
export type * from './ports/guard';
export type * from './ports/ledger';
export type * from './ports/log';
export type * from './ports/policy';
