/** The record of a PAY as the table has it, for what reads it later. */
import type { Payment, RequestRecord } from '#core/records.ts';

/** 2026-09-21 23:13:20 in Seoul, 14:13:20 UTC. */
export const SOLD_AT_S = 1_790_000_000;

export type PayRecord = RequestRecord & { readonly payment: Payment };

/** A sale of 100, posted, with the number `sequence`. */
export const payRecord = (
  sequence: number,
  payment: Partial<Payment> = {},
  change: Partial<RequestRecord> = {},
): PayRecord => ({
  key: { terminal: 1001, keyVersion: 1, sequence },
  op: 'pay',
  digest: new Uint8Array(32),
  code: 'approved',
  decidedAtS: SOLD_AT_S,
  lines: [],
  evidence: { entryMode: 7, items: ['LIP-01*2@3/w-1'] },
  ...change,
  payment: {
    state: 'posted',
    revision: 0,
    amountMinor: 100,
    postedMinor: 100,
    refundedMinor: 0,
    currency: 410,
    user: 'u-1',
    merchant: 'm-1',
    ...payment,
  },
});
