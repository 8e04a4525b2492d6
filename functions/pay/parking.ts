/** Messages that can never be done: a note about each, without its content, goes to the parking queue. */
import { encodeUtf8, toHex } from '#protocol/bytes.ts';
import type { Crypto } from '#protocol/crypto.ts';

/** Why a message was parked. */
export type ParkReason =
  | 'envelope_malformed'
  | 'envelope_version'
  | 'dialect_unsupported'
  | 'frame_malformed'
  | 'frame_type'
  | 'terminal_mismatch'
  | 'slot_unknown'
  | 'mac_invalid';

/** What an operator needs to find and judge it. The frame, and so the identifier in it, is left out on purpose. */
export interface ParkNote {
  readonly v: 1;
  readonly reason: ParkReason;
  readonly messageId: string;
  readonly terminal?: number;
  readonly sequence?: number;
  readonly bodyBytes: number;
  readonly frameBytes?: number;
  /** SHA-256 of the message body, hex. */
  readonly bodyDigest: string;
}

/** The note about one message. */
export const createParkNote = (
  crypto: Crypto,
  reason: ParkReason,
  message: { readonly messageId: string; readonly body: string },
  known: Pick<ParkNote, 'terminal' | 'sequence' | 'frameBytes'> = {},
): ParkNote => {
  const body = encodeUtf8(message.body);
  return {
    v: 1,
    reason,
    messageId: message.messageId,
    ...known,
    bodyBytes: body.length,
    bodyDigest: toHex(crypto.sha256(body)),
  };
};
