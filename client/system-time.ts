/** Clock, timers and randomness of the machine: for the entry points only, everything else is given them. */
import { randomInt } from 'node:crypto';
import type { Clock, Random, Timers } from './ports.ts';

export const systemClock: Clock = { nowMs: () => Date.now() };

export const systemTimers: Timers = {
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};

export const systemRandom: Random = { below: (bound) => randomInt(bound) };
