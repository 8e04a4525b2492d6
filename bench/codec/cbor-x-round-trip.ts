/** cbor-x with plain objects: decode and encode alone; nothing is checked, which is in its favour. */
import { decode, encode } from 'cbor-x';
import { CODES } from '#protocol/codes.ts';
import { EXCHANGE_LIST, type RoundTrip } from './messages.ts';

const TAG = Uint8Array.of(0xba, 0x13, 0x99, 0xcf, 0x17, 0xa7, 0x46, 0xda);

interface Decoded {
  readonly amountMinor: number;
  readonly terminal: number;
  readonly keyVersion: number;
  readonly sequence: number;
}

export const createCborXRoundTrip = (): { readonly run: RoundTrip; readonly bytes: number } => {
  const requests = EXCHANGE_LIST.map(({ key, pay }) => new Uint8Array(encode({ ...key, ...pay })));
  const replies = EXCHANGE_LIST.map(({ reply }) => reply);
  const count = requests.length;
  let sink = 0;
  const roundTrip = (index: number): number => {
    const bytes = requests[index % count] as Uint8Array;
    const decoded: Decoded = decode(bytes);
    sink += decoded.amountMinor + decoded.terminal + decoded.keyVersion + decoded.sequence;
    const reply = replies[index % count] as (typeof replies)[number];
    const answer = encode({
      requestTag: TAG,
      terminal: decoded.terminal,
      keyVersion: decoded.keyVersion,
      sequence: decoded.sequence,
      code: CODES[reply.code].code,
      authorisation: reply.authorisation,
      serverTimeS: reply.serverTimeS,
      amountMinor: reply.amountMinor,
      maskedName: reply.maskedName,
    });
    sink += answer.length;
    return bytes.length + answer.length;
  };
  const total = requests.reduce((sum, _, index) => sum + roundTrip(index), 0);
  return {
    run: (index) => void roundTrip(index),
    bytes: Math.round(total / count) + (sink > 0 ? 0 : 1),
  };
};
