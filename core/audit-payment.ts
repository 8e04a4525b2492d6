/** What can be wrong with one payment: the time that it takes to come to rest, and how it was counted. */
import { recordName } from './audit-ledger.ts';
import { CASE_AFTER_S, openSinceS } from './operator-case.ts';
import type { RequestRecord } from './records.ts';
import { type CountedSale, hasFigures } from './sales-figures.ts';

/** Seconds after its end within which the janitor gives a hold back: it comes every minute, and this is fifteen of its runs. */
export const HOLD_LATE_S_MAX = 900;
/** Seconds after which what a provider has not told must have its case: the janitor opens it with the first question after a day, and asks every hour at least. */
export const PENDING_S_MAX: number = CASE_AFTER_S + 2 * 3_600;

export type PaymentFault =
  | 'stuck_hold'
  | 'pending_without_case'
  | 'not_counted'
  | 'miscounted'
  | 'record_missing';

/** Everything that the table has of one payment. */
export interface PaymentRows {
  readonly record: RequestRecord | undefined;
  readonly counted: CountedSale | undefined;
  /** Of the request that waits for a provider to do what it asked for. */
  readonly waiting?: RequestRecord;
  /** Whether it has, or had, a case of an operator. */
  readonly hasCase?: boolean;
}

/** `rows` as far as they are known: one that may be wrong by them is read again before anything is said of it. */
export const paymentFaults = (rows: PaymentRows, nowS: number): readonly PaymentFault[] => {
  const { record, counted } = rows;
  if (record === undefined) {
    return counted === undefined ? [] : ['record_missing'];
  }
  const faults: readonly (readonly [PaymentFault, boolean])[] = [
    ['stuck_hold', isStuck(record, nowS)],
    ['pending_without_case', isPending(record, rows, nowS)],
    ['not_counted', isUncounted(record, counted)],
    ['miscounted', counted !== undefined && isMiscounted(record, counted)],
  ];
  return faults.filter(([, is]) => is).map(([fault]) => fault);
};

/** One sentence, with the payment's key only. */
export const faultText = (fault: PaymentFault, payment: Pick<RequestRecord, 'key'>): string =>
  `${recordName(payment)} ${TEXTS[fault]}`;

const TEXTS: Readonly<Record<PaymentFault, string>> = {
  stuck_hold: 'is still held after its end',
  pending_without_case: 'waits for its provider for more than a day, and no case was opened',
  not_counted: 'is not counted as it stands',
  miscounted: 'was counted with other figures than it has',
  record_missing: 'was counted and has no record',
};

const isStuck = ({ payment }: RequestRecord, nowS: number): boolean =>
  payment?.state === 'held' &&
  payment.provider === undefined &&
  nowS > (payment.dueS ?? 0) + HOLD_LATE_S_MAX;

const isPending = (
  record: RequestRecord,
  { waiting, hasCase }: PaymentRows,
  nowS: number,
): boolean => hasCase !== true && nowS - (openSinceS(record, waiting) ?? nowS) > PENDING_S_MAX;

/** Of a refusal it is forgotten how it was counted; what nobody has decided counts nothing. */
const isUncounted = ({ code, payment }: RequestRecord, counted: CountedSale | undefined): boolean =>
  code === 'approved' && payment !== undefined && (counted?.revision ?? -1) < payment.revision;

const isMiscounted = (record: RequestRecord, { revision, figures }: CountedSale): boolean =>
  record.payment?.revision === revision && !hasFigures(record, figures);
