import { Flex } from 'antd';
import React from 'react';
import { useT } from '../../locale';
import { pageAddress } from '../address';

/** What can be done about a no, and where. */
export function Advice({ sentences }: { readonly sentences: readonly string[] }) {
  const t = useT();
  if (sentences.length === 0) return null;
  return (
    <Flex vertical gap={4}>
      {sentences.map((sentence) => (
        <div key={sentence}>{sentence}</div>
      ))}
      <a href={pageAddress('policy')} target="_blank" rel="noreferrer">
        {t('Open cluster maintenance')}
      </a>
    </Flex>
  );
}
