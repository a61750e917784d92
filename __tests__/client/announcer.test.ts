import { describe, expect, it } from 'vitest';
import { announcement } from '../../src/client-v2/components/Announcer';
import { held, operation, status, WAYS_OUT } from './fixtures';

const t = (key: string, values: Readonly<Record<string, string | number>> = {}) =>
  key.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));

describe('screen readers', () => {
  it('are told of the phase and of the end, and nothing that changes every second', () => {
    expect(announcement(status({ operation: operation({ phase: 'working', step: '1/77' }) }), t)).toBe(
      'Enable plugin, departments, Working',
    );
    expect(announcement(status({ lastOperation: operation({ result: 'done' }) }), t)).toBe(
      'Enable plugin, departments, Done',
    );
  });

  it('are told that an operation is held', () => {
    expect(announcement(held(), t)).toBe('Enable plugin, departments, Held');
  });

  it('are told who asked to cancel', () => {
    expect(announcement(status({ operation: operation({ cancelledBy: 'Grace' }) }), t)).toBe(
      'Enable plugin, departments, Draining. Grace asked to cancel; the leader stops.',
    );
  });

  it('are told who does not answer, and not for how long', () => {
    const silentNodes = [{ bootId: 'boot-3', name: 'node-3', silentMs: 4_000 }];
    const draining = 'Enable plugin, departments, Draining. node-3 does not answer.';
    expect(announcement(status({ operation: operation(), silentNodes }), t)).toBe(draining);
    const working = operation({ phase: 'working', changed: true });
    expect(announcement(status({ operation: working, waysOut: WAYS_OUT }), t)).toBe(
      'Enable plugin, departments, Working. node-1 does not answer.',
    );
  });
});
