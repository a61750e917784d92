import { Flex, Result } from 'antd';
import React from 'react';
import type { ApprovalRequest, QueuedAction } from '../../../shared/policy-api';
import { useLanguage, useT } from '../../locale';
import { pageAddress } from '../address';
import { formatDate } from '../moments';
import { Buttons } from './Buttons';
import type { Arranged } from './offer';

/** Nothing has been done yet: says what will happen, and who does what for it. */
export function WhatNext({ arranged, onClose }: { readonly arranged: Arranged; readonly onClose: () => void }) {
  const t = useT();
  const isQueued = arranged.kind === 'queued';
  return (
    <>
      <Result
        status="success"
        style={{ padding: 0, paddingBlockEnd: 16 }}
        title={isQueued ? t('It waits for its window.') : t('A second admin has been asked.')}
        subTitle={isQueued ? <Queued action={arranged.action} /> : <Requested {...arranged} />}
        extra={
          <a href={pageAddress('approvals')} target="_blank" rel="noreferrer">
            {t('Open the Approvals tab')}
          </a>
        }
      />
      <Buttons focused onLeave={onClose} />
    </>
  );
}

function Requested({ request, kept }: { readonly request: ApprovalRequest; readonly kept: boolean }) {
  const t = useT();
  const language = useLanguage();
  return (
    <Flex vertical gap={4}>
      <div>{t('Nothing has been done yet. Another person approves or rejects it on the Approvals tab.')}</div>
      <div>
        {kept
          ? t('Once it is approved, you find it there with a Run button, in this browser.')
          : t('Once it is approved, do the same here again: this dialog then offers the approval.')}
      </div>
      <div>{t('If nobody decides, it expires: {{when}}', { when: formatDate(request.expiresAt, language) })}</div>
    </Flex>
  );
}

function Queued({ action: { startsAt } }: { readonly action: QueuedAction }) {
  const t = useT();
  const language = useLanguage();
  return (
    <Flex vertical gap={4}>
      {startsAt !== undefined && (
        <div>{t('It begins by itself: {{when}}', { when: formatDate(startsAt, language) })}</div>
      )}
      <div>{t('Until then it can be withdrawn on the Approvals tab.')}</div>
    </Flex>
  );
}
