/** The close of a batch: MTI 0500 with the terminal's totals, 0510 with ours beside a verdict. */
import { BATCH_NUMBERS_MAX } from '../limits.ts';
import type { Reconciliation } from '../reply.ts';
import type { ReconcileRequest, Totals } from '../request.ts';
import type { Fields } from './fields.ts';
import { type Identity, sequenceOf } from './identity.ts';
import { type FieldRefusal, refuseField } from './message-reader.ts';
import type { Objects } from './pay-request.ts';
import type { Preset } from './presets.ts';
import { TAGS } from './private-objects.ts';

/** Numbers of a terminal go from 1 to this, then round again. */
const STANS = 999_999;
const IN_BALANCE = '1';
const OUT_OF_BALANCE = '2';
/** In cup-pos one element holds it all: amount 12 and count 3 of debits, of credits, a verdict; the same of foreign cards. */
const CUP_TOTALS = /^(\d{12})(\d{3})(\d{12})(\d{3})\d/;
const CUP_NO_FOREIGN_CARDS = `${'0'.repeat(30)}${IN_BALANCE}`;
const CUP_COUNT_MAX = 999;
const STAN = /^\d{6}$/;

export const decodeReconcile = ({
  preset,
  fields,
  identity,
  objects,
}: {
  readonly preset: Preset;
  readonly fields: Fields;
  readonly identity: Identity;
  readonly objects: Objects;
}): ReconcileRequest | FieldRefusal => {
  const [first] = objects.get(TAGS.firstStan) ?? [];
  const count = first === undefined ? BATCH_NUMBERS_MAX : numbersFrom(first, identity.stan);
  if (count === undefined || count > BATCH_NUMBERS_MAX) {
    const what = `object ${TAGS.firstStan} is no number at most ${BATCH_NUMBERS_MAX} before this`;
    return refuseField('field_invalid', preset.privateField, what);
  }
  const totals = preset.name === 'cup-pos' ? cupTotals(fields) : isoTotals(fields);
  if ('code' in totals) {
    return totals;
  }
  const sequences = Array.from({ length: count }, (_, index) =>
    sequenceOf(identity.batch, stanBefore(identity.stan, index + 1)),
  );
  return { op: 'reconcile', sequences, ...totals };
};

/** The number `steps` before `stan`, from 1 back to the largest. */
const stanBefore = (stan: number, steps: number): number =>
  ((stan - 1 - steps + STANS) % STANS) + 1;

/** Numbers from `first` up to the one before `stan`. */
const numbersFrom = (first: string, stan: number): number | undefined =>
  STAN.test(first) && Number(first) > 0 ? (stan - Number(first) + STANS) % STANS : undefined;

type Told = Pick<ReconcileRequest, 'sales' | 'refunds'>;

/** DE 76 and 88: debits, which are sales; DE 74 and 86: credits, which are refunds. Absent: none. */
const isoTotals = (fields: Fields): Told => {
  const totals = (count: number, amount: number): Totals => ({
    count: Number(fields.text(count)),
    amountMinor: Number(fields.text(amount)),
  });
  return { sales: totals(76, 88), refunds: totals(74, 86) };
};

const cupTotals = (fields: Fields): Told | FieldRefusal => {
  const [, debits, debitCount, credits, creditCount] = CUP_TOTALS.exec(fields.text(48)) ?? [];
  return debits === undefined
    ? refuseField('field_invalid', 48, 'has not the totals of a batch, 31 or 62 digits')
    : {
        sales: { count: Number(debitCount), amountMinor: Number(debits) },
        refunds: { count: Number(creditCount), amountMinor: Number(credits) },
      };
};

/** Our totals and the verdict, by data element. */
export const reconciliationFields = (
  { name }: Preset,
  { matches, sales, refunds }: Reconciliation,
): readonly (readonly [number, string])[] => {
  const verdict = matches ? IN_BALANCE : OUT_OF_BALANCE;
  const digits = (value: number, count: number): string => String(value).padStart(count, '0');
  if (name !== 'cup-pos') {
    return [
      [66, verdict],
      [74, digits(refunds.count, 10)],
      [76, digits(sales.count, 10)],
      [86, digits(refunds.amountMinor, 16)],
      [88, digits(sales.amountMinor, 16)],
    ];
  }
  const part = ({ count, amountMinor }: Totals): string =>
    digits(amountMinor, 12) + digits(Math.min(count, CUP_COUNT_MAX), 3);
  return [[48, part(sales) + part(refunds) + verdict + CUP_NO_FOREIGN_CARDS]];
};
