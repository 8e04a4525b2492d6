/** What a merchant sold day by day, what it is owed and what it was paid: read from the projector's totals, about a second behind. */
import { z } from '@hono/zod-openapi';
import { readDocument } from '#adapters/dynamodb/documents.ts';
import { readPaid } from '#adapters/dynamodb/ledger-store.ts';
import { readMerchantDays, readMerchantTotals } from '#adapters/dynamodb/sales-items.ts';
import { SALES_FIELDS } from '#core/sales-figures.ts';
import type { MerchantSource } from '#core/terminal-sources.ts';
import { dayOfDate } from '#core/window-calendar.ts';
import { ANY_ROLE } from '../access/roles.ts';
import type { AdminDeps } from '../deps.ts';
import { Id, UtcDay } from '../http/fields.ts';
import { type Answer, type Operation, reads } from '../http/operation.ts';
import { type Refusal, refuse } from '../http/problems.ts';
import { MERCHANT } from './merchant-document.ts';

/** Days of one answer: a month, and a few more. */
export const DAYS_MAX = 40;

const Figures = z.strictObject(
  Object.fromEntries(SALES_FIELDS.map((field) => [field, z.int()])) as Record<
    (typeof SALES_FIELDS)[number],
    z.ZodInt
  >,
);

const Settlement = z
  .strictObject({
    merchant: z.string(),
    zone: z.string(),
    from: z.string(),
    to: z.string(),
    days: z.array(z.strictObject({ day: z.string(), currency: z.int(), figures: Figures })),
    balances: z
      .array(
        z.strictObject({
          currency: z.int(),
          /** Earned on all days, after tax and fee. */
          payableMinor: z.int(),
          paidMinor: z.int(),
          owedMinor: z.int(),
        }),
      )
      .openapi({ description: 'Of all days, not only of these' }),
  })
  .openapi('Settlement');

const Range = z.strictObject({ from: UtcDay, to: UtcDay });

export const SETTLEMENT_OPERATIONS: readonly Operation[] = [
  reads({
    id: 'merchants.settlement',
    method: 'get',
    path: '/v1/merchants/{id}/settlement',
    roles: ANY_ROLE,
    summary: `Sales by day of the merchant's own clock, ${DAYS_MAX} days at most, and what is owed`,
    params: z.strictObject({ id: Id }),
    query: Range,
    answers: Settlement,
    read: (deps, { params, query }) => settlementOf(deps, params.id, query),
  }),
];

const settlementOf = async (
  { access }: AdminDeps,
  merchant: string,
  { from, to }: z.output<typeof Range>,
): Promise<Answer | Refusal> => {
  const count = dayOfDate(to) - dayOfDate(from) + 1;
  if (count < 1 || count > DAYS_MAX) {
    const expected = `from 1 to ${DAYS_MAX} days, the first of them in \`from\``;
    return refuse('request_invalid', { errors: [{ field: 'query.to', expected }] });
  }
  const known = await readDocument<MerchantSource>(access, MERCHANT, merchant);
  if (known === undefined) {
    return refuse('not_found');
  }
  const [days, totals] = await Promise.all([
    readMerchantDays(access, merchant, { fromDay: from, toDay: to }),
    readMerchantTotals(access, merchant),
  ]);
  const paid = await readPaid(
    access,
    merchant,
    totals.map(({ currency }) => currency),
  );
  const balances = totals.map(({ currency, figures: { payableMinor } }, at) => {
    const { paidMinor = 0 } = paid[at] ?? {};
    return { currency, payableMinor, paidMinor, owedMinor: payableMinor - paidMinor };
  });
  const { zone } = known.content;
  return { status: 200, body: { merchant, zone, from, to, days, balances } };
};
