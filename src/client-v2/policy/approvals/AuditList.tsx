import { Button, Card, Empty, Flex } from 'antd';
import React, { useCallback, useState } from 'react';
import type { AuditEntry } from '../../../shared/policy-api';
import { ProblemNotice } from '../../decisions/ProblemNotice';
import { useT } from '../../locale';
import { usePolicyApi } from '../api';
import { ItemList } from '../ItemList';
import { NotLoaded } from '../NotLoaded';
import { useLoaded } from '../useLoaded';
import { useSubmission } from '../useSubmission';
import { AuditDrawer } from './AuditDrawer';
import { AuditFilters, type AuditFilter } from './AuditFilters';
import { AuditItem } from './AuditItem';

const PAGE = 50;
const PATIENCE = new AbortController().signal;

/** Every attempt at something risky, newest first, whatever became of it. */
export function AuditList() {
  const api = usePolicyApi();
  const [filter, setFilter] = useState<AuditFilter>({});
  const [form, setForm] = useState(0);
  const showAll = () => {
    setFilter({});
    setForm((before) => before + 1);
  };
  const load = useCallback((signal: AbortSignal) => api.audit({ ...filter, limit: PAGE }, signal), [api, filter]);
  const { body, problem, reload, loads, busy } = useLoaded(load);
  return (
    <Flex vertical gap="middle">
      <AuditFilters key={form} busy={busy} onFilter={setFilter} onReload={reload} />
      {body ? (
        <Entries key={loads} first={body.entries} filter={filter} onShowAll={showAll} />
      ) : (
        <NotLoaded problem={problem} onRetry={reload} />
      )}
    </Flex>
  );
}

interface EntriesProps {
  readonly first: readonly AuditEntry[];
  readonly filter: AuditFilter;
  readonly onShowAll: () => void;
}

function Entries({ first, filter, onShowAll }: EntriesProps) {
  const t = useT();
  const api = usePolicyApi();
  const { busy, problem, send, reset } = useSubmission();
  const [entries, setEntries] = useState(first);
  const [mayBeMore, setMayBeMore] = useState(first.length >= PAGE);
  const [shown, setShown] = useState<AuditEntry>();
  const last = entries.at(-1);
  const more = async () => {
    const before = last ? { before: last.id } : {};
    await send(async () => {
      const older = await api.audit({ ...filter, ...before, limit: PAGE }, PATIENCE);
      setEntries([...entries, ...older.entries]);
      setMayBeMore(older.entries.length >= PAGE);
    });
    reset();
  };
  if (!last) return <Nothing filtered={Object.keys(filter).length > 0} onShowAll={onShowAll} />;
  return (
    <Card size="small">
      <ItemList>
        {entries.map((entry) => (
          <AuditItem key={entry.id} entry={entry} onShow={() => setShown(entry)} />
        ))}
      </ItemList>
      {problem && <ProblemNotice problem={problem} />}
      {mayBeMore && (
        <Button block type="dashed" style={{ marginBlockStart: 12 }} loading={busy} onClick={() => void more()}>
          {t('Show earlier ones')}
        </Button>
      )}
      <AuditDrawer entry={shown} onClose={() => setShown(undefined)} />
    </Card>
  );
}

function Nothing({ filtered, onShowAll }: { readonly filtered: boolean; readonly onShowAll: () => void }) {
  const t = useT();
  const words = filtered ? t('Nothing that was tried fits.') : t('There is nothing yet.');
  return (
    <Card size="small">
      <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words}>
        {filtered && <Button onClick={onShowAll}>{t('Show all')}</Button>}
      </Empty>
    </Card>
  );
}
