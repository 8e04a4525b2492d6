/** Seals outboxes of tests, with a key that is made up. */
import { createFrameSeal, type FrameSeal } from '#client/outbox/frame-seal.ts';

export const SEAL: FrameSeal = createFrameSeal(new Uint8Array(32).fill(0x5e));
