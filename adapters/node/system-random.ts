/** Randomness of this machine, fit for codes. */
import { randomInt } from 'node:crypto';
import type { Random } from '#core/ports.ts';

/** Uniform and unpredictable; `bound` 1 .. 2^48-1. */
export const systemRandom: Random = { below: (bound) => randomInt(bound) };
