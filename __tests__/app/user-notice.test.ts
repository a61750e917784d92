import { beforeEach, describe, expect, it } from 'vitest';
import { UserNotice, type HostMessage } from '../../src/server/app/user-notice';
import { ManualClock } from '../memory/manual-clock';

describe('browsers with a websocket at a node that takes no work', () => {
  let clock: ManualClock;
  let sent: HostMessage[];
  let expected: number | undefined;
  let notice: UserNotice;

  beforeEach(() => {
    clock = new ManualClock();
    sent = [];
    expected = undefined;
    notice = new UserNotice({ send: (message) => sent.push(message), expected: () => expected, clock });
  });

  async function pass(ms: number): Promise<void> {
    clock.pass(ms);
    await new Promise(setImmediate);
  }

  it('are told nothing of what is over in a moment', async () => {
    notice.closed('node-1 runs pm.enable.', 'hold');
    await pass(2_900);
    notice.opened();
    await pass(10_000);
    expect(sent).toEqual([]);
  });

  it('are told once that it takes longer, with the expected end, and when it is over', async () => {
    notice.closed('node-1 runs pm.enable.', 'hold');
    expected = 8_400;
    await pass(3_000);
    const payload = { code: 'CLUSTER_MAINTENANCE', message: 'node-1 runs pm.enable.', expectedInSeconds: 9 };
    expect(sent).toEqual([{ type: 'maintaining', payload }]);
    notice.closed('node-1 runs pm.enable.', 'hold');
    await pass(60_000);
    expect(sent).toHaveLength(1);
    notice.opened();
    expect(sent[1]).toEqual({ type: 'maintaining', payload: { code: 'APP_RUNNING', message: '' } });
  });

  it('are told no end that nobody knows', async () => {
    notice.closed('node-1 runs pm.enable.', 'hold');
    await pass(3_000);
    expect(sent[0]?.payload).toEqual({ code: 'CLUSTER_MAINTENANCE', message: 'node-1 runs pm.enable.' });
  });

  it('are told at once when it has become something else', async () => {
    notice.closed('node-1 runs pm.enable.', 'hold');
    await pass(3_000);
    notice.closed('node-1 disappeared.', 'hold');
    await pass(0);
    expect(sent.map(({ payload }) => payload.message)).toEqual(['node-1 runs pm.enable.', 'node-1 disappeared.']);
  });

  it('are told at once when a person has to decide, and of the end of a process only what they know already', async () => {
    notice.closed('This node is ending.', 'refuse');
    await pass(10_000);
    expect(sent).toEqual([]);
    notice.closed('node-1 runs pm.enable.', 'hold');
    await pass(1_000);
    notice.closed('node-1 disappeared.', 'refuse');
    expect(sent.map(({ payload }) => payload.message)).toEqual(['node-1 disappeared.']);
    await pass(10_000);
    expect(sent).toHaveLength(1);
  });

  it('are told of the next time anew', async () => {
    notice.closed('one', 'hold');
    await pass(3_000);
    notice.opened();
    notice.closed('one', 'hold');
    await pass(2_000);
    expect(sent).toHaveLength(2);
    await pass(1_000);
    expect(sent).toHaveLength(3);
  });
});
