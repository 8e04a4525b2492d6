/** Shapes of what is sold: regions, products, windows, price lists, promotions, as docs/prices.md and docs/sale-windows.md have them. */
import { z } from '@hono/zod-openapi';
import { QUOTA_SHARDS_MAX } from '#core/allowances.ts';
import { EXCEPTIONS_MAX, HOURS_MAX } from '#core/check-schedule.ts';
import { COUNT_MAX, SCOPE_MAX } from '#core/check-sources.ts';
import { AMOUNT_MINOR_MAX, SKU_BYTES_MAX } from '#protocol/limits.ts';
import { CurrencyNumber, Id, integer, textOf } from '../http/fields.ts';
import { Zone } from './merchant-document.ts';

const NAME_LENGTH_MAX = 64;
/** Parts per million of a whole. */
const PPM_WHOLE = 1_000_000;
const TAX_CLASSES_MAX = 50;
const REGIONS_MAX = 50;
/** Products of one price list: it has to fit into a body. */
const LISTED_MAX = 2_000;

/** As it stands on the product. */
export const Sku = z
  .string()
  .min(1, 'a sku')
  .max(SKU_BYTES_MAX, `at most ${SKU_BYTES_MAX} bytes`)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'letters, digits, dots, hyphens or underscores');

const Time = z.string().regex(/^([01]\d|2[0-4]):[0-5]\d$/, 'a time HH:MM, up to 24:00');
const LocalDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date YYYY-MM-DD');
const Hours = z.strictObject({ from: Time, to: Time });

/** When: weekly hours on the wall clock of a zone, that of the region where none is named. */
const schedule = {
  zone: Zone.optional(),
  weekly: z.array(Hours.extend({ days: z.array(integer(1, 7)).min(1).max(7) })).max(HOURS_MAX),
  validFrom: LocalDate.optional(),
  validTo: LocalDate.optional(),
  exceptions: z
    .array(z.strictObject({ date: LocalDate, hours: z.array(Hours).max(HOURS_MAX) }))
    .max(EXCEPTIONS_MAX)
    .optional(),
};
const When = z.strictObject(schedule);

const ids = (item: z.ZodString) => z.array(item).min(1).max(SCOPE_MAX).optional();
/** What for: each list that there is must name it. */
const Scope = z.strictObject({
  skus: ids(Sku),
  categories: ids(Id),
  merchants: ids(Id),
  groups: ids(Id),
  regions: ids(Id),
});
const scoped = { scope: Scope.optional(), status: z.enum(['active', 'draft']).optional() };
const priority = integer(-COUNT_MAX, COUNT_MAX).optional();
const shards = integer(1, QUOTA_SHARDS_MAX).optional();
const units = { units: integer(1, COUNT_MAX), per: z.enum(['opening', 'day', 'total']) };

export const RegionSettings = z.strictObject({
  currency: CurrencyNumber,
  zone: Zone,
  tax: z
    .strictObject({
      prices: z.enum(['inclusive', 'exclusive']),
      rounding: z.enum(['line', 'total']),
      ratesPpm: z
        .record(Id, integer(0, PPM_WHOLE))
        .refine((rates) => Object.keys(rates).length <= TAX_CLASSES_MAX, 'at most 50 tax classes'),
    })
    .optional(),
});

export const ProductSettings = z.strictObject({
  name: textOf(NAME_LENGTH_MAX),
  category: Id.optional(),
  taxClass: Id.optional(),
  /** By region: where it has no price it is not sold. */
  basePriceMinor: z
    .record(Id, integer(0, AMOUNT_MINOR_MAX))
    .refine(
      (prices) => Object.keys(prices).length <= REGIONS_MAX,
      `at most ${REGIONS_MAX} regions`,
    ),
  /** False: sold, and not shown in the catalogue of terminals. */
  listed: z.boolean().optional(),
});

export const WindowSettings = z.strictObject({
  ...schedule,
  ...scoped,
  effect: z.enum(['open', 'closed']).optional(),
  priority,
  quota: z.strictObject({ ...units, shards }).optional(),
  perUser: z.strictObject(units).optional(),
});

export const PriceListSettings = z.strictObject({
  ...scoped,
  currency: CurrencyNumber,
  priority,
  when: When.optional(),
  pricesMinor: z
    .record(Sku, integer(0, AMOUNT_MINOR_MAX))
    .refine((prices) => Object.keys(prices).length <= LISTED_MAX, `at most ${LISTED_MAX} products`),
});

export const PromotionSettings = z.strictObject({
  ...scoped,
  off: z.union([
    z.strictObject({ ppm: integer(1, PPM_WHOLE) }),
    z.strictObject({ minor: integer(1, AMOUNT_MINOR_MAX) }),
  ]),
  by: z.enum(['automatic', 'code']),
  currency: CurrencyNumber.optional(),
  priority,
  when: When.optional(),
  budget: z
    .strictObject({ of: z.enum(['spend', 'uses']), max: integer(1, AMOUNT_MINOR_MAX), shards })
    .optional(),
  perUser: integer(1, COUNT_MAX).optional(),
  perTerminal: z
    .strictObject({ uses: integer(1, COUNT_MAX), per: z.enum(['day', 'total']) })
    .optional(),
});
