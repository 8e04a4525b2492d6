/**
 * What the lines of a terminal may be, as a schema of another library than the decoder's: each judges the other, and the
 * JSON Schema of the docs is made of it.
 */
import { z } from 'zod';

const bytes = (min: number, max: number): z.ZodString =>
  z
    .string()
    .min(min)
    .max(max)
    .refine((text) => Buffer.byteLength(text) <= max, `at most ${max} bytes of UTF-8`);
const integer = (min: number, max: number): z.ZodNumber => z.int().min(min).max(max);
const AMOUNT = 999_999_999_999;
const U32 = 4_294_967_295;
const hex = (min: number, max: number): z.ZodString =>
  z.string().regex(new RegExp(`^(?:[0-9a-f]{2}){${min},${max}}$`));

const head = {
  terminal: integer(1, U32),
  keyVersion: integer(0, 255),
  sequence: integer(0, U32),
  m: z.string().regex(/^[0-9a-f]{16}$/),
  repeat: z.boolean().optional(),
};
const about = {
  paymentSequence: integer(0, U32),
  paymentKeyVersion: integer(0, 255).optional(),
};
const unstored = z.literal(false).optional();

const strict = <Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$loose> =>
  z
    .looseObject(shape)
    .refine((value) => Object.keys(value).every((name) => name in shape || name.startsWith('x-')));

const Item = strict({
  sku: bytes(1, 24),
  quantity: integer(1, 9_999),
  unitPriceMinor: integer(0, AMOUNT),
});

const Pay = strict({
  ...head,
  op: z.literal('pay'),
  stored: z.boolean().optional(),
  identifier: bytes(1, 512),
  entryMode: z.literal([1, 3, 5, 7]),
  amountMinor: integer(0, AMOUNT),
  currency: integer(1, 999),
  items: z.array(Item).min(1).max(20),
  deadlineMs: integer(1, 60_000),
  mode: z.literal(['sale', 'hold']),
  deviceTimeS: integer(0, 253_402_300_799).optional(),
  catalogueVersion: integer(0, Number.MAX_SAFE_INTEGER).optional(),
  promotionCode: bytes(1, 64).optional(),
  secondFactor: bytes(1, 64).optional(),
})
  .refine(
    ({ items, amountMinor }) =>
      items.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0) ===
      amountMinor,
    'amountMinor is the sum of the items',
  )
  .refine(
    ({ items }) => new Set(items.map(({ sku }) => sku)).size === items.length,
    'no sku comes twice',
  )
  .refine(
    ({ stored, deviceTimeS }) => stored !== true || deviceTimeS !== undefined,
    'a stored sale has its device time',
  );

const Reverse = strict({
  ...head,
  ...about,
  op: z.literal('reverse'),
  stored: unstored,
  reason: z.literal([1, 2, 3, 4]),
}).refine(
  ({ keyVersion, paymentKeyVersion, sequence, paymentSequence }) =>
    (paymentKeyVersion ?? keyVersion) !== keyVersion || paymentSequence < sequence,
  'paymentSequence is below its own',
);

const amountMinor = integer(1, AMOUNT).optional();
const plain = { ...head, stored: unstored };

/** Every line that a terminal may send. */
export const TerminalLine: z.ZodType = z.discriminatedUnion('op', [
  strict({
    ...plain,
    op: z.literal('hello'),
    nonce: hex(8, 8),
    firmware: bytes(0, 64).optional(),
    modem: bytes(0, 64).optional(),
    signal: z.union([integer(0, 31), z.literal(99)]).optional(),
    mode: z.literal(['session', 'on_demand']).optional(),
    locale: bytes(1, 64).optional(),
    clockOffsetS: integer(-U32, U32).optional(),
  }),
  strict({ ...head, stored: z.boolean().optional(), op: z.literal('ping') }),
  Pay,
  strict({ ...plain, ...about, op: z.literal('confirm'), amountMinor }),
  Reverse,
  strict({ ...plain, ...about, op: z.literal('refund'), amountMinor }),
  strict({ ...plain, ...about, op: z.literal('status') }),
  strict({
    ...plain,
    op: z.literal('catalogue'),
    knownVersion: integer(0, Number.MAX_SAFE_INTEGER),
    cursor: hex(0, 32).optional(),
  }),
]);

/** The text of docs/json-lines.schema.json. Rules between fields, and lengths in bytes, are in docs/json-lines.md only. */
export const schemaText = (): string => {
  const schema = z.toJSONSchema(TerminalLine, {
    override: ({ jsonSchema }) => {
      if (jsonSchema.type === 'object') {
        jsonSchema.additionalProperties = false;
        jsonSchema.patternProperties = { '^x-': {} };
      }
    },
  });
  return `${JSON.stringify({ title: 'A line from a terminal', ...schema }, null, 2)}\n`;
};
