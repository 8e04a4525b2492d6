/** What is wrong with an ISO 8583 frame: its length, its content, or that it lacks its MAC. */
import { MTI_NAMES } from '../iso8583/field-names.ts';
import { identify } from '../iso8583/identity.ts';
import { identifyLink, toldBy } from '../iso8583/link.ts';
import { macAt } from '../iso8583/mac.ts';
import { type MessageParts, readMessage } from '../iso8583/message-reader.ts';
import type { Preset } from '../iso8583/presets.ts';
import { decodeRequest } from '../iso8583/request-codec.ts';
import { frameRule, LENGTH_KINDS, type LengthKind, takeApart } from '../iso8583/transport.ts';
import type { Refusal } from '../result.ts';
import type { TextCodec } from '../text-codec.ts';

export type Verdict = Pick<Refusal, 'code' | 'reason'>;

/**
 * The kind of length in front of a frame: one that fits, else one behind which a message begins; undefined where the bytes begin
 * with a message themselves, or with nothing of that.
 */
export const lengthKindOf = (bytes: Uint8Array): LengthKind | undefined =>
  LENGTH_KINDS.find((kind) => fits(kind, bytes)) ??
  (isServed(bytes, 0)
    ? undefined
    : LENGTH_KINDS.find((kind) => {
        const { prefixBytes, faultAt } = frameRule(kind);
        return faultAt(bytes, 0) === undefined && isServed(bytes, prefixBytes);
      }));

/** Whether these bytes are one frame with this kind of length. */
const fits = (kind: LengthKind, bytes: Uint8Array): boolean => {
  const rule = frameRule(kind);
  return (
    bytes.length >= rule.prefixBytes &&
    rule.faultAt(bytes, 0) === undefined &&
    rule.totalAt(bytes, 0) === bytes.length
  );
};

const isServed = (bytes: Uint8Array, lengthBytes: number): boolean => {
  const apart = takeApart(bytes, lengthBytes);
  return (
    typeof apart !== 'string' &&
    MTI_NAMES[readMessage(apart.preset, apart.message, 0).mti.slice(0, 3)] !== undefined
  );
};

/** Why the length is wrong; undefined where it is not, or there is none. */
export const lengthReason = (
  kind: LengthKind | undefined,
  bytes: Uint8Array,
): string | undefined => {
  if (kind === undefined || fits(kind, bytes)) {
    return undefined;
  }
  const rule = frameRule(kind);
  const fault = rule.faultAt(bytes, 0)?.reason;
  return (
    fault ??
    (bytes.length < rule.prefixBytes
      ? 'length: is cut off'
      : `length: says that the frame has ${rule.totalAt(bytes, 0)} bytes, and here are ${bytes.length}`)
  );
};

/** What bridge or function would say to a message; of answers nothing is known but their bytes. `bytes`: from its MTI on. */
export const messageVerdict = (
  message: MessageParts,
  asked: {
    readonly preset: Preset;
    readonly text: TextCodec;
    readonly nowMs: number;
    readonly bytes: Uint8Array;
  },
): Verdict | undefined => {
  const link = identifyLink(message);
  const identity = identify(asked.preset, message);
  const who = link ?? identity;
  if (who === undefined || 'code' in who) {
    return who;
  }
  if (macAt(message) === undefined) {
    return { code: 'mac_invalid', reason: 'DE 64: is missing' };
  }
  const content =
    identity === undefined || 'code' in identity
      ? toldBy({ ...asked, message }, asked.text, asked.nowMs)
      : decodeRequest({ ...asked, message, identity });
  return content.ok ? undefined : content;
};
