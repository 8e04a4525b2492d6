/** JSON text checked by zod with the same bounds as CP1, and JSON text as the answer. */
import { z } from 'zod';
import { CODES } from '#protocol/codes.ts';
import {
  AMOUNT_MINOR_MAX,
  DEADLINE_MS_MAX,
  IDENTIFIER_BYTES_MAX,
  ITEMS_MAX,
  KEY_VERSION_MAX,
  QUANTITY_MAX,
  SKU_BYTES_MAX,
  U32_MAX,
} from '#protocol/limits.ts';
import { EXCHANGE_LIST, type RoundTrip } from './messages.ts';

const TAG_HEX = 'ba1399cf17a746da';
const uint = (max: number, min = 0): z.ZodNumber => z.number().int().min(min).max(max);

const paySchema = z.strictObject({
  terminal: uint(U32_MAX, 1),
  keyVersion: uint(KEY_VERSION_MAX),
  sequence: uint(U32_MAX),
  op: z.literal('pay'),
  identifier: z.string().min(1).max(IDENTIFIER_BYTES_MAX),
  entryMode: z.union([z.literal(1), z.literal(3), z.literal(5), z.literal(7)]),
  amountMinor: uint(AMOUNT_MINOR_MAX),
  currency: uint(999, 1),
  items: z
    .array(
      z.strictObject({
        sku: z.string().min(1).max(SKU_BYTES_MAX),
        quantity: uint(QUANTITY_MAX, 1),
        unitPriceMinor: uint(AMOUNT_MINOR_MAX),
      }),
    )
    .min(1)
    .max(ITEMS_MAX),
  deadlineMs: uint(DEADLINE_MS_MAX, 1),
  mode: z.enum(['sale', 'hold']),
});

export const createJsonZodRoundTrip = (): { readonly run: RoundTrip; readonly bytes: number } => {
  const requests = EXCHANGE_LIST.map(({ key, pay }) =>
    Buffer.from(JSON.stringify({ ...key, ...pay })),
  );
  const replies = EXCHANGE_LIST.map(({ reply }) => reply);
  const count = requests.length;
  let sink = 0;
  const roundTrip = (index: number): number => {
    const bytes = requests[index % count] as Buffer;
    const decoded = paySchema.parse(JSON.parse(bytes.toString('utf8')));
    sink += decoded.amountMinor + decoded.terminal + decoded.keyVersion + decoded.sequence;
    const reply = replies[index % count] as (typeof replies)[number];
    const answer = Buffer.from(
      JSON.stringify({
        requestTag: TAG_HEX,
        terminal: decoded.terminal,
        keyVersion: decoded.keyVersion,
        sequence: decoded.sequence,
        code: CODES[reply.code].code,
        authorisation: reply.authorisation,
        serverTimeS: reply.serverTimeS,
        amountMinor: reply.amountMinor,
        maskedName: reply.maskedName,
      }),
    );
    sink += answer.length;
    return bytes.length + answer.length;
  };
  const total = requests.reduce((sum, _, index) => sum + roundTrip(index), 0);
  return {
    run: (index) => void roundTrip(index),
    bytes: Math.round(total / count) + (sink > 0 ? 0 : 1),
  };
};
