import { Typography } from 'antd';
import React from 'react';
import { RIGHT_SNIPPETS } from '../../shared/rights';
import { useRights } from '../host/rights';
import { useT } from '../locale';
import { linkTo, recorderOf } from './links';

/** From an operation that is told elsewhere to how it went, for those who may see that. */
export function RecorderLink({ operationId }: { readonly operationId: string }) {
  const t = useT();
  const mayUse = useRights();
  if (!mayUse(RIGHT_SNIPPETS.see)) return null;
  return <Typography.Link {...linkTo(recorderOf(operationId))}>{t('Flight recorder')}</Typography.Link>;
}
