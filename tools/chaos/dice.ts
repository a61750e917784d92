/** Chance that can be repeated: the same seed gives the same throws. */
export interface Dice {
  readonly seed: number;
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
}

export function dice(seed: number): Dice {
  let state = seed >>> 0;
  /** Mulberry32: 32 bits of state are plenty for a few throws. */
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    seed,
    between,
    pick<T>(list: readonly T[]): T {
      const index = between(0, list.length - 1);
      if (index >= list.length || list.length === 0) throw new Error('Nothing to pick from.');
      return list[index] as T;
    },
  };
}
