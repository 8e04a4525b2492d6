/** The clock of this machine. */
import type { Clock } from '#core/ports.ts';

/** Wall clock; it may step when the machine's time is corrected. */
export const systemClock: Clock = { nowMs: () => Date.now() };
