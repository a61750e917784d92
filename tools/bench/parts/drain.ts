import type { NodeReport, OperationRecord } from '../../../src/shared/domain';
import { atMost, median } from '../figures';
import { operate } from '../procedures';
import { watchRedis, type RedisWatch, type SeenCommand } from '../redis-watch';
import { NODES, SAMPLE, type Part, type PartResult, type Stage } from '../stage';
import { wallClock } from '../timing';

interface Sample {
  /** From the moment the client sends its request, in ms. */
  readonly fromRequest: number;
  /** From the moment the leader begins to take the lease, in ms. */
  readonly fromLease: number;
}

const OPERATIONS_PER_ROUND = 4;
const FOLLOWERS = NODES - 1;

export const drain: Part = {
  name: 'drain',
  title: `${FOLLOWERS} idle followers: request to the arrival of the last acknowledgement in Redis`,
  run,
};

async function run(stage: Stage): Promise<PartResult> {
  const { with: own } = await stage.pair();
  const samples: Sample[] = [];
  for (let index = 0; index < stage.rounds * OPERATIONS_PER_ROUND; index += 1) {
    const watch = await watchRedis(stage.redis);
    const sentAt = wallClock();
    const record = await operate(own.api, index % 2 === 0 ? 'enable' : 'disable', SAMPLE);
    watch.stop();
    const acknowledgedAt = lastAcknowledgement(watch, record);
    samples.push({ fromRequest: acknowledgedAt - sentAt, fromLease: acknowledgedAt - record.startedAt });
  }
  if (samples.length % 2 === 1) await operate(own.api, 'disable', SAMPLE);
  const column = (field: keyof Sample) => samples.map((sample) => sample[field]);
  stage.say(`  ${samples.length} operations, median ${median(column('fromRequest')).toFixed(0)} ms`);
  return {
    figures: [
      { name: 'request to last ack', unit: 'ms', with: column('fromRequest'), target: atMost('value', 150) },
      { name: 'lease to last ack', unit: 'ms', with: column('fromLease') },
    ],
    notes: [],
  };
}

/** A report that says `drained` with the epoch of the operation is the acknowledgement; only the first one counts. */
function lastAcknowledgement({ seen }: RedisWatch, { epoch, leader }: OperationRecord): number {
  const first = new Map<string, number>();
  for (const command of seen) {
    const report = reportIn(command);
    if (report?.phase !== 'drained' || report.epoch !== epoch || report.bootId === leader.bootId) continue;
    if (!first.has(report.bootId)) first.set(report.bootId, command.at);
  }
  if (first.size !== FOLLOWERS) {
    throw new Error(`Epoch ${epoch} was acknowledged by ${first.size} followers in Redis, not by ${FOLLOWERS}.`);
  }
  return Math.max(...first.values());
}

function reportIn({ from, args }: SeenCommand): NodeReport | undefined {
  if (from !== 'client') return undefined;
  return args.map(parse).find((value) => value !== undefined && 'inFlight' in value);
}

function parse(text: string): NodeReport | undefined {
  if (!text.startsWith('{"')) return undefined;
  try {
    return JSON.parse(text) as NodeReport;
  } catch {
    // Text that MONITOR shows escaped: no report of a drained node has any.
    return undefined;
  }
}
