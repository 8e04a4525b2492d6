/** A payment as one line of a list that operators search, and the lists that it stands in. Pure. */

import type { CodeName } from '#protocol/codes.ts';
import type { RequestKey } from '#protocol/request.ts';
import { usageDay } from './day-usage.ts';
import type { RecordedState, RequestRecord } from './records.ts';
import { SALES_SHARDS, salesShard } from './sales-figures.ts';

/** Products that a line names; the record has all of them. */
export const SUMMARY_ITEMS_MAX = 5;

/** Partitions of lists that all terminals add to: each takes a thousand payments a second. */
export const LIST_SHARDS: number = SALES_SHARDS;

export interface PaymentSummary {
  readonly key: RequestKey;
  /** Of the payment that this was made of: a later one has a higher revision. */
  readonly revision: number;
  readonly decidedAtS: number;
  readonly state: RecordedState;
  readonly code: CodeName;
  readonly merchant: string;
  readonly user: string;
  readonly amountMinor: number;
  readonly postedMinor: number;
  readonly refundedMinor: number;
  readonly currency: number;
  readonly provider?: string;
  /** Made while the terminal was offline. */
  readonly stored?: true;
  /** `sku*quantity`, the first SUMMARY_ITEMS_MAX; absent where the evidence keeps a digest only. */
  readonly items?: readonly string[];
}

/** Whose payments: those of a terminal, a user, a merchant, or a day of UTC (YYYY-MM-DD). */
export type PaymentList =
  | { readonly of: 'terminal'; readonly id: number }
  | { readonly of: 'user' | 'merchant' | 'day'; readonly id: string };

/** Undefined for what is no PAY that a terminal asked for: changes of one, and what voids one that never came. */
export const summaryOf = (record: RequestRecord): PaymentSummary | undefined => {
  const { key, code, decidedAtS, evidence = {}, payment } = record;
  if (payment === undefined || payment.currency === 0) {
    return undefined;
  }
  const { state, revision, merchant, user, amountMinor, postedMinor, refundedMinor } = payment;
  return {
    key,
    revision,
    decidedAtS,
    state,
    code,
    merchant,
    user,
    amountMinor,
    postedMinor,
    refundedMinor,
    currency: payment.currency,
    ...(payment.provider && { provider: payment.provider.name }),
    ...(evidence.flags?.includes('stored') === true && { stored: true }),
    ...(evidence.items && {
      items: evidence.items.slice(0, SUMMARY_ITEMS_MAX).map((item) => item.replace(/@.*$/s, '')),
    }),
  };
};

/** All lists that a payment is found in. */
export const listsOf = ({
  key,
  user,
  merchant,
  decidedAtS,
}: PaymentSummary): readonly PaymentList[] => [
  { of: 'terminal', id: key.terminal },
  { of: 'day', id: usageDay('UTC', decidedAtS) },
  ...(merchant === '' ? [] : [{ of: 'merchant' as const, id: merchant }]),
  ...(user === '' ? [] : [{ of: 'user' as const, id: user }]),
];

/** How many partitions a list has: a terminal has one request in flight, and a user two hands. */
export const shardsOf = ({ of }: PaymentList): number =>
  of === 'terminal' || of === 'user' ? 1 : LIST_SHARDS;

/** The partition of the list that a payment is in. */
export const listShard = (list: PaymentList, key: RequestKey): number =>
  salesShard(key) % shardsOf(list);

/** Where a payment stands in each of its lists: they are ordered by time, and equal times by K. */
export const placeOf = ({ key, decidedAtS }: PaymentSummary): string =>
  [
    timePlace(decidedAtS),
    ...[key.terminal, key.keyVersion, key.sequence].map((part) => String(part).padStart(10, '0')),
  ].join('#');

/** Before all that was decided in that second, after all before it. */
export const timePlace = (atS: number): string => String(atS).padStart(10, '0');
