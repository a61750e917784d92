import { Flex, Tag, Typography } from 'antd';
import React from 'react';
import { useT } from '../../locale';
import { unknownIn, useKnownActions, type Unknown } from './known';

const HINTS: Readonly<Record<Unknown, string>> = {
  request: 'No list here knows this action. The rule counts for requests of exactly this name, unless they only read.',
  command: 'No list here knows a command of this name: the rule has no effect.',
};

/** Said of a rule that names what no list knows, as actions of plugins from elsewhere: it may be misspelled. */
export function UnknownHint({ action }: { readonly action: string | undefined }) {
  const t = useT();
  const unknown = unknownIn(action === undefined ? {} : { action }, useKnownActions());
  if (!unknown) return null;
  return (
    <Flex vertical gap={4} align="start" role="note">
      <Tag style={{ marginInlineEnd: 0 }}>{t('Not known here')}</Tag>
      <Typography.Text type="secondary">{t(HINTS[unknown])}</Typography.Text>
    </Flex>
  );
}
