import { describe, expect, it } from 'vitest';
import type { Sent } from '../clients';
import { figuresOf, percentile } from '../figures';
import { compare, problemsOf } from '../stored';

const request = (began: number, ended: number, more: Partial<Sent> = {}): Sent => {
  return { client: 1, number: undefined, began, ended, status: 200, words: '', ...more };
};
const act = { action: 'enable', began: 100, ended: 200 } as const;

describe('figures of a crowd', () => {
  it('takes the value that a share of them does not exceed', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([50, 99, 100]);
    expect(percentile([7], 0.5)).toBe(7);
    expect(percentile([], 0.5)).toBeUndefined();
  });

  it('counts a request as "during" when it was under way while an operation ran', () => {
    const sent = [request(0, 50), request(90, 205), request(120, 130), request(210, 260)];
    const { quiet, during, slowest } = figuresOf(sent, [act]);
    expect(quiet).toEqual({ count: 2, p50: 50, p99: 50 });
    expect(during).toEqual({ count: 2, p50: 10, p99: 115 });
    expect(slowest).toBe(115);
  });

  it('knows how long nobody had a good answer, and when the first and the last came after the end', () => {
    const failed = request(150, 160, { status: 503 });
    const sent = [request(10, 20), request(80, 90), failed, request(110, 215), request(115, 240), request(210, 500)];
    const { silence, firstAfter, lastAfter, failed: count } = figuresOf(sent, [act]);
    expect({ silence, firstAfter, lastAfter, count }).toEqual({
      silence: 125,
      firstAfter: 15,
      lastAfter: 40,
      count: 1,
    });
  });

  it('counts from the moment at which the end of a maintenance was asked for', () => {
    const maintenance = { action: 'maintenance', began: 100, released: 1_100, ended: 1_400 } as const;
    const sent = [request(80, 90), request(150, 1_250), request(1_300, 1_320), request(1_500, 1_510)];
    const { firstAfter, quiet, during } = figuresOf(sent, [maintenance]);
    expect([firstAfter, quiet.count, during.count]).toEqual([150, 2, 2]);
  });

  it('gives no time where nothing has happened', () => {
    const { slowest, silence, firstAfter, lastAfter } = figuresOf([], [act]);
    expect([slowest, silence, firstAfter, lastAfter]).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('what the database has stored', () => {
  const write = (client: number, number: number, status = 200) => request(0, 1, { client, number, status });
  const wrong = (sent: Sent[], titles: string[]) => problemsOf(sent, compare('r', sent, titles));

  it('is well when every acknowledged write is there once, in the order of its client', () => {
    const sent = [write(1, 1), write(2, 1), write(1, 2), request(0, 1)];
    expect(wrong(sent, ['r 2 1', 'r 1 1', 'r 1 2'])).toEqual([]);
  });

  it('is not well when a write is lost, stored twice or stored after a later one', () => {
    const sent = [write(1, 1), write(1, 2), write(1, 3)];
    expect(wrong(sent, ['r 1 1', 'r 1 3'])).toEqual(['"r 1 2" was acknowledged and is not stored.']);
    expect(wrong(sent, ['r 1 1', 'r 1 2', 'r 1 2', 'r 1 3'])).toEqual(['"r 1 2" is stored 2 times.']);
    const late = 'Client 1 has its write 2 stored after its write 3.';
    expect(wrong(sent, ['r 1 1', 'r 1 3', 'r 1 2'])).toEqual([late]);
  });

  it('is not well when a refused write is stored, or any request failed', () => {
    const sent = [write(1, 1), write(1, 2, 503), request(0, 1, { status: 0 })];
    const failed = '2 of 3 requests were not answered with 200.';
    expect(wrong(sent, ['r 1 1', 'r 1 2'])).toEqual([failed, '"r 1 2" was refused and is stored.']);
  });

  it('is not well when nobody could write at all', () => {
    expect(wrong([request(0, 1)], [])).toEqual(['No write was acknowledged.']);
  });
});
