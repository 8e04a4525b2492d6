/** Reads the stored answer of a request whose reply does not come (ARCHITECTURE.md), a few at a time. */
import { equalBytes } from '#protocol/bytes.ts';
import type { Crypto } from '#protocol/crypto.ts';
import type { DialectFraming, FrameLook } from '#protocol/dialect.ts';
import type { Counters } from './counters.ts';
import { RESCUE_READS_MAX } from './limits.ts';
import type { AnswerReader } from './ports.ts';

/** The answer that is stored for these very bytes; undefined where there is none or it cannot be read. Never rejects. */
export type RescueRead = (
  framing: DialectFraming,
  look: FrameLook,
  frame: Uint8Array,
) => Promise<Uint8Array | undefined>;

/** At most RESCUE_READS_MAX reads run at a time; beyond it a read is skipped and counted as failed. */
export const createRescueRead = (deps: {
  readonly answers: AnswerReader;
  readonly crypto: Crypto;
  readonly counters: Counters;
}): RescueRead => {
  const { answers, crypto, counters } = deps;
  let reads = 0;
  return async (framing, { op, key }, frame) => {
    // Reads are answered anew each time, so nothing of them is stored (docs/protocol.md, section 7).
    if (op === 'status' || op === 'catalogue') {
      return undefined;
    }
    if (reads >= RESCUE_READS_MAX) {
      counters.rescue_failed += 1;
      return undefined;
    }
    reads += 1;
    counters.rescue_reads += 1;
    try {
      const stored = await answers.readAnswer(key);
      return stored && equalBytes(stored.digest, framing.digest(crypto, frame))
        ? stored.answer
        : undefined;
    } catch {
      // The next round, or BUSY, follows in any case.
      counters.rescue_failed += 1;
      return undefined;
    } finally {
      reads -= 1;
    }
  };
};
