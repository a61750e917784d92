import { Flex, Typography } from 'antd';
import React from 'react';
import type { OperationRecord } from '../../shared/domain';
import { useT } from '../locale';
import { KIND_LABELS, labelOf } from '../model/labels';
import { linkTo, recorderOf } from './links';
import { rolledBackBy } from './words';

/** What was done, to what; leads to how it went. */
export function OperationName({ operation }: { readonly operation: OperationRecord }) {
  const t = useT();
  const { kind, subject, versions } = operation;
  const taken = rolledBackBy(operation, t);
  const words = [
    taken === undefined ? subject : t('Rolls back: {{what}}', { what: taken }),
    versions ? `${versions.from} → ${versions.to}` : '',
  ].filter((word) => word !== '');
  return (
    <Flex vertical style={{ overflowWrap: 'anywhere' }}>
      <Typography.Link {...linkTo(recorderOf(operation.id))}>{t(labelOf(KIND_LABELS, kind))}</Typography.Link>
      {words.length > 0 && <Typography.Text type="secondary">{words.join(' · ')}</Typography.Text>}
    </Flex>
  );
}
