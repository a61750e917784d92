import { OPERATION_KINDS, type OperationRecord } from '../../src/shared/domain';
import { DATABASE, type Stage } from './stage';

const CHUNK = 500;
const TABLE = 'cluster_maintenance_operations';

/** The first epoch that is given out to nobody in a test. */
export const FIRST = 1_000;

/**
 * Gives the cluster a long history: so many operations, written as it writes its own, with epochs above those. They are
 * marked like rows of a dump, so nothing but the history takes notice of them.
 */
export async function addPast({ postgres }: Stage, count: number): Promise<void> {
  const [row] = await postgres.query<{ record: string }>(
    DATABASE,
    `SELECT record FROM ${TABLE} WHERE is_over ORDER BY epoch LIMIT 1`,
  );
  const sample = JSON.parse(row?.record ?? '{}') as OperationRecord;
  const epochs = Array.from({ length: count }, (_, index) => FIRST + index);
  for (let start = 0; start < count; start += CHUNK) {
    const records = epochs.slice(start, start + CHUNK).map((epoch) => pastRecord(sample, epoch));
    const values = records.map((_, index) => `($${index * 3 + 1}, $${index * 3 + 2}, TRUE, $${index * 3 + 3}, 'past')`);
    const params = records.flatMap((record) => [record.id, record.epoch, JSON.stringify(record)]);
    await postgres.query(
      DATABASE,
      `INSERT INTO ${TABLE} (id, epoch, is_over, record, mark) VALUES ${values.join(', ')}`,
      params,
    );
  }
}

function pastRecord(sample: OperationRecord, epoch: number): OperationRecord {
  const startedAt = sample.startedAt + epoch * 60_000;
  const kind = OPERATION_KINDS[epoch % OPERATION_KINDS.length] ?? 'work';
  const times = { startedAt, phaseSince: startedAt, endedAt: startedAt + 4_300 };
  const id = `past-${epoch}`;
  return { ...sample, id, epoch, kind, ...times, subject: `subject-${epoch}`, reason: '', result: 'done' };
}
