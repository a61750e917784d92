import { theme } from 'antd';
import React, { useState } from 'react';
import { WrappingButton } from '../../components/WrappingButton';
import { useT } from '../../locale';

const EMPTY: readonly string[] = ['', '{}', '[]', 'null'];

/** What the request says, secrets masked: whoever approves should look at it. */
export function Parameters({ text }: { readonly text: string }) {
  const t = useT();
  const { token } = theme.useToken();
  const [open, setOpen] = useState(false);
  if (EMPTY.includes(text.trim())) return null;
  return (
    <div>
      <WrappingButton
        type="link"
        size="small"
        style={{ padding: 0, textAlign: 'start' }}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {open ? t('Hide what the request says') : t('Show what the request says')}
      </WrappingButton>
      {open && (
        <pre
          style={{
            margin: 0,
            padding: token.paddingXS,
            background: token.colorFillQuaternary,
            borderRadius: token.borderRadius,
            whiteSpace: 'pre-wrap',
            overflowWrap: 'anywhere',
          }}
        >
          {indented(text)}
        </pre>
      )}
    </div>
  );
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
