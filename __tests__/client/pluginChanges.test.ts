import { describe, expect, it } from 'vitest';
import { epochAtOpening, pluginsChangedSince } from '../../src/client-v2/model/pluginChanges';
import type { OperationRecord } from '../../src/shared/domain';
import { operation, status } from './fixtures';

const over = (epoch: number, more: Partial<OperationRecord> = {}) =>
  status({ lastOperation: operation({ epoch, result: 'done', ...more }) });

describe('a browser has old plugins', () => {
  it('when an operation has changed them since the page was opened', () => {
    const opened = epochAtOpening(over(7));
    expect(pluginsChangedSince(opened, over(7))).toBe(false);
    expect(pluginsChangedSince(opened, over(8))).toBe(true);
    expect(pluginsChangedSince(opened, over(8, { result: 'degraded' }))).toBe(true);
  });

  it('also when it is the first operation the cluster has had', () => {
    expect(pluginsChangedSince(epochAtOpening(status()), over(1))).toBe(true);
  });

  it('not after an operation that changed nothing in a browser', () => {
    expect(pluginsChangedSince(7, over(8, { result: 'aborted' }))).toBe(false);
    expect(pluginsChangedSince(7, over(8, { kind: 'pm.add' }))).toBe(false);
  });

  it('not when it was opened after the work, which is how the host reloads the browsers of the leader', () => {
    const opened = epochAtOpening(status({ operation: operation({ epoch: 8, phase: 'reloading' }) }));
    expect(pluginsChangedSince(opened, over(8))).toBe(false);
  });

  it('when it was opened during the work', () => {
    const opened = epochAtOpening(status({ operation: operation({ epoch: 8, phase: 'working' }) }));
    expect(pluginsChangedSince(opened, over(8))).toBe(true);
  });
});
