import { describe } from 'vitest';
import { systemClock } from '../../src/server/core/clock';
import { MemoryPolicy } from '../../src/server/memory/policy';
import { beforeEach } from 'vitest';
import { policyContract } from '../contract/policy';

describe('policy in one process', () => {
  let store: MemoryPolicy;
  beforeEach(() => {
    store = new MemoryPolicy(systemClock);
  });
  policyContract(() => ({ open: () => store }));
});
