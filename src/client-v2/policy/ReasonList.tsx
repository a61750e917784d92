import { theme } from 'antd';
import React from 'react';
import type { Reason } from '../../shared/policy';
import { useLanguage, useT } from '../locale';
import { sayReason } from './words';

/** All reasons of a verdict, in its order. One alone needs no bullet. */
export function ReasonList({ reasons }: { readonly reasons: readonly Reason[] }) {
  const t = useT();
  const language = useLanguage();
  const { token } = theme.useToken();
  const [only, ...others] = reasons;
  if (!only) return null;
  if (others.length === 0) return <div>{sayReason(only, t, language)}</div>;
  return (
    <ul style={{ margin: 0, paddingInlineStart: token.paddingMD }}>
      {reasons.map((reason, index) => (
        <li key={`${reason.code}-${index}`}>{sayReason(reason, t, language)}</li>
      ))}
    </ul>
  );
}
