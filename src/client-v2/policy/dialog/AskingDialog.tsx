import { Modal, Typography } from 'antd';
import React, { useSyncExternalStore, type ComponentType, type ReactNode } from 'react';
import { useT } from '../../locale';
import { PolicyApiProvider, type PolicyApi } from '../api';
import { KeptRequestsProvider, type KeptRequests } from '../keptRequests';
import { actionLabel } from '../labels';
import type { Question, Questions } from '../questions';
import { useLasting } from '../useLasting';
import { Asked } from './Asked';
import { focusFirst } from './first';

/** Above the host's own dialogs and drawers: they wait for the answer. */
const ON_TOP = 3_000;
const WIDTH = 600;

export interface Asking {
  readonly questions: Questions;
  readonly api: PolicyApi;
  readonly kept: KeptRequests;
}

/** Around the whole app: asks a person what a request was refused for, wherever in the app they are. */
export function askingProvider({ questions, api, kept }: Asking): ComponentType<{ readonly children?: ReactNode }> {
  return function AskingProvider({ children }) {
    return (
      <>
        {children}
        <PolicyApiProvider value={api}>
          <KeptRequestsProvider value={kept}>
            <AskingDialog questions={questions} />
          </KeptRequestsProvider>
        </PolicyApiProvider>
      </>
    );
  };
}

function AskingDialog({ questions }: Pick<Asking, 'questions'>) {
  const t = useT();
  const { subscribe, current, more } = questions;
  const question = useSyncExternalStore(subscribe, current, current);
  const waiting = useSyncExternalStore(subscribe, more, more);
  const { shown, afterOpenChange } = useLasting(question);
  const leave = () => question && questions.answer(question, { kind: 'left' });
  return (
    <Modal
      open={question !== undefined}
      zIndex={ON_TOP}
      width={WIDTH}
      title={shown && <Title question={shown} />}
      maskClosable={false}
      onCancel={leave}
      footer={null}
      afterOpenChange={(isOpen) => {
        if (isOpen) focusFirst();
        afterOpenChange(isOpen);
      }}
    >
      {shown && (
        <Asked
          key={numberOf(shown)}
          question={shown}
          onGive={(given) => questions.answer(shown, { kind: 'given', given })}
          onLeave={leave}
        />
      )}
      {waiting > 0 && (
        <Typography.Text type="secondary">
          {t('{{count}} more requests wait for your answer after this one.', { count: waiting })}
        </Typography.Text>
      )}
    </Modal>
  );
}

function Title({ question }: { readonly question: Question }) {
  const t = useT();
  const { action, group, subject } = question.refusal.prospect;
  const label = actionLabel(action, group, t);
  return <>{subject === '' ? label : `${label}: ${subject}`}</>;
}

const numbers = new WeakMap<Question, number>();
let lastNumber = 0;

/** Each question is a form of its own. */
function numberOf(question: Question): number {
  const known = numbers.get(question);
  if (known !== undefined) return known;
  lastNumber += 1;
  numbers.set(question, lastNumber);
  return lastNumber;
}
