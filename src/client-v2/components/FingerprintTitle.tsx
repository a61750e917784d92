import { QuestionCircleOutlined } from '@ant-design/icons';
import { Button, Space, Tooltip } from 'antd';
import React from 'react';
import { useT } from '../locale';

/** The word with its explanation, which a keyboard reaches as well as a mouse. */
export function FingerprintTitle() {
  const t = useT();
  const help = t(
    'The version of NocoBase and the enabled plugins with their code, compared with the node you are on or with the running operation.',
  );
  return (
    <Space size={0}>
      {t('Fingerprint')}
      <Tooltip title={help}>
        <Button type="text" size="small" icon={<QuestionCircleOutlined />} aria-label={help} />
      </Tooltip>
    </Space>
  );
}
