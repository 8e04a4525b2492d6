/** Reads the stored answer of a request whose reply does not come (ARCHITECTURE.md), a few at a time. */
import { equalBytes } from '#protocol/bytes.ts';
import {
  FRAME_TYPES,
  frameKeyVersion,
  frameSequence,
  frameTerminal,
  frameType,
  requestDigest,
} from '#protocol/cp1/frame.ts';
import type { Crypto } from '#protocol/crypto.ts';
import type { RequestKey } from '#protocol/request.ts';
import type { Counters } from './counters.ts';
import { RESCUE_READS_MAX } from './limits.ts';
import type { AnswerReader } from './ports.ts';

/** The answer that is stored for these very bytes; undefined where there is none or it cannot be read. Never rejects. */
export type RescueRead = (frame: Uint8Array) => Promise<Uint8Array | undefined>;

const keyOf = (frame: Uint8Array): RequestKey => ({
  terminal: frameTerminal(frame),
  keyVersion: frameKeyVersion(frame),
  sequence: frameSequence(frame),
});

/** Reads are answered anew each time, so nothing of them is stored (docs/protocol.md, section 7). */
const isStoredKind = (frame: Uint8Array): boolean =>
  frameType(frame) !== FRAME_TYPES.status && frameType(frame) !== FRAME_TYPES.catalogue;

/** At most RESCUE_READS_MAX reads run at a time; beyond it a read is skipped and counted as failed. */
export const createRescueRead = (deps: {
  readonly answers: AnswerReader;
  readonly crypto: Crypto;
  readonly counters: Counters;
}): RescueRead => {
  const { answers, crypto, counters } = deps;
  let reads = 0;
  return async (frame) => {
    if (!isStoredKind(frame)) {
      return undefined;
    }
    if (reads >= RESCUE_READS_MAX) {
      counters.rescue_failed += 1;
      return undefined;
    }
    reads += 1;
    counters.rescue_reads += 1;
    try {
      const stored = await answers.readAnswer(keyOf(frame));
      return stored && equalBytes(stored.digest, requestDigest(crypto, frame))
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
