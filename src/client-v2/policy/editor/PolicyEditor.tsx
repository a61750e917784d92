import { Flex } from 'antd';
import React, { useState, type ReactNode } from 'react';
import type { PolicyBody } from '../../../shared/policy-api';
import { RequestProblem } from '../../status/api';
import { useT } from '../../locale';
import { usePolicyApi } from '../api';
import { CalendarPanel } from '../calendar/CalendarPanel';
import { KnownActionsProvider } from '../rules/known';
import { RulesPanel } from '../rules/RulesPanel';
import { useSubmission } from '../useSubmission';
import { ConditionsPanel } from './ConditionsPanel';
import { download, FileButtons } from './FileButtons';
import { isSame, isShowable } from './model';
import { PolicyNotices, PolicyOrigin } from './PolicyNotices';
import { SaveBar } from './SaveBar';

export interface PolicyEditorProps {
  readonly body: PolicyBody;
  readonly mayEdit: boolean;
  readonly onStored: (body: PolicyBody) => void;
  readonly onReload: () => void;
  /** Beside the buttons of the policy itself. */
  readonly extra: ReactNode;
}

/** The whole document: changes are made in the page, and saved or discarded together. */
export function PolicyEditor({ body, mayEdit, onStored, onReload, extra }: PolicyEditorProps) {
  const t = useT();
  const api = usePolicyApi();
  const { busy, problem, send } = useSubmission();
  const [draft, setDraft] = useState(body.document);
  const [outdated, setOutdated] = useState(false);
  const { revision, readOnlyBy } = body;
  const editable = mayEdit && readOnlyBy === undefined;
  // With a broken policy comes what could take its place: to whoever cannot store it, it would look like what counts.
  const counts = body.problem === undefined || editable;
  const change = (part: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...part }));
  const store = async (document: unknown, onOutdated: () => void) => {
    const stored = await api.updatePolicy({ document, revision });
    if (stored === 'outdated') onOutdated();
    else onStored(stored);
  };
  const importFile = (document: unknown) =>
    store(document, () => {
      throw new RequestProblem('refused', t('Somebody else has changed the policy meanwhile. Yours was not saved.'));
    });
  return (
    <Flex vertical gap="middle">
      <PolicyNotices body={body} mayEdit={mayEdit} />
      <Flex wrap justify="space-between" align="center" gap="small">
        <PolicyOrigin body={body} />
        <Flex wrap gap="small">
          {counts && <FileButtons document={draft} known={body.known} editable={editable} onImport={importFile} />}
          {extra}
        </Flex>
      </Flex>
      {counts && isShowable(draft) && (
        <>
          <KnownActionsProvider value={body.known}>
            <RulesPanel rules={draft.rules} editable={editable} onChange={(rules) => change({ rules })} />
          </KnownActionsProvider>
          <CalendarPanel calendar={draft.calendar} editable={editable} onChange={(calendar) => change({ calendar })} />
          <ConditionsPanel
            conditions={draft.conditions}
            editable={editable}
            onChange={(conditions) => change({ conditions })}
          />
        </>
      )}
      <SaveBar
        changed={!isSame(draft, body.document) || (editable && body.problem !== undefined)}
        busy={busy}
        problem={problem}
        outdated={outdated}
        onSave={() => void send(() => store(draft, () => setOutdated(true)))}
        onDiscard={() => {
          setDraft(body.document);
          onReload();
        }}
        onExport={() => download(draft)}
      />
    </Flex>
  );
}
