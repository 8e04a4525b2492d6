/** Message keys per terminal and key version, derived once and kept for the busy ones. */
import { verifyTag } from '#protocol/cp1/frame.ts';
import { deriveMessageKeys, type MessageKeys } from '#protocol/cp1/keys.ts';
import type { Crypto } from '#protocol/crypto.ts';

/** Terminals whose keys are kept: about a kilobyte each, and one sandbox sees far fewer within its life. */
export const TERMINAL_KEYS_MAX = 2_000;

export interface TerminalKeys {
  /** The keys under which the frame's tag verifies, whichever generation of the master they come from. */
  keysOf(frame: Uint8Array, terminal: number, keyVersion: number): MessageKeys | undefined;
}

/** `masters` in the order to try them. Keeps at most `entriesMax` terminals, the most recently seen. */
export const createTerminalKeys = (
  crypto: Crypto,
  masters: readonly Uint8Array[],
  entriesMax: number = TERMINAL_KEYS_MAX,
): TerminalKeys => {
  const kept = new Map<string, MessageKeys>();
  const keep = (id: string, keys: MessageKeys): MessageKeys => {
    kept.delete(id);
    kept.set(id, keys);
    if (kept.size > entriesMax) {
      // A Map iterates in order of insertion: its first key is the least recently seen.
      for (const oldest of kept.keys()) {
        kept.delete(oldest);
        break;
      }
    }
    return keys;
  };
  return {
    keysOf: (frame, terminal, keyVersion) => {
      const id = `${terminal}.${keyVersion}`;
      const known = kept.get(id);
      if (known !== undefined && verifyTag(frame, known.request)) {
        return keep(id, known);
      }
      for (const master of masters) {
        const keys = deriveMessageKeys(crypto, master, terminal, keyVersion);
        // Only keys that verified a frame are kept, so that forged terminal numbers push nobody out.
        if (verifyTag(frame, keys.request)) {
          return keep(id, keys);
        }
      }
      return undefined;
    },
  };
};
