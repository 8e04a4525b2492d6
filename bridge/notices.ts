/** The frames that the bridge itself has to say: BUSY, GOAWAY, FAULT and PONG, never an answer (docs/protocol.md, section 5). */
import { FRAME_TYPES } from '#protocol/cp1/frame.ts';
import { encodeBusy, encodeFault, encodeGoaway, NOBODY } from '#protocol/cp1/link-codec.ts';
import type { MacKey } from '#protocol/crypto.ts';
import { FRAME_HEADER_BYTES, TAG_BYTES } from '#protocol/limits.ts';
import type { RequestKey } from '#protocol/request.ts';
import type { Counters } from './counters.ts';
import type { Session } from './session.ts';

export type FaultCode = 64 | 65 | 66 | 70;

const FAULT_NAMES = {
  64: 'frame_malformed',
  65: 'version_unsupported',
  66: 'mac_invalid',
  70: 'field_invalid',
} as const;

const keyOf = (session: Session, sequence: number): RequestKey => ({
  terminal: session.terminal,
  keyVersion: session.keyVersion,
  sequence,
});

/** Counts and encodes a FAULT: signed once a HELLO was valid, else from nobody with a tag of zeros. */
export const faultFrame = (
  session: Session,
  counters: Counters,
  fault: { readonly code: FaultCode; readonly sequence?: number },
): Uint8Array => {
  counters[`fault_${fault.code}`] += 1;
  const code = FAULT_NAMES[fault.code];
  const body = fault.sequence === undefined ? { code } : { code, sequence: fault.sequence };
  return session.keys
    ? encodeFault(keyOf(session, fault.sequence ?? 0), body, session.keys.down)
    : encodeFault(NOBODY, body, undefined);
};

/** BUSY concerning `sequence`; the key is that of a valid HELLO. */
export const busyFrame = (key: RequestKey, retryAfterMs: number, down: MacKey): Uint8Array =>
  encodeBusy(key, { retryAfterMs, sequence: key.sequence }, down);

/** GOAWAY for a session that has signed on. */
export const goawayFrame = (session: Session, down: MacKey, reconnectAfterMs: number): Uint8Array =>
  encodeGoaway(keyOf(session, 0), { reconnectAfterMs }, down);

/** PONG for an empty PING: its header with the other type, and a tag. 22 bytes are all that it allocates. */
export const pongFrame = (ping: Uint8Array, down: MacKey): Uint8Array => {
  const pong = Buffer.allocUnsafe(FRAME_HEADER_BYTES + TAG_BYTES);
  for (let i = 0; i < FRAME_HEADER_BYTES; i += 1) {
    pong[i] = ping[i] as number;
  }
  // Flags are the terminal's to set; the length is that of an empty frame whatever the PING carried.
  pong[1] = 0x10;
  pong[2] = 0;
  pong[3] = FRAME_HEADER_BYTES + TAG_BYTES - 4;
  pong[4] = FRAME_TYPES.pong;
  down.writeTag(pong, FRAME_HEADER_BYTES, pong, FRAME_HEADER_BYTES);
  return pong;
};
