/** Small seeded generator (mulberry32): a virtual modem with the same seed misbehaves in the same way. */
import type { Random } from '../ports.ts';

export interface SeededRandom extends Random {
  /** True with probability `rate` (0 .. 1). */
  chance(rate: number): boolean;
}

/** Not for secrets. */
export const createSeededRandom = (seed: number): SeededRandom => {
  let state = seed >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    below: (bound) => Math.floor(unit() * bound),
    chance: (rate) => rate > 0 && unit() < rate,
  };
};
