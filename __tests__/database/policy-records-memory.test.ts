import { beforeEach, describe } from 'vitest';
import { systemClock } from '../../src/server/core/clock';
import { createMemoryPolicyRecords } from '../../src/server/memory/policy-records';
import type { PolicyRecords } from '../../src/server/ports';
import { policyRecordsContract } from '../contract/policy-records';

describe('records of the policy within one process', () => {
  let records: PolicyRecords;
  beforeEach(() => {
    records = createMemoryPolicyRecords(systemClock);
  });
  policyRecordsContract(() => ({ open: () => records }));
});
