import { CloseOutlined, NotificationOutlined } from '@ant-design/icons';
import { Button, theme } from 'antd';
import React, { type CSSProperties } from 'react';
import type { Announcement } from '../../shared/announcements';
import { useLanguage, useT } from '../locale';
import { headlineOf } from './words';

export interface BannerProps {
  readonly announcement: Announcement;
  /** By the clock of the server. */
  readonly now: number;
  readonly onDismiss: () => void;
}

const WIDEST = 640;

/** What is to come, how long one still has, and what the admins say. Whatever they write is text. */
export function Banner({ announcement, now, onDismiss }: BannerProps) {
  const t = useT();
  const language = useLanguage();
  const { token } = theme.useToken();
  const { message } = announcement;
  return (
    <section aria-label={t('Planned maintenance')} style={useFrame()}>
      <NotificationOutlined aria-hidden style={{ color: token.colorWarning, marginTop: token.marginXXS }} />
      <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
        <strong style={{ fontVariantNumeric: 'tabular-nums' }}>{headlineOf(announcement, now, { t, language })}</strong>
        {message !== '' && (
          <div dir="auto" style={{ whiteSpace: 'pre-line' }}>
            {message}
          </div>
        )}
      </div>
      <Button
        type="text"
        size="small"
        aria-label={t('Dismiss')}
        title={t('Dismiss')}
        icon={<CloseOutlined aria-hidden />}
        onClick={onDismiss}
        style={{ flex: 'none' }}
      />
    </section>
  );
}

function useFrame(): CSSProperties {
  const { token } = theme.useToken();
  return {
    pointerEvents: 'auto',
    display: 'flex',
    alignItems: 'flex-start',
    gap: token.marginSM,
    boxSizing: 'border-box',
    maxWidth: `min(${WIDEST}px, 100%)`,
    maxHeight: '40vh',
    overflowY: 'auto',
    padding: `${token.paddingSM}px ${token.padding}px`,
    color: token.colorText,
    fontSize: token.fontSize,
    lineHeight: token.lineHeight,
    // The first colour is solid: what is below would be seen through the second one in dark themes.
    background: `linear-gradient(${token.colorWarningBg}, ${token.colorWarningBg}), ${token.colorBgElevated}`,
    border: `1px solid ${token.colorWarningBorder}`,
    borderRadius: token.borderRadiusLG,
    boxShadow: token.boxShadowSecondary,
  };
}
