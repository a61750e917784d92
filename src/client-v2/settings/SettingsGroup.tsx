import { Card, Flex, Tag, theme, Typography } from 'antd';
import React from 'react';
import type { SettingGroup, SettingView } from '../../shared/settings-view';
import { useTight } from '../components/useTight';
import { useT } from '../locale';
import { GROUP_LABELS, SETTING_LABELS, valueWords } from './words';

export interface SettingsGroupProps {
  readonly group: SettingGroup;
  readonly settings: readonly SettingView[];
}

const WRAP = { overflowWrap: 'anywhere' } as const;
const LABEL_WIDTH = 380;
const TAG = { whiteSpace: 'normal', marginInlineEnd: 0 } as const;

/** Nothing can be changed here: the environment decides. */
export function SettingsGroup({ group, settings }: SettingsGroupProps) {
  const t = useT();
  const tight = useTight();
  if (settings.length === 0) return null;
  return (
    <Card size="small" title={t(GROUP_LABELS[group])} styles={{ body: { paddingBlock: 0 } }}>
      <dl style={{ margin: 0 }}>
        {settings.map((setting, index) => (
          <Setting key={setting.variable} setting={setting} first={index === 0} tight={tight} />
        ))}
      </dl>
    </Card>
  );
}

interface SettingProps {
  readonly setting: SettingView;
  readonly first: boolean;
  readonly tight: boolean;
}

function Setting({ setting, first, tight }: SettingProps) {
  const t = useT();
  const { token } = theme.useToken();
  const { variable } = setting;
  const label = SETTING_LABELS[variable];
  const line = first ? 'none' : `${token.lineWidth}px solid ${token.colorSplit}`;
  return (
    <Flex vertical={tight} gap="small" style={{ paddingBlock: token.paddingSM, borderBlockStart: line }}>
      <dt style={{ ...WRAP, ...(tight ? {} : { width: LABEL_WIDTH, flex: 'none' }) }}>
        {label !== undefined && <div>{t(label)}</div>}
        <Typography.Text type="secondary" style={{ fontSize: token.fontSizeSM }}>
          {variable}
        </Typography.Text>
      </dt>
      <dd style={{ margin: 0, flex: 1, ...WRAP }}>
        <Flex wrap gap="small" align="center">
          <Typography.Text strong>{valueWords(setting, t)}</Typography.Text>
          <Source setting={setting} />
        </Flex>
      </dd>
    </Flex>
  );
}

/** Who has decided it. */
function Source({ setting }: { readonly setting: SettingView }) {
  const t = useT();
  const { variable, setBy } = setting;
  if (setBy === undefined) return <Tag style={TAG}>{t('Default')}</Tag>;
  const words = setBy === variable ? t('Set by the environment') : t('Set by {{variable}}', { variable: setBy });
  return (
    <Tag color="processing" style={TAG}>
      {words}
    </Tag>
  );
}
