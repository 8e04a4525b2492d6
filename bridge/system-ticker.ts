/** Monotonic time and ticks of this machine. */
import { performance } from 'node:perf_hooks';
import type { Ticker } from './ports.ts';

export const systemTicker: Ticker = {
  nowMs: () => performance.now(),
  every(ms, run): () => void {
    const interval = setInterval(run, ms);
    return () => clearInterval(interval);
  },
};
