/** Numbers that are the same everywhere for the same seed. */
import { createSeededRandom } from '#client/modem/seeded-random.ts';

/** An integer in [0, bound) at each call. */
export const randomFrom = (seed: number): ((bound: number) => number) => {
  const random = createSeededRandom(seed);
  return (bound) => random.below(bound);
};
