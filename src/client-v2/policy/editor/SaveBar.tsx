import { Button, Card, Flex, theme } from 'antd';
import React from 'react';
import { Notice } from '../../components/Notice';
import { ProblemNotice } from '../../decisions/ProblemNotice';
import { useT } from '../../locale';
import type { RequestProblem } from '../../status/api';

export interface SaveBarProps {
  readonly changed: boolean;
  readonly busy: boolean;
  readonly problem: RequestProblem | undefined;
  /** Somebody else was faster. */
  readonly outdated: boolean;
  readonly onSave: () => void;
  readonly onDiscard: () => void;
  readonly onExport: () => void;
}

/** Stays in sight as long as something is not saved. */
export function SaveBar({ changed, busy, problem, outdated, onSave, onDiscard, onExport }: SaveBarProps) {
  const t = useT();
  const { token } = theme.useToken();
  if (!changed && !problem && !outdated) return null;
  return (
    <div style={{ position: 'sticky', bottom: 0, zIndex: 1, paddingBlockEnd: token.paddingXS }}>
      <Card size="small" style={{ boxShadow: token.boxShadowSecondary }} role="region" aria-label={t('Changes')}>
        <Flex vertical gap="small">
          {problem && <ProblemNotice problem={problem} />}
          {outdated && <Outdated onLoad={onDiscard} onExport={onExport} />}
          {!outdated && (
            <Flex wrap justify="space-between" align="center" gap="small">
              <span role="status">{t('There are changes that are not saved.')}</span>
              <Flex gap="small">
                <Button disabled={busy} onClick={onDiscard}>
                  {t('Discard')}
                </Button>
                <Button type="primary" loading={busy} onClick={onSave}>
                  {t('Save changes')}
                </Button>
              </Flex>
            </Flex>
          )}
        </Flex>
      </Card>
    </div>
  );
}

function Outdated({ onLoad, onExport }: { readonly onLoad: () => void; readonly onExport: () => void }) {
  const t = useT();
  return (
    <Notice
      type="warning"
      message={t('Somebody else has changed the policy meanwhile. Yours was not saved.')}
      description={
        <Flex vertical gap="small">
          <span>{t('Look at theirs, and make your changes there. To keep yours, export it first.')}</span>
          <Flex wrap gap="small">
            <Button onClick={onExport}>{t('Export mine')}</Button>
            <Button type="primary" onClick={onLoad}>
              {t('Load theirs')}
            </Button>
          </Flex>
        </Flex>
      }
    />
  );
}
