import React from 'react';
import { describe, expect, it } from 'vitest';
import { Bars } from '../../../src/client-v2/recorder/Bars';
import { scaleOf } from '../../../src/client-v2/recorder/scale';
import { markupOf } from '../render';

describe('the bars of the flight recorder', () => {
  it('have room for a name only where there is one: a short phase does not reach into the next', () => {
    const bars = [
      { phase: 'draining', from: 0, to: 10 },
      { phase: 'working', from: 10, to: 1_000 },
    ];
    const scale = scaleOf([0, 10, 1_000]);
    const markup = markupOf(<Bars bars={bars} scale={scale} nameOf={(phase) => phase} />);
    const paddings = [...markup.matchAll(/padding-inline:(\d+)/g)].map(([, padding]) => padding);
    expect(paddings).toEqual(['0', '3']);
    expect(markup).toMatch(/>working<.*$/);
    expect(markup).not.toMatch(/>draining</);
  });
});
