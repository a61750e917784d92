/** Reading what people send. A reason is a sentence, and stands in the history. */
const LONGEST = 1_000;

export function textOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim().slice(0, LONGEST) : '';
  return text === '' ? undefined : text;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** As a query has it. */
export function countOf(value: unknown): number | undefined {
  const count = Number(value);
  return Number.isInteger(count) && count > 0 ? count : undefined;
}
