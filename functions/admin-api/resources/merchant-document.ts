/** A merchant as operators know it; terminals carry what payments need of it. */
import { z } from '@hono/zod-openapi';
import { readDocument } from '#adapters/dynamodb/documents.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import type { MerchantSource } from '#core/terminal-sources.ts';
import { AMOUNT_MINOR_MAX } from '#protocol/limits.ts';
import { integer, textOf } from '../http/fields.ts';
import { type Refusal, refuse } from '../http/problems.ts';

export const MERCHANT = 'merchant';

const NAME_LENGTH_MAX = 80;
const COUNT_MAX = 1_000_000;

const isZone = (text: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** IANA name of a time zone. */
export const Zone: z.ZodType<string> = z
  .string()
  .max(64)
  .refine(isZone, 'an IANA time zone, such as Asia/Seoul');

export const MerchantSettings = z.strictObject({
  name: textOf(NAME_LENGTH_MAX),
  /** Closed: its terminals sell nothing. */
  status: z.enum(['open', 'closed']),
  /** Whose midnight begins its day: of limits, figures and settlements. */
  zone: Zone,
  /** What it pays us for each payment: parts per million of the price, and an amount. */
  fee: z
    .strictObject({
      ppm: integer(0, 1_000_000),
      fixedMinor: integer(0, AMOUNT_MINOR_MAX).optional(),
    })
    .optional(),
  /** Minor units of one payment that one person may give back; above it two are needed. */
  refundAloneMinor: integer(0, AMOUNT_MINOR_MAX).optional(),
  /** Of all its terminals together. */
  limits: z
    .strictObject({
      perDayMinor: integer(1, AMOUNT_MINOR_MAX).optional(),
      perDayCount: integer(1, COUNT_MAX).optional(),
    })
    .optional(),
});

/** The merchant that a body names in `field`. */
export const namedMerchant = async (
  access: TableAccess,
  id: string,
): Promise<MerchantSource | Refusal> => {
  const found = await readDocument<MerchantSource>(access, MERCHANT, id);
  return (
    found?.content ??
    refuse('reference_unknown', {
      errors: [{ field: 'merchant', expected: 'the id of a merchant that exists' }],
    })
  );
};
