/** Payments: one request as it was decided. */
import { z } from '@hono/zod-openapi';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import type { RequestRecord } from '#core/records.ts';
import { ANY_ROLE } from '../access/roles.ts';
import { KeyVersion, Sequence, TerminalId } from '../http/fields.ts';
import { type Operation, reads } from '../http/operation.ts';
import { refuse } from '../http/problems.ts';

export const PaymentPath = z.strictObject({
  terminal: TerminalId,
  keyVersion: KeyVersion,
  sequence: Sequence,
});

const Key = z.strictObject({ terminal: z.int(), keyVersion: z.int(), sequence: z.int() });
const Line = z.strictObject({ account: z.string(), amountMinor: z.int() });

/** A request as it was booked: without digest and answer, whose bytes are the terminal's business. */
export const RecordView = z
  .strictObject({
    key: Key,
    op: z.enum(['pay', 'confirm', 'reverse', 'refund']),
    code: z.string(),
    decidedAtS: z.int(),
    authorisation: z.string().optional(),
    lines: z.array(Line),
    currency: z.int().optional(),
    evidence: z.looseObject({}).optional(),
    payment: z.looseObject({ state: z.string() }).optional(),
  })
  .openapi('RequestRecord');

export const recordView = ({
  digest: _digest,
  answer: _answer,
  ...view
}: RequestRecord): Omit<RequestRecord, 'digest' | 'answer'> => view;

export const PAYMENT_OPERATIONS: readonly Operation[] = [
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
