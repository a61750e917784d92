import type { ClusterPhase, OperationRecord } from '../../shared/domain';

/** The phases that the page draws as steps; `acquiring` comes before the first, `resuming` after the last. */
export const STEP_PHASES = ['draining', 'working', 'reloading', 'verifying'] as const;
export type StepPhase = (typeof STEP_PHASES)[number];
export type StepState = 'wait' | 'process' | 'finish' | 'error';

/** What happens in a phase. Aborting and held operations have a notice of their own. */
export const EXPLANATIONS: Partial<Record<ClusterPhase, string>> = {
  acquiring: 'The leader makes sure that no other operation is running.',
  draining: 'The nodes finish their requests and take no new ones.',
  working: 'The leader makes the change. The other nodes wait.',
  reloading: 'The nodes load the change and take traffic again one by one.',
  verifying: 'Each node proves that it runs the same code.',
  resuming: 'The nodes take traffic again.',
};

/** Where the operation is: index of the step it is at, and whether it goes on there or stopped. */
export function stepsOf(record: Pick<OperationRecord, 'phase' | 'target'>): readonly StepState[] {
  const { at, stopped } = position(record);
  return STEP_PHASES.map((_, index) => {
    if (index !== at) return index < at ? 'finish' : 'wait';
    return stopped ? 'error' : 'process';
  });
}

function position(record: Pick<OperationRecord, 'phase' | 'target'>): { at: number; stopped: boolean } {
  const step = STEP_PHASES.findIndex((phase) => phase === record.phase);
  if (step >= 0) return { at: step, stopped: false };
  return { at: OUTSIDE[record.phase]?.(record.target) ?? 0, stopped: STOPPED.has(record.phase) };
}

const STOPPED: ReadonlySet<ClusterPhase> = new Set(['aborting', 'held']);

/** A held record keeps no trace of the phase it stopped in, but it has a target from the end of the work on. */
const OUTSIDE: Partial<Record<ClusterPhase, (target: string) => number>> = {
  acquiring: () => 0,
  aborting: () => 0,
  held: (target) => STEP_PHASES.indexOf(target === '' ? 'working' : 'reloading'),
  resuming: () => STEP_PHASES.length,
};
