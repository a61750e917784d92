import {
  CLUSTER_PHASES,
  JOURNAL_EVENTS,
  NODE_PHASES,
  type JournalEntry,
  type NodeReport,
  type OperationRecord,
} from '../../shared/domain';
import { ERROR_CODES } from '../../shared/api';
import { MaintenanceError } from '../core/errors';
import { isOver } from '../core/node-machine';
import { isStanding } from '../core/standing';
import type { OperationDraft } from '../ports';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const whole: Check = (value) => Number.isSafeInteger(value);
const truth: Check = (value) => typeof value === 'boolean';
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const among =
  (words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const requests: Check = (value) => Array.isArray(value) && value.every(isRequest);
const node: Check = (value) => isRecord(value) && text(value.bootId) && text(value.name);

const terms: Check = (value) =>
  isRecord(value) &&
  text(value.message) &&
  number(value.expiresInSeconds) &&
  optional(text)(value.openNode) &&
  text(value.enteredBy);

const backup: Check = (value) => isRecord(value) && text(value.file) && number(value.takenAt);

const change: Check = (value) => isRecord(value) && text(value.from) && text(value.to);

/** A kind or result that a newer version of the plugin knows does no harm; an unknown phase or scope would. */
const RECORD: Readonly<Record<keyof OperationRecord, Check>> = {
  id: text,
  kind: text,
  epoch: whole,
  revision: whole,
  phase: among(CLUSTER_PHASES),
  scope: among(['all', 'writes']),
  subject: text,
  leader: node,
  requestedBy: text,
  startedAt: number,
  phaseSince: number,
  step: text,
  waitingFor: texts,
  drained: optional(truth),
  changed: truth,
  target: text,
  lastChange: whole,
  attempt: whole,
  interrupted: optional(truth),
  cancelledBy: optional(text),
  versions: optional(change),
  backup: optional(backup),
  retryOn: optional(text),
  rollsBack: optional(truth),
  follows: optional(whole),
  maintenance: optional(terms),
  result: optional(text),
  reason: optional(text),
  endedAt: optional(number),
};

const REPORT: Readonly<Record<keyof NodeReport, Check>> = {
  bootId: text,
  name: text,
  phase: among(NODE_PHASES),
  phaseSince: number,
  epoch: number,
  quietFor: optional(number),
  reason: text,
  version: text,
  fingerprint: text,
  inFlight: number,
  underWay: optional(requests),
  work: optional(texts),
  role: among(['app', 'command']),
  startedAt: number,
  sentAt: number,
};

const LINE: Readonly<Record<keyof JournalEntry, Check>> = {
  operation: text,
  epoch: whole,
  node,
  seq: whole,
  at: number,
  event: among(JOURNAL_EVENTS),
  text,
};

/** A record as fields of the hash `operation` and their values, one after the other, without `epoch`. */
export function encodeRecord(record: OperationRecord | OperationDraft): string[] {
  const { cancelledBy, ...rest } = record;
  // The epoch has its own field, because Redis gives it out.
  const stored = { ...rest, epoch: undefined };
  const fields = {
    id: record.id,
    phase: record.phase,
    over: record.result === undefined ? '0' : '1',
    changed: record.changed ? '1' : '0',
    standing: isStanding(record) ? '1' : '0',
    lastChange: `${record.lastChange}`,
    revision: `${record.revision}`,
    record: JSON.stringify(stored),
    // Not removed where it is absent: the leader may not know of the request yet.
    ...(cancelledBy === undefined ? {} : { cancel: cancelledBy }),
  };
  return Object.entries(fields).flat();
}

export function overOf(record: OperationRecord): '0' | '1' {
  return isOver(record) ? '1' : '0';
}

/** What is read of a record, in the order in which the scripts return it, too. */
export const READ_FIELDS = ['epoch', 'record', 'cancel', 'lastChange'] as const;

/** Undefined when there is no record. */
export function decodeRecord(values: readonly unknown[], key: string): OperationRecord | undefined {
  const [epoch, json, cancelledBy, lastChange] = values;
  if (epoch == null && json == null) return undefined;
  const value = {
    // Version 0.1 neither counted attempts nor looked back.
    lastChange: 0,
    attempt: 1,
    revision: 0,
    ...parse(json),
    epoch: typeof epoch === 'string' ? Number(epoch) : undefined,
    ...(cancelledBy == null ? {} : { cancelledBy }),
    // Redis knows better than the draft of a leader what came right before it.
    ...(typeof lastChange === 'string' ? { lastChange: Number(lastChange) } : {}),
  };
  if (fits<OperationRecord>(value, RECORD)) return value;
  throw unreadable(key, `${complaint(value, RECORD)} of the operation`);
}

export function decodeReport(json: string, key: string): NodeReport {
  const value = parse(json);
  if (fits<NodeReport>(value, REPORT)) return value;
  throw unreadable(key, `${complaint(value, REPORT)} of a node's report`);
}

/** Undefined when it is no line of a journal: what happened is not worth an error now. */
export function decodeLine(json: unknown): JournalEntry | undefined {
  const value = parse(json);
  return fits<JournalEntry>(value, LINE) ? value : undefined;
}

/** Somebody else wrote into our keys, or a version of the plugin that this one does not understand. */
export function unreadable(key: string, what: string): MaintenanceError {
  return new MaintenanceError(
    ERROR_CODES.offline,
    503,
    `Redis holds something unreadable in ${key} (${what}): use the same version of the plugin on all nodes, and delete that key if nothing else writes it.`,
  );
}

function fits<T>(value: object, checks: Readonly<Record<keyof T, Check>>): value is T & object {
  return complaint(value, checks) === undefined;
}

/** The first field that is not as it should be. */
function complaint(value: object, checks: Readonly<Record<string, Check>>): string | undefined {
  const fields = new Map<string, unknown>(Object.entries(value));
  return Object.keys(checks).find((name) => !checks[name]?.(fields.get(name)));
}

function parse(json: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(typeof json === 'string' ? json : '');
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

/** A sort that a newer version of the plugin knows does no harm. */
function isRequest(value: unknown): boolean {
  return isRecord(value) && text(value.what) && text(value.sort) && number(value.ageMs);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
