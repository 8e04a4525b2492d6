/** Message keys per terminal and key version, derived once and kept for the busy ones. */
import { deriveMessageKeys, type MessageKeys } from '#protocol/cp1/keys.ts';
import type { Crypto } from '#protocol/crypto.ts';
import type { MessageLabels, OpenedRequest } from '#protocol/dialect.ts';

/** Terminals whose keys are kept: about a kilobyte each, and one sandbox sees far fewer within its life. */
export const TERMINAL_KEYS_MAX = 2_000;

export interface TerminalKeys {
  /** The keys under which the request's tag verifies, whichever generation of the master they come from. */
  keysOf(
    request: Pick<OpenedRequest, 'key' | 'keyVersion' | 'labels' | 'isSignedWith'>,
  ): MessageKeys | undefined;
}

/** One set of a terminal's keys; a terminal that speaks several dialects has one for each. */
interface Kept {
  readonly labels: MessageLabels;
  readonly keys: MessageKeys;
}

/** `masters` in the order to try them. Keeps at most `entriesMax` terminals, the most recently seen. */
export const createTerminalKeys = (
  crypto: Crypto,
  masters: readonly Uint8Array[],
  entriesMax: number = TERMINAL_KEYS_MAX,
): TerminalKeys => {
  const kept = new Map<string, Kept>();
  const keep = (id: string, entry: Kept): MessageKeys => {
    kept.delete(id);
    kept.set(id, entry);
    if (kept.size > entriesMax) {
      // A Map iterates in order of insertion: its first key is the least recently seen.
      for (const oldest of kept.keys()) {
        kept.delete(oldest);
        break;
      }
    }
    return entry.keys;
  };
  return {
    keysOf: (request) => {
      const { key, keyVersion, labels } = request;
      const id = `${key.terminal}.${keyVersion}`;
      const known = kept.get(id);
      if (known?.labels === labels && request.isSignedWith(known.keys.request)) {
        return keep(id, known);
      }
      for (const master of masters) {
        const keys = deriveMessageKeys(crypto, master, key.terminal, keyVersion, labels);
        // Only keys that verified a frame are kept, so that forged terminal numbers push nobody out.
        if (request.isSignedWith(keys.request)) {
          return keep(id, { labels, keys });
        }
      }
      return undefined;
    },
  };
};
