/** One payment from its first byte to its last cent: what was decided and why, what changed it, what is open. */
import { z } from '@hono/zod-openapi';
import { type PaymentStory, readStory } from '#adapters/dynamodb/payment-story.ts';
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { OPERATOR_KEY_VERSION } from '#core/enrolment.ts';
import type { RequestRecord } from '#core/records.ts';
import { explainFrame } from '#protocol/explain/explain.ts';
import { ANY_ROLE } from '../access/roles.ts';
import { type Operation, reads } from '../http/operation.ts';
import { refuse } from '../http/problems.ts';
import { CaseView } from './case-view.ts';
import { PaymentPath } from './payments.ts';
import { EntryView, RecordView, recordView } from './record-view.ts';

const Moment = z.strictObject({
  atS: z.int(),
  what: z.enum([
    'sold_offline',
    'decided',
    'confirm',
    'reverse',
    'refund',
    'expired',
    'due',
    'case_opened',
    'case_closed',
  ]),
  code: z.string().optional(),
  /** Minor units that the customer paid (below zero) or got back. */
  movedMinor: z.int().optional(),
  /** By an operator, not by the terminal. */
  byOperator: z.literal(true).optional(),
});
type Moment = z.output<typeof Moment>;

const Frame = z.strictObject({
  dialect: z.string(),
  title: z.string(),
  hex: z.string(),
  parts: z.array(
    z.strictObject({
      at: z.int(),
      end: z.int(),
      name: z.string(),
      value: z.string(),
      meaning: z.string().optional(),
      depth: z.int().optional(),
    }),
  ),
});

const Story = z
  .strictObject({
    record: RecordView,
    changes: z.array(RecordView),
    expiry: EntryView.optional(),
    cases: z.array(CaseView),
    timeline: z.array(Moment).openapi({ description: 'In order of time, whole seconds' }),
    answer: Frame.optional().openapi({ description: 'What the terminal was answered' }),
  })
  .openapi('PaymentStory');

export type Story = z.output<typeof Story>;

export const STORY_OPERATIONS: readonly Operation[] = [
  reads({
    id: 'payments.story',
    method: 'get',
    path: '/v1/payments/{terminal}/{keyVersion}/{sequence}/story',
    roles: ANY_ROLE,
    summary: 'A payment with all that changed it, its cases, and what its terminal was answered',
    params: PaymentPath,
    answers: Story,
    read: async ({ access }, { params }) => {
      const story = await readStory(access, params);
      return story === undefined ? refuse('not_found') : { status: 200, body: storyView(story) };
    },
  }),
];

const storyView = (story: PaymentStory): object => ({
  record: recordView(story.record),
  changes: story.changes.map(recordView),
  ...(story.expiry && { expiry: story.expiry }),
  cases: story.cases,
  timeline: timelineOf(story),
  ...answerOf(story.record),
});

const timelineOf = ({ record, changes, expiry, cases }: PaymentStory): readonly Moment[] => {
  const { evidence = {}, payment } = record;
  const isStored = evidence.flags?.includes('stored') === true;
  const moments: Moment[] = [
    ...(isStored && evidence.judgedAtS !== undefined
      ? [{ atS: evidence.judgedAtS, what: 'sold_offline' as const }]
      : []),
    momentOf(record),
    ...changes.map(momentOf),
    ...(expiry === undefined
      ? []
      : [{ atS: expiry.decidedAtS, what: 'expired' as const, ...movedBy(expiry) }]),
    ...(payment?.dueS === undefined ? [] : [{ atS: payment.dueS, what: 'due' as const }]),
    ...cases.flatMap(({ openedAtS, reason, closed }): Moment[] => [
      { atS: openedAtS, what: 'case_opened', code: reason },
      ...(closed === undefined
        ? []
        : [{ atS: closed.atS, what: 'case_closed' as const, code: closed.resolution }]),
    ]),
  ];
  // Stable: what happened within one second stays in the order above.
  return moments.sort((a, b) => a.atS - b.atS);
};

const momentOf = (record: RequestRecord): Moment => ({
  atS: record.decidedAtS,
  what: record.op === 'pay' ? 'decided' : record.op,
  code: record.code,
  ...movedBy(record),
  ...(record.key.keyVersion === OPERATOR_KEY_VERSION ? { byOperator: true } : {}),
});

/** What it did to the customer: his wallet and holds, or his money at a provider. */
const movedBy = ({ lines }: Pick<RequestRecord, 'lines'>): Pick<Moment, 'movedMinor'> =>
  lines.length === 0
    ? {}
    : {
        movedMinor: lines
          .filter(({ account }) => /^(?:wallet|hold):/.test(account))
          .reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      };

/** Field by field, as `npm run decode` has it; what would tell an identifier is hidden there. */
const answerOf = ({ answer, decidedAtS }: RequestRecord): { readonly answer?: object } => {
  if (answer === undefined) {
    return {};
  }
  const { dialect, title, parts } = explainFrame(answer, nodeTextCodec, {
    nowMs: decidedAtS * 1000,
  });
  return {
    answer: {
      dialect,
      title,
      hex: Buffer.from(answer).toString('hex'),
      parts: parts.map(({ secret: _secret, ...part }) => part),
    },
  };
};
