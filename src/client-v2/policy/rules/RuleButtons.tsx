import { Button, Space } from 'antd';
import React from 'react';
import { useT } from '../../locale';
import { subjectOf, type IndexedRule, type RulesProps } from './ruleWords';

/** Named after their rule: a screen reader meets many of them. */
export function RuleButtons({ rule, index, onEdit, onRemove }: IndexedRule & Pick<RulesProps, 'onEdit' | 'onRemove'>) {
  const t = useT();
  const subject = subjectOf(rule, t);
  return (
    <Space size="small">
      <Button size="small" aria-label={`${t('Edit')}: ${subject}`} onClick={() => onEdit(index)}>
        {t('Edit')}
      </Button>
      <Button size="small" danger aria-label={`${t('Remove')}: ${subject}`} onClick={() => onRemove(index)}>
        {t('Remove')}
      </Button>
    </Space>
  );
}
