import { message } from 'antd';
import React, { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import { asksSomebody } from '../policy/questions';
import { DECISION_TIMEOUT_MS, useClusterApi } from '../status/api';
import type { Decision } from './decision';
import { DecisionDialog } from './DecisionDialog';
import { createSubmission, NOT_SENT } from './submission';

/** A little more than the request's own limit, which gives the better message. */
const GIVE_UP_MS = DECISION_TIMEOUT_MS + 500;

type Decide = (decision: Decision) => void;
const DecideContext = createContext<Decide | undefined>(undefined);
export const DecideProvider = DecideContext.Provider;

/** How a component lets a person confirm something. */
export function useDecide(): Decide {
  const decide = useContext(DecideContext);
  if (!decide) throw new Error('A decision was offered outside the DecisionProvider.');
  return decide;
}

export interface DecisionProviderProps {
  /** Called once the server has accepted. */
  readonly onDone: () => void;
  readonly children: ReactNode;
}

/**
 * The one dialog that asks before anything is decided, and the word afterwards. Held here and not beside the buttons: the
 * state of the cluster moves on while a person reads, and a dialog must not vanish under the finger. If it comes too
 * late, the server says so.
 */
export function DecisionProvider({ onDone, children }: DecisionProviderProps) {
  const api = useClusterApi();
  const [toast, toastHolder] = message.useMessage();
  // Stays after it was closed, or the dialog would be empty while it fades.
  const [decision, setDecision] = useState<Decision>();
  const [open, setOpen] = useState(false);
  const [sent, report] = useState(NOT_SENT);
  const submission = useMemo(() => createSubmission(GIVE_UP_MS, report, asksSomebody), []);

  const decide = useCallback<Decide>(
    (next) => {
      submission.reset();
      setDecision(next);
      setOpen(true);
    },
    [submission],
  );
  const confirm = async () => {
    if (!open || !decision || !(await submission.send(() => decision.send(api)))) return;
    setOpen(false);
    onDone();
    void toast.success(decision.done);
  };

  return (
    <DecideContext.Provider value={decide}>
      {toastHolder}
      {children}
      <DecisionDialog
        open={open}
        decision={decision}
        sent={sent}
        onConfirm={() => void confirm()}
        onClose={() => setOpen(false)}
      />
    </DecideContext.Provider>
  );
}
