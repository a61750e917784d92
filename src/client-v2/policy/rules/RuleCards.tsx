import { Flex, Typography } from 'antd';
import React from 'react';
import { useT } from '../../locale';
import { ItemList } from '../ItemList';
import { DemandTag } from './DemandTag';
import { RuleButtons } from './RuleButtons';
import { RuleSubject, whereOf } from './RulesTable';
import { inOrder, type RulesProps } from './ruleWords';

/** The rules on a narrow screen: a table of six columns cannot be read there. */
export function RuleCards(props: RulesProps) {
  const t = useT();
  if (props.rules.length === 0) return <div>{t('There are no rules: everything is allowed.')}</div>;
  return (
    <ItemList>
      {inOrder(props.rules).map(({ rule, index }) => (
        <Flex key={index} wrap justify="space-between" align="center" gap="small">
          <Flex vertical gap={4} style={{ flex: '1 1 200px', minWidth: 0 }}>
            <Flex wrap align="center" gap="small">
              <RuleSubject rule={rule} />
              <DemandTag demand={rule.demand} />
            </Flex>
            <Typography.Text type="secondary">
              {[whereOf(rule, t), rule.role, rule.inWindows ? t('Only in windows') : undefined]
                .filter((part) => part !== undefined)
                .join(' · ')}
            </Typography.Text>
          </Flex>
          {props.editable && <RuleButtons {...props} rule={rule} index={index} />}
        </Flex>
      ))}
    </ItemList>
  );
}
