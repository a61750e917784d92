import { describe } from 'vitest';
import { ageContract } from './ledger-age';
import { journalContract } from './ledger-journal';
import { nodesContract } from './ledger-nodes';
import { operationsContract } from './ledger-operations';
import type { LedgerUnderTest } from './ledger-subject';

/** What every ledger promises. */
export function ledgerContract(subject: () => LedgerUnderTest): void {
  describe('processes', () => nodesContract(subject));
  describe('operations', () => operationsContract(subject));
  describe('time', () => ageContract(subject));
  describe('journal', () => journalContract(subject));
}
