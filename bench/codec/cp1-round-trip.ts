/** CP1: the bytes of a PAY frame to the canonical request, and a reply to the bytes of its frame, without any HMAC. */
import { frameKeyVersion, frameSequence, frameTerminal } from '#protocol/cp1/frame.ts';
import { encodeReply } from '#protocol/cp1/reply-codec.ts';
import { decodeRequest, encodeRequest } from '#protocol/cp1/request-codec.ts';
import type { MacKey } from '#protocol/crypto.ts';
import { EXCHANGE_LIST, type RoundTrip } from './messages.ts';

/** Writes nothing: the other codecs have no tag either. */
const noMac: MacKey = { writeTag: () => undefined, digest: () => new Uint8Array(32) };

const TAG = Uint8Array.of(0xba, 0x13, 0x99, 0xcf, 0x17, 0xa7, 0x46, 0xda);

/** Also the average size of request and reply in bytes. */
export const createCp1RoundTrip = (): { readonly run: RoundTrip; readonly bytes: number } => {
  const frames = EXCHANGE_LIST.map(({ key, pay }) => encodeRequest(key, {}, pay, noMac));
  const replies = EXCHANGE_LIST.map(({ reply }) => reply);
  const count = frames.length;
  let sink = 0;
  const roundTrip = (index: number): number => {
    const frame = frames[index % count] as Uint8Array;
    const decoded = decodeRequest(frame);
    if (!decoded.ok || decoded.value.op !== 'pay') {
      throw new Error('The frame was not decoded.');
    }
    sink +=
      decoded.value.amountMinor +
      frameTerminal(frame) +
      frameKeyVersion(frame) +
      frameSequence(frame);
    const answer = encodeReply(
      frame,
      TAG,
      replies[index % count] as (typeof replies)[number],
      noMac,
    );
    sink += answer.length;
    return frame.length + answer.length;
  };
  const total = frames.reduce((sum, _, index) => sum + roundTrip(index), 0);
  return {
    run: (index) => void roundTrip(index),
    bytes: Math.round(total / count) + (sink > 0 ? 0 : 1),
  };
};
