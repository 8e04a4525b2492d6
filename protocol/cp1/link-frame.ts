/** What the frames between terminal and bridge have in common. */
import { CborReader, NO_KEY } from '../cbor-reader.ts';
import type { MacKey } from '../crypto.ts';
import { FRAME_HEADER_BYTES } from '../limits.ts';
import type { RequestKey } from '../request.ts';
import { accept, type Result, refuse } from '../result.ts';
import { bodyEnd, FRAME_TYPES, finishFrame, frameTerminal, frameType, isStored } from './frame.ts';

type LinkType = 'hello' | 'welcome' | 'ping' | 'pong' | 'busy' | 'goaway' | 'fault';

/** Puts header and tag around the body just written. */
export const finishLink = (
  key: RequestKey,
  type: LinkType,
  macKey: MacKey | undefined,
): Uint8Array =>
  finishFrame(
    {
      type: FRAME_TYPES[type],
      flags: 0,
      terminal: key.terminal,
      keyVersion: key.keyVersion,
      sequence: key.sequence,
    },
    macKey,
  );

/** Opens the body; STORED has no meaning here and is refused. */
export const openLink = (frame: Uint8Array): CborReader => {
  const reader = new CborReader(frame, FRAME_HEADER_BYTES, bodyEnd(frame));
  if (isStored(frame)) {
    reader.reject('stored flag');
  }
  return reader;
};

/** The value, unless the frame is of another type or its body was refused. */
export const settleLink = <T>(
  frame: Uint8Array,
  type: LinkType,
  reader: CborReader,
  value: T,
): Result<T> => {
  if (frameTerminal(frame) === 0 && type !== 'fault') {
    reader.reject('terminal');
  }
  const refusal = reader.refusal();
  if (refusal !== undefined) {
    return refusal;
  }
  return frameType(frame) === FRAME_TYPES[type]
    ? accept(value)
    : refuse('frame_malformed', `type is not ${type}`);
};

/** Notes a required key that did not come; `seen` has bit k set for key k. */
export const requireKeys = (reader: CborReader, seen: number, required: number): void => {
  if ((seen & required) !== required) {
    reader.reject('a required field is missing');
  }
};

const NO_ENTRIES = Uint8Array.of(0xa0);

/** A frame without content: no body at all, or a map of nothing but extensions. */
export const settleEmpty = (frame: Uint8Array, type: 'ping' | 'pong'): Result<undefined> => {
  const hasBody = bodyEnd(frame) > FRAME_HEADER_BYTES;
  const reader = hasBody ? openLink(frame) : new CborReader(NO_ENTRIES, 0, 1);
  if (reader.nextKey() !== NO_KEY) {
    reader.unknownKey();
  }
  if (isStored(frame)) {
    reader.reject('stored flag');
  }
  return settleLink(frame, type, reader, undefined);
};
