import { theme } from 'antd';
import React from 'react';
import { useT } from '../locale';
import { EDGE, LABEL_WIDTH } from './Row';
import { ticksOf, type Scale } from './scale';
import { formatLength } from './words';

const HEIGHT = 22;
const NO_ROOM_AFTER = 0.93;
const TICK = {
  position: 'absolute',
  borderStyle: 'solid',
  borderWidth: 0,
  fontVariantNumeric: 'tabular-nums',
  whiteSpace: 'nowrap',
} as const;

/** Times since the operation began. */
export function Axis({ scale }: { readonly scale: Scale }) {
  const { token } = theme.useToken();
  return (
    <div aria-hidden style={{ position: 'relative', height: HEIGHT, fontSize: token.fontSizeSM }}>
      {ticksOf(scale).map(({ ms, at }) => (
        <span
          key={ms}
          style={{
            ...TICK,
            ...placeOf(at),
            borderColor: token.colorBorder,
            color: token.colorTextSecondary,
          }}
        >
          {ms < 10_000 ? `${ms / 1_000} s` : formatLength(ms)}
        </span>
      ))}
    </div>
  );
}

/** At the end of the line a label stands in front of its tick: behind it there is no room. */
function placeOf(at: number) {
  return at > NO_ROOM_AFTER
    ? { insetInlineEnd: `${(1 - at) * 100}%`, borderInlineEndWidth: 1, paddingInlineEnd: 4 }
    : { insetInlineStart: `${at * 100}%`, borderInlineStartWidth: 1, paddingInlineStart: 4 };
}

/** Behind all lanes: here nobody said anything, and the line is cut. */
export function Silences({ scale }: { readonly scale: Scale }) {
  const t = useT();
  const { token } = theme.useToken();
  const stripes = `repeating-linear-gradient(135deg, ${token.colorFillSecondary} 0 4px, transparent 4px 8px)`;
  return (
    <div style={{ position: 'absolute', insetBlock: 0, insetInlineStart: LABEL_WIDTH + EDGE, insetInlineEnd: EDGE }}>
      {scale.silences.map(({ from, to }) => {
        const [left, right] = [scale.place(from), scale.place(to)];
        const words = t('Nothing for {{time}}', { time: formatLength(to - from) });
        return (
          <div
            key={from}
            title={words}
            style={{
              position: 'absolute',
              insetBlock: 0,
              insetInlineStart: `${left * 100}%`,
              width: `${(right - left) * 100}%`,
              background: stripes,
            }}
          >
            <span style={{ ...LABEL, color: token.colorTextSecondary, fontSize: token.fontSizeSM }}>
              {formatLength(to - from)}
            </span>
          </div>
        );
      })}
    </div>
  );
}

const LABEL = {
  position: 'absolute',
  insetBlockEnd: '100%',
  insetInlineStart: '50%',
  transform: 'translateX(-50%)',
  whiteSpace: 'nowrap',
} as const;
