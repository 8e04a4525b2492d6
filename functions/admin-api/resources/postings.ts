/** Money that moves without a terminal, and the journal of it. */
import { z } from '@hono/zod-openapi';
import { listEntries } from '#adapters/dynamodb/entry-lists.ts';
import { createLedgerStore } from '#adapters/dynamodb/ledger-store.ts';
import type { EntryList } from '#core/journal.ts';
import { POSTING_NAME, POSTING_REFERENCE, type Posting } from '#core/posting.ts';
import { processPosting } from '#core/process-posting.ts';
import { AMOUNT_MINOR_MAX } from '#protocol/limits.ts';
import { ANY_ROLE } from '../access/roles.ts';
import type { AdminDeps } from '../deps.ts';
import {
  AmountMinor,
  answerPage,
  CurrencyNumber,
  Id,
  integer,
  namedList,
  PageQuery,
  pageOf,
  UtcDay,
} from '../http/fields.ts';
import {
  type Answer,
  type Booked,
  type Call,
  type Operation,
  reads,
  writes,
} from '../http/operation.ts';
import { isRefusal, type Refusal, refuse } from '../http/problems.ts';
import { EntryView } from './record-view.ts';

/** Minor units that one person may move by one posting. */
export const POSTING_ALONE_MINOR = 10_000_000;

const EntryId = z
  .string()
  .regex(POSTING_NAME, 'letters, digits, dots, hyphens, underscores; 64 at most');
const COMMON = {
  id: EntryId.openapi({ description: 'One entry per id, however often it is asked for' }),
  currency: CurrencyNumber,
  amountMinor: AmountMinor,
  reference: z.string().regex(POSTING_REFERENCE, '1 to 64 printable ASCII characters').optional(),
};
const user = { ...COMMON, user: Id };

const Body = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('top_up'), ...user }),
    z.strictObject({ kind: z.literal('withdrawal'), ...user }),
    z.strictObject({
      kind: z.literal('adjustment'),
      ...user,
      amountMinor: integer(-AMOUNT_MINOR_MAX, AMOUNT_MINOR_MAX),
    }),
    z.strictObject({ kind: z.literal('settlement'), ...COMMON, merchant: Id }),
    z.strictObject({
      kind: z.literal('provider_payout'),
      ...COMMON,
      provider: Id,
      feeMinor: integer(0, AMOUNT_MINOR_MAX).optional(),
    }),
    z.strictObject({ kind: z.literal('tax_remittance'), ...COMMON, region: Id }),
    z.strictObject({ kind: z.literal('promotion_funding'), ...COMMON, promotion: Id }),
    z.strictObject({ kind: z.literal('fee_withdrawal'), ...COMMON }),
  ])
  .openapi('Posting');
type PostingCall = Call<unknown, unknown, z.output<typeof Body>>;

const Search = PageQuery.extend({
  user: Id.optional(),
  merchant: Id.optional(),
  /** Of UTC; where nothing else is asked for, today. */
  day: UtcDay.optional(),
});
export const POSTING_OPERATIONS: readonly Operation[] = [
  reads({
    id: 'journal.list',
    method: 'get',
    path: '/v1/journal',
    roles: ANY_ROLE,
    summary: 'Entries that no terminal made, of a user, a merchant or a day, the newest first',
    query: Search,
    answers: pageOf(EntryView),
    problems: ['cursor_invalid'],
    read: async ({ access }, { query: { user: ofUser, merchant, day, ...page }, nowMs }) => {
      const list = namedList({ user: ofUser, merchant, day }, nowMs);
      return isRefusal(list)
        ? list
        : answerPage(
            page,
            `journal ${list.of} ${list.id}`,
            ({ limit, after }) => listEntries(access, list as EntryList, { limit, before: after }),
            ({ place, entry }) => ({ place, view: entry }),
          );
    },
  }),
  reads({
    id: 'journal.get',
    method: 'get',
    path: '/v1/journal/{id}',
    roles: ANY_ROLE,
    summary: 'One entry that no terminal made',
    params: z.strictObject({ id: EntryId }),
    answers: EntryView,
    read: async ({ access }, { params: { id } }) => {
      const entry = await createLedgerStore(access).readEntry(id);
      return entry === undefined ? refuse('not_found') : { status: 200, body: entry };
    },
  }),
  writes({
    id: 'postings.add',
    method: 'post',
    path: '/v1/postings',
    roles: ['finance'],
    summary:
      'Posts one entry: a top-up, a payout, a correction. Corrections and large amounts take two people',
    body: Body,
    answers: EntryView,
    problems: ['payment_refused'],
    needsApproval: async (_deps, { body: { kind, amountMinor } }) =>
      kind === 'adjustment' || amountMinor > POSTING_ALONE_MINOR,
    plan: planPosting,
    recall: (deps, id) => entryOf(deps, String(id)),
  }),
];

async function planPosting(deps: AdminDeps, { body }: PostingCall): Promise<Booked> {
  const posting = body as Posting;
  const { id, kind, currency, amountMinor } = body;
  return {
    book: async (alongside) => {
      const store = createLedgerStore(deps.access, alongside);
      const result = await processPosting({ ...deps, store }, posting);
      return result.outcome === 'posted'
        ? { status: 201, body: result.entry }
        : refuse('payment_refused', {
            decision: result.code,
            ...(result.field && { detail: `At fault is ${result.field}.` }),
          });
    },
    recall: id,
    subject: `journal/${id}`,
    detail: { kind, currency, amountMinor },
  };
}

const entryOf = async ({ access }: AdminDeps, id: string): Promise<Answer | Refusal> => {
  const entry = await createLedgerStore(access).readEntry(id);
  return entry === undefined ? refuse('busy') : { status: 201, body: entry };
};
