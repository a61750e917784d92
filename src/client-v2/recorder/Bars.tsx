import { theme } from 'antd';
import React from 'react';
import { paintOf } from './colors';
import type { Scale } from './scale';
import type { Bar } from './timeline';
import { formatLength } from './words';

export interface BarsProps {
  readonly bars: readonly Bar[];
  readonly scale: Scale;
  readonly nameOf: (phase: string) => string;
}

const HEIGHT = 20;
const PADDING = 3;
/** A name would be cut to nothing in a bar that takes less of the line. */
const ROOM_FOR_NAME = 0.06;

/** Phases from moment to moment. Their lengths are told in words above, and each change is a line below. */
export function Bars({ bars, scale, nameOf }: BarsProps) {
  const { token } = theme.useToken();
  return (
    <div aria-hidden style={{ position: 'relative', height: HEIGHT }}>
      {bars.map(({ phase, from, to }) => {
        const [left, right] = [scale.place(from), scale.place(to)];
        const { background, border } = paintOf(phase, token);
        const named = right - left >= ROOM_FOR_NAME;
        return (
          <div
            key={`${from} ${phase}`}
            title={`${nameOf(phase)} ${formatLength(to - from)}`}
            style={{
              ...SHAPE,
              insetInlineStart: `${left * 100}%`,
              width: `${(right - left) * 100}%`,
              // Room that nothing needs would reach into the next one.
              paddingInline: named ? PADDING : 0,
              background,
              border: `1px solid ${border}`,
              color: token.colorText,
              fontSize: token.fontSizeSM,
            }}
          >
            {named && nameOf(phase)}
          </div>
        );
      })}
    </div>
  );
}

const SHAPE = {
  position: 'absolute',
  height: HEIGHT,
  lineHeight: `${HEIGHT - 2}px`,
  minWidth: 2,
  borderRadius: 3,
  boxSizing: 'border-box',
  overflow: 'hidden',
  whiteSpace: 'nowrap',
  textOverflow: 'ellipsis',
} as const;
