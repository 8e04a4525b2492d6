/** Payments: found by terminal, user, merchant or day, and one request as it was decided. */
import { z } from '@hono/zod-openapi';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { searchPayments } from '#adapters/dynamodb/payment-lists.ts';
import type { PaymentList, PaymentSummary } from '#core/payment-summary.ts';
import { CODES, type CodeName } from '#protocol/codes.ts';
import { PAYMENT_STATES } from '#protocol/reply.ts';
import { ANY_ROLE } from '../access/roles.ts';
import type { AdminDeps } from '../deps.ts';
import {
  answerPart,
  Id,
  KeyVersion,
  namedList,
  PageQuery,
  pageOf,
  Sequence,
  TerminalId,
  textInteger,
  UtcDay,
} from '../http/fields.ts';
import { type Answer, type Operation, reads } from '../http/operation.ts';
import { isRefusal, type Refusal, refuse } from '../http/problems.ts';
import { Key, RecordView, recordView } from './record-view.ts';

export const PaymentPath = z.strictObject({
  terminal: TerminalId,
  keyVersion: KeyVersion,
  sequence: Sequence,
});

export const STATES = PAYMENT_STATES.filter((state) => state !== 'not_found');
export const CODE_NAMES = Object.keys(CODES) as [CodeName, ...CodeName[]];

/** Unix seconds of this century. */
const UnixS = textInteger(0, 9_999_999_999);

const Search = PageQuery.extend({
  terminal: TerminalId.optional(),
  user: Id.optional(),
  merchant: Id.optional(),
  /** Of UTC; where nothing else is asked for, today. */
  day: UtcDay.optional(),
  from: UnixS.optional().openapi({ description: 'Unix seconds: decided then or later' }),
  to: UnixS.optional().openapi({ description: 'Unix seconds: decided before' }),
  state: z.enum(STATES).optional(),
  code: z.enum(CODE_NAMES).optional(),
});
type Search = z.output<typeof Search>;

const Summary = z
  .strictObject({
    key: Key,
    decidedAtS: z.int(),
    state: z.enum(STATES),
    code: z.enum(CODE_NAMES),
    merchant: z.string(),
    user: z.string(),
    amountMinor: z.int(),
    postedMinor: z.int(),
    refundedMinor: z.int(),
    currency: z.int(),
    provider: z.string().optional(),
    stored: z.literal(true).optional(),
    items: z.array(z.string()).optional(),
  })
  .openapi('PaymentSummary');

export type PaymentLine = z.output<typeof Summary>;

const search = async (
  { access }: AdminDeps,
  { terminal, user, merchant, day, from, to, state, code, ...page }: Search,
  nowMs: number,
): Promise<Answer | Refusal> => {
  const list = namedList({ terminal, user, merchant, day }, nowMs);
  if (isRefusal(list)) {
    return list;
  }
  const name = JSON.stringify(['payments', list, from, to, state, code]);
  return answerPart(page, name, async ({ limit, after }) => {
    const found = await searchPayments(access, {
      list: list as PaymentList,
      fromS: from,
      toS: to,
      state,
      code,
      limit,
      before: after,
    });
    return { items: found.payments.map(summaryView), next: found.next };
  });
};

const summaryView = ({ revision: _, ...view }: PaymentSummary): object => view;

export const PAYMENT_OPERATIONS: readonly Operation[] = [
  reads({
    id: 'payments.list',
    method: 'get',
    path: '/v1/payments',
    roles: ANY_ROLE,
    summary:
      'Payments of a terminal, a user, a merchant or a day, the newest first; with a cursor a page may be short',
    query: Search,
    answers: pageOf(Summary),
    problems: ['cursor_invalid'],
    read: (deps, { query, nowMs }) => search(deps, query, nowMs),
  }),
  reads({
    id: 'payments.get',
    method: 'get',
    path: '/v1/payments/{terminal}/{keyVersion}/{sequence}',
    roles: ANY_ROLE,
    summary: 'One request of a terminal: what was decided, why, and what it moved',
    params: PaymentPath,
    answers: RecordView,
    read: async ({ access }, { params }) => {
      const record = await createDynamodbPaymentStore(access).readRecord(params);
      return record === undefined ? refuse('not_found') : { status: 200, body: recordView(record) };
    },
  }),
];
