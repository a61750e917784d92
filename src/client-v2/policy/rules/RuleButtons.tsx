import { Flex } from 'antd';
import React from 'react';
import { NamedButton } from '../../components/NamedButton';
import { useT } from '../../locale';
import { subjectOf, type IndexedRule, type RulesProps } from './ruleWords';

export function RuleButtons({ rule, index, onEdit, onRemove }: IndexedRule & Pick<RulesProps, 'onEdit' | 'onRemove'>) {
  const t = useT();
  const subject = subjectOf(rule, t);
  return (
    <Flex wrap gap="small" style={{ display: 'inline-flex' }}>
      <NamedButton size="small" does={t('Edit')} about={subject} onClick={() => onEdit(index)} />
      <NamedButton size="small" danger does={t('Remove')} about={subject} onClick={() => onRemove(index)} />
    </Flex>
  );
}
