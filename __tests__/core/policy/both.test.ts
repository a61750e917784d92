import { describe, expect, it } from 'vitest';
import type { Reason, Verdict } from '../../../src/shared/policy';
import { both } from '../../../src/server/core/policy/verdict';

const reason = (code: Reason['code']): Reason => ({ code, values: {} });
const ALLOWED: Verdict = { decision: 'allow', maintenance: 'none', reasons: [] };
const ASKS: Verdict = { decision: 'ask', maintenance: 'full', reasons: [reason('reason-needed')] };
const WAITS: Verdict = { decision: 'wait', maintenance: 'quiet', reasons: [reason('outside-windows')], nextWindow: 5 };
const DENIES: Verdict = { decision: 'deny', maintenance: 'none', reasons: [reason('denied'), reason('reason-needed')] };

describe('two verdicts that both have to be a yes', () => {
  it.each([
    [ALLOWED, ALLOWED, ALLOWED],
    [ALLOWED, ASKS, ASKS],
    [ASKS, DENIES, { decision: 'deny', maintenance: 'full', reasons: [reason('reason-needed'), reason('denied')] }],
    [WAITS, { ...WAITS, nextWindow: 7 }, { ...WAITS, nextWindow: 7 }],
    [WAITS, DENIES, { decision: 'deny', maintenance: 'quiet' }],
  ] as const)('are the stricter of both with all reasons once (%#)', (one, other, expected) => {
    expect(both(one, other)).toMatchObject(expected);
    expect(both(other, one)).toMatchObject({ decision: expected.decision, maintenance: expected.maintenance });
    expect(both(one, other).reasons).toHaveLength(both(other, one).reasons.length);
  });

  it('name no window when a window is not what they wait for', () => {
    expect(both(WAITS, DENIES)).not.toHaveProperty('nextWindow');
  });
});
