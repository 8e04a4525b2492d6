/** Waiting on this machine. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Timers } from '#core/ports.ts';

/** Timers that keep the process alive while someone waits. */
export const systemTimers: Timers = { sleep: (ms) => sleep(ms) };
