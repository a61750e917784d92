import { DownloadOutlined } from '@ant-design/icons';
import { Button, Flex, Typography } from 'antd';
import React from 'react';
import type { OperationBody } from '../../shared/api';
import { addressWith } from '../host/address';
import { saveFile } from '../host/saveFile';
import { recorderOf } from '../history/links';
import { useT } from '../locale';

/** On a telephone the host leaves less room than the words need. */
const WRAP = { height: 'auto', whiteSpace: 'normal', textAlign: 'start' } as const;

/** For a report, or for a colleague: everything as a file, and the address of this view. */
export function TakeAway({ body }: { readonly body: OperationBody }) {
  const t = useT();
  const link = new URL(addressWith(recorderOf(body.operation.id)), window.location.href).href;
  const tooltips = [t('Copy link'), t('Copied')];
  return (
    <Flex wrap align="center" gap="middle" style={{ fontWeight: 'normal' }}>
      <Typography.Text copyable={{ text: link, tooltips }}>{t('Link')}</Typography.Text>
      <Button size="small" icon={<DownloadOutlined aria-hidden />} style={WRAP} onClick={() => download(body)}>
        {t('Download as JSON')}
      </Button>
    </Flex>
  );
}

function download(body: OperationBody): void {
  saveFile(`operation-${body.operation.id}.json`, JSON.stringify(body, undefined, 2));
}
