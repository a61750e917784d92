import { theme } from 'antd';
import React from 'react';
import { useLanguage, useT } from '../locale';
import { formatTime } from '../model/time';
import { isTrouble } from './colors';
import type { Place } from './moving';
import type { Lane, Mark } from './timeline';
import { eventOf, wordsOf } from './words';

export interface MarksProps {
  readonly lane: Lane;
  readonly index: number;
  readonly place: Place | undefined;
  /** The one mark that the tab key reaches. */
  readonly entrance: Place;
  readonly onSelect: (place: Place) => void;
}

/** What a node wrote, below its phases. */
export function Marks({ lane, index, place, entrance, onSelect }: MarksProps) {
  return (
    <div style={{ position: 'relative', height: 24 }}>
      {lane.marks.map((mark, number) => {
        const is = (other: Place | undefined) => other?.lane === index && other.mark === number;
        return (
          <MarkButton
            key={mark.moments[0]?.index}
            mark={mark}
            id={`${index} ${number}`}
            selected={is(place)}
            reachable={is(entrance)}
            onSelect={() => onSelect({ lane: index, mark: number })}
          />
        );
      })}
    </div>
  );
}

interface MarkButtonProps {
  readonly mark: Mark;
  readonly id: string;
  readonly selected: boolean;
  readonly reachable: boolean;
  readonly onSelect: () => void;
}

function MarkButton({ mark, id, selected, reachable, onSelect }: MarkButtonProps) {
  const { token } = theme.useToken();
  const label = useLabel(mark);
  const trouble = mark.moments.some(({ entry }) => isTrouble(entry.event));
  const color = trouble ? token.colorError : selected ? token.colorPrimary : token.colorTextSecondary;
  const size = mark.moments.length > 1 ? 12 : 8;
  return (
    <button
      type="button"
      data-mark={id}
      aria-label={label}
      aria-pressed={selected}
      title={label}
      tabIndex={reachable ? 0 : -1}
      onClick={onSelect}
      onFocus={onSelect}
      style={{ ...BUTTON, insetInlineStart: `${mark.at * 100}%` }}
    >
      <span
        style={{
          width: size,
          height: size,
          // Trouble has a shape of its own, for those who do not see its colour.
          borderRadius: trouble ? 0 : '50%',
          transform: trouble ? 'rotate(45deg)' : undefined,
          background: selected || trouble ? color : token.colorBgContainer,
          border: `2px solid ${color}`,
        }}
      />
    </button>
  );
}

function useLabel({ moments }: Mark): string {
  const t = useT();
  const language = useLanguage();
  const [first] = moments;
  if (!first) return '';
  const { entry } = first;
  const words = `${formatTime(entry.at, language)} ${entry.node.name}, ${eventOf(entry, t)}: ${wordsOf(entry, t)}`;
  return moments.length === 1 ? words : `${words} ${t('And {{count}} more steps', { count: moments.length - 1 })}`;
}

const BUTTON = {
  position: 'absolute',
  insetBlock: 0,
  width: 20,
  marginInlineStart: -10,
  padding: 0,
  display: 'flex',
  alignItems: 'center',
  justifyContent: 'center',
  background: 'transparent',
  border: 'none',
  cursor: 'pointer',
} as const;
