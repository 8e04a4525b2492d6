/** Shapes that several operations have in common. Messages say what would be right. */
import { z } from '@hono/zod-openapi';
import { usageDay } from '#core/day-usage.ts';
import { AMOUNT_MINOR_MAX, KEY_VERSION_MAX, U32_MAX } from '#protocol/limits.ts';
import { decodeCursor, encodeCursor, PAGE_DEFAULT, PAGE_MAX } from './cursor.ts';
import type { Answer } from './operation.ts';
import { type Refusal, refuse } from './problems.ts';

const INTEGER = /^(0|[1-9]\d{0,9})$/;

/** A number in a path or query: as text, of one form only. */
export const textInteger = (min: number, max: number): z.ZodType<number> =>
  z
    .string()
    .refine((text) => INTEGER.test(text) && Number(text) >= min && Number(text) <= max, {
      message: `an integer from ${min} to ${max}`,
    })
    .transform(Number)
    .openapi({ type: 'integer', minimum: min, maximum: max });

export const integer = (min: number, max: number): z.ZodInt =>
  z
    .int(`an integer from ${min} to ${max}`)
    .min(min, `an integer from ${min} to ${max}`)
    .max(max, `an integer from ${min} to ${max}`);

/** Ids that operators choose: they are part of counters, keys and evidence. */
const ID_LENGTH_MAX = 40;
const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
const ID_EXPECTED = `1 to ${ID_LENGTH_MAX} letters, digits, dots, hyphens or underscores, the first a letter or digit`;

export const Id: z.ZodString = z
  .string(ID_EXPECTED)
  .max(ID_LENGTH_MAX, ID_EXPECTED)
  .regex(ID, ID_EXPECTED);

export const textOf = (max: number): z.ZodString =>
  z
    .string(`1 to ${max} characters`)
    .trim()
    .min(1, `1 to ${max} characters`)
    .max(max, `1 to ${max} characters`);

export const TerminalId: z.ZodType<number> = textInteger(1, U32_MAX);
export const KeyVersion: z.ZodType<number> = textInteger(0, KEY_VERSION_MAX);
export const Sequence: z.ZodType<number> = textInteger(0, U32_MAX);

export const UtcDay: z.ZodString = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'a UTC date, YYYY-MM-DD')
  .openapi({ description: 'UTC date' });

/** ISO 4217 number. */
export const CurrencyNumber: z.ZodInt = integer(1, 999);

const CURSOR_EXPECTED = 'what `nextCursor` of the page before was';

/** Of every list. */
export const PageQuery = z.strictObject({
  limit: textInteger(1, PAGE_MAX).optional(),
  cursor: z.string().max(512, CURSOR_EXPECTED).optional(),
});
export type PageQuery = z.output<typeof PageQuery>;

export const pageOf = <T extends z.ZodType>(
  item: T,
): z.ZodObject<{ items: z.ZodArray<T>; nextCursor: z.ZodOptional<z.ZodString> }> =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().optional() });

interface PageAsked {
  readonly limit: number;
  readonly after: string | undefined;
}

/** Reads one page; `list` names it and its filters. `place` is where a row stands in it. */
export const answerPage = async <T>(
  query: PageQuery,
  list: string,
  read: (page: PageAsked) => Promise<readonly T[]>,
  show: (row: T) => { readonly place: string; readonly view: object },
): Promise<Answer | Refusal> =>
  answerPart(query, list, async (page) => {
    const shown = (await read(page)).map(show);
    const last = shown.length < page.limit ? undefined : shown.at(-1);
    return { items: shown.map(({ view }) => view), next: last?.place };
  });

/** The same where the reader itself says at which place there is more. */
export const answerPart = async (
  { limit = PAGE_DEFAULT, cursor }: PageQuery,
  list: string,
  read: (page: PageAsked) => Promise<{
    readonly items: readonly object[];
    readonly next: string | undefined;
  }>,
): Promise<Answer | Refusal> => {
  const after = cursor === undefined ? undefined : decodeCursor(list, cursor);
  if (cursor !== undefined && after === undefined) {
    return refuse('cursor_invalid');
  }
  const { items, next } = await read({ limit, after });
  return {
    status: 200,
    body: { items, ...(next === undefined ? {} : { nextCursor: encodeCursor(list, next) }) },
  };
};

/** The one list that a query names in one of its fields; of today (UTC) where it names none. */
export const namedList = <Of extends string, Id>(
  ways: { readonly [of in Of]: Id | undefined } & { readonly day: string | undefined },
  nowMs: number,
): { readonly of: Of | 'day'; readonly id: Id | string } | Refusal => {
  const named = Object.entries(ways).filter(([, id]) => id !== undefined);
  const [of, id] = named[0] ?? ['day', usageDay('UTC', Math.floor(nowMs / 1000))];
  const expected = `at most one of ${Object.keys(ways)
    .join(', ')
    .replace(/, (?=\w+$)/, ' and ')}`;
  return named.length > 1
    ? refuse('request_invalid', { errors: [{ field: 'query', expected }] })
    : { of: of as Of, id: id as Id };
};

/** Amount in minor units, above zero. */
export const AmountMinor: z.ZodInt = integer(1, AMOUNT_MINOR_MAX);
