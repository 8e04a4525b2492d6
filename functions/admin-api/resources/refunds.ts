/** Money back by an operator: a REFUND of the core, under a key of the operators. */
import { z } from '@hono/zod-openapi';
import { readDocument } from '#adapters/dynamodb/documents.ts';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { OPERATOR_KEY_VERSION } from '#core/enrolment.ts';
import type { ProcessDeps } from '#core/inbound.ts';
import { refundByOperator } from '#core/operator-refund.ts';
import type { RequestRecord } from '#core/records.ts';
import type { MerchantSource } from '#core/terminal-sources.ts';
import { fromHex } from '#protocol/bytes.ts';
import type { RequestKey } from '#protocol/request.ts';
import type { AdminDeps } from '../deps.ts';
import { sha256 } from '../http/digest.ts';
import { AmountMinor, textOf } from '../http/fields.ts';
import { type Answer, type Booked, type Call, type Operation, writes } from '../http/operation.ts';
import { type Refusal, refuse } from '../http/problems.ts';
import { MERCHANT } from './merchant-document.ts';
import { PaymentPath } from './payments.ts';
import { RecordView, recordView } from './record-view.ts';

/** Minor units given back of one payment by one person, where its merchant says nothing else. */
export const REFUND_ALONE_MINOR_DEFAULT = 100_000;

const REASON_LENGTH_MAX = 200;

const Body = z.strictObject({
  amountMinor: AmountMinor,
  /** For the trail; no names, no identifiers. */
  reason: textOf(REASON_LENGTH_MAX),
});
type RefundCall = Call<z.output<typeof PaymentPath>, unknown, z.output<typeof Body>>;

export const REFUND_OPERATIONS: readonly Operation[] = [
  writes({
    id: 'payments.refund',
    method: 'post',
    path: '/v1/payments/{terminal}/{keyVersion}/{sequence}/refunds',
    roles: ['finance'],
    summary:
      'Gives back a part of a payment, or all of it; `in_progress` while a provider has yet to prove it. Above the limit of its merchant two people are needed',
    params: PaymentPath,
    body: Body,
    answers: RecordView,
    problems: ['payment_refused'],
    needsApproval: async ({ access }, call) => {
      const record = await createDynamodbPaymentStore(access).readRecord(call.params);
      const { merchant, refundedMinor } = record?.payment ?? {};
      if (!merchant || refundedMinor === undefined) {
        return false;
      }
      const known = await readDocument<MerchantSource>(access, MERCHANT, merchant);
      const alone = known?.content.refundAloneMinor ?? REFUND_ALONE_MINOR_DEFAULT;
      // What others gave back counts too: a large refund in small parts is a large refund.
      return refundedMinor + call.body.amountMinor > alone;
    },
    plan: planRefund,
    recall: (deps, key) => answerOf(deps, key as RequestKey),
  }),
];

async function planRefund(deps: AdminDeps, call: RefundCall): Promise<Booked | Refusal> {
  const { params: payment, body, changeId } = call;
  const { terminal } = payment;
  const record = await createDynamodbPaymentStore(deps.access).readRecord(payment);
  if (record?.payment === undefined) {
    return refuse('not_found');
  }
  const asked = sha256(JSON.stringify([changeId, payment, body.amountMinor]));
  const key = { terminal, keyVersion: OPERATOR_KEY_VERSION, sequence: sequenceOf(asked) };
  return {
    book: async (alongside) => {
      const store = createDynamodbPaymentStore({ ...deps.access, alongside });
      const digest = fromHex(asked) ?? new Uint8Array();
      const { amountMinor } = body;
      const { code } = await refundByOperator(processDeps(deps, store), {
        key,
        payment,
        amountMinor,
        digest,
      });
      return code === 'approved' || code === 'in_progress'
        ? answerOf(deps, key)
        : refuse('payment_refused', { decision: code });
    },
    recall: { ...key },
    subject: `payment/${terminal}-${payment.keyVersion}-${payment.sequence}`,
    detail: { amountMinor: body.amountMinor, reason: body.reason, refund: key.sequence },
  };
}

/** 32 bits of the hash: two refunds at one terminal that share them are a conflict, and the second is asked for anew. */
const sequenceOf = (hash: string): number => Number.parseInt(hash.slice(0, 8), 16);

/** The provider is asked by the janitor, which has its keys. */
const processDeps = (
  { clock, timers, random, identifiers }: AdminDeps,
  store: ProcessDeps['store'],
): ProcessDeps => ({ store, clock, timers, random, identifiers });

/** From what was booked: what a refusal booked is told as one. */
const answerOf = async ({ access }: AdminDeps, key: RequestKey): Promise<Answer | Refusal> => {
  const record = await createDynamodbPaymentStore(access).readRecord(key);
  if (record === undefined) {
    return refuse('busy');
  }
  return isGiven(record)
    ? { status: 201, body: recordView(record) }
    : refuse('payment_refused', { decision: record.code });
};

const isGiven = ({ code }: RequestRecord): boolean => code === 'approved' || code === 'in_progress';
