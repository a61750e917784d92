import { Divider, Flex, Typography } from 'antd';
import React, { Fragment } from 'react';
import { useT } from '../../locale';
import { DemandTag } from './DemandTag';
import { RuleButtons } from './RuleButtons';
import { RuleSubject, whereOf } from './RulesTable';
import { inOrder, type RulesProps } from './ruleWords';

/** The rules on a narrow screen: a table of six columns cannot be read there. */
export function RuleCards(props: RulesProps) {
  const t = useT();
  if (props.rules.length === 0) return <div>{t('There are no rules: everything is allowed.')}</div>;
  return (
    <div role="list">
      {inOrder(props.rules).map(({ rule, index }, place) => (
        <Fragment key={index}>
          {place > 0 && <Divider style={{ marginBlock: 12 }} />}
          <Flex vertical gap={6} role="listitem" align="start">
            <RuleSubject rule={rule} />
            <DemandTag demand={rule.demand} />
            <Typography.Text type="secondary">
              {[whereOf(rule, t), rule.role, rule.inWindows ? t('Only in windows') : undefined]
                .filter((part) => part !== undefined)
                .join(' · ')}
            </Typography.Text>
            {props.editable && <RuleButtons {...props} rule={rule} index={index} />}
          </Flex>
        </Fragment>
      ))}
    </div>
  );
}
