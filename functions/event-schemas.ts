/** Every event as it goes out, declared field by field: what is not declared here cannot leave. docs/events/ is made from it. */
import * as z from 'zod/mini';
import { type EventType, type OutgoingEvent, paymentEventType } from '#core/events.ts';
import { CASE_RESOLUTIONS } from '#core/operator-case.ts';
import type { RecordedState } from '#core/records.ts';
import { CODES, type CodeName } from '#protocol/codes.ts';
import {
  AMOUNT_MINOR_MAX,
  AUTHORISATION_BYTES,
  CURRENCY_MAX,
  KEY_VERSION_MAX,
  U32_MAX,
} from '#protocol/limits.ts';

const integer = (least: number, most: number, description: string): z.ZodMiniNumber =>
  z.int().check(z.minimum(least), z.maximum(most), z.describe(description));
const text = (description: string): z.ZodMiniString =>
  z.string().check(z.minLength(1), z.describe(description));
const time = (description: string): z.ZodMiniString =>
  z
    .string()
    .check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/), z.describe(`${description}; UTC`));
const minor = (description: string): z.ZodMiniNumber =>
  integer(0, AMOUNT_MINOR_MAX, `${description}, minor units`);

const Terminal = integer(1, U32_MAX, 'terminal id');
const KeyVersion = integer(0, KEY_VERSION_MAX, 'generation of its keys');
const Sequence = integer(0, U32_MAX, 'number that the terminal drew');
const Code = z
  .enum(Object.keys(CODES) as [CodeName, ...CodeName[]])
  .check(z.describe('code of the PAY, docs/errors.md'));

const Payment = z
  .strictObject({ terminal: Terminal, keyVersion: KeyVersion, sequence: Sequence })
  .check(z.describe('K: names the payment for ever'));
const Shares = z
  .strictObject({
    region: text('whose tax it is'),
    taxMinor: minor('tax contained in the price'),
    feeMinor: minor('our fee, taken from what the merchant is owed after tax'),
    discountMinor: minor("paid by the promotion in the user's place"),
    promotion: z.optional(text('id of the promotion')),
  })
  .check(z.describe("how the merchant's side of the whole payment is split"));
const Flags = z
  .array(z.enum(['stored', 'outside_window', 'price_mismatch', 'over_limit']))
  .check(z.describe('of a sale made while offline, docs/limits.md'));
const Evidence = z
  .strictObject({
    items: z.optional(z.array(text('one per item sold, with the rules that decided'))),
    itemsDigest: z.optional(text('SHA-256 of the items where they are too long')),
    judgedAt: z.optional(time('when the windows were judged')),
  })
  .check(z.describe('why it was decided so: ids of rules and versions'));

const envelope = <Type extends EventType, Data extends z.core.SomeType>(type: Type, data: Data) =>
  z.strictObject({
    id: z
      .string()
      .check(z.regex(/^evt_[A-Za-z0-9_]+$/), z.describe('webhook-id: the same at every delivery')),
    type: z.literal(type),
    occurredAt: time('when it was booked'),
    data,
  });

const payment = (state: RecordedState): z.core.$ZodType =>
  envelope(
    paymentEventType(state),
    z.strictObject({
      payment: Payment,
      revision: z
        .int()
        .check(z.minimum(0), z.describe('a later event of the payment has a higher one')),
      state: z.literal(state),
      code: Code,
      amountMinor: minor('asked for'),
      postedMinor: minor('charged'),
      refundedMinor: minor('given back by REFUND'),
      currency: integer(0, CURRENCY_MAX, 'ISO 4217 number; 0 where a REVERSE came before its PAY'),
      user: z.optional(text('id; absent where none was found')),
      merchant: z.optional(text('id; absent where the terminal is unknown')),
      decidedAt: time('when the PAY was decided'),
      authorisation: z.optional(
        z.string().check(z.length(AUTHORISATION_BYTES), z.describe('authorisation code')),
      ),
      provider: z.optional(text('who carries the money; absent: an account of ours')),
      shares: z.optional(Shares),
      flags: z.optional(Flags),
      evidence: z.optional(Evidence),
    }),
  );

const caseSchema = (type: 'case.opened' | 'case.closed'): z.core.$ZodType =>
  envelope(
    type,
    z.strictObject({
      case: text('id of the case'),
      kind: z
        .enum(['captured_uncovered', 'outcome_unknown'])
        .check(
          z.describe('what only a person can settle, docs/decisions/0011-ledger-and-audit.md'),
        ),
      reason: z.enum([
        'no_funds',
        'user_blocked',
        'sold_out',
        'given_back',
        'voided',
        'provider_silent',
      ]),
      payment: Payment,
      amountMinor: minor('in question'),
      currency: integer(0, CURRENCY_MAX, 'ISO 4217 number'),
      merchant: text('id'),
      user: z.optional(text('id; absent where a provider has the customer')),
      openedAt: time('when it was found first'),
      ...(type === 'case.opened'
        ? {}
        : { resolution: z.enum(CASE_RESOLUTIONS), closedAt: time('when an operator closed it') }),
    }),
  );

const clone = envelope(
  'terminal.clone_suspected',
  z.strictObject({
    terminal: Terminal,
    reason: z
      .enum(['sequence_regression', 'two_connections'])
      .check(z.describe('what was seen, docs/limits.md')),
    keyVersion: z.optional(KeyVersion),
    sequence: z.optional(Sequence),
    highest: z.optional(integer(0, U32_MAX, 'highest number seen before it')),
    suspectedAt: time('when it was seen'),
  }),
);

/** One per type of event. */
export const EVENT_SCHEMAS: Readonly<Record<EventType, z.core.$ZodType>> = {
  'payment.pending': payment('in_progress'),
  'payment.held': payment('held'),
  'payment.posted': payment('posted'),
  'payment.partly_refunded': payment('partly_refunded'),
  'payment.refunded': payment('refunded'),
  'payment.voided': payment('voided'),
  'payment.expired': payment('expired'),
  'payment.declined': payment('declined'),
  'case.opened': caseSchema('case.opened'),
  'case.closed': caseSchema('case.closed'),
  'terminal.clone_suspected': clone,
};

/** The event as the bytes that are signed and sent; equal events have equal bytes. Throws where it is not as declared. */
export const encodeEvent = (event: OutgoingEvent): string =>
  JSON.stringify(z.parse(EVENT_SCHEMAS[event.type], event));
