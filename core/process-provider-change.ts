/** CONFIRM, REVERSE and REFUND of a PAY that a provider carries: what must be proven first waits, with its own record, for the provider. */
import { answerRecorded } from './answering.ts';
import type { Inbound, Outcome, ProcessDeps } from './inbound.ts';
import type { Change, ChangeRequest } from './payment-states.ts';
import { leftAtProvider, providerLines } from './provider-ledger.ts';
import { advance, dropCharge } from './provider-steps.ts';
import { timingsOf } from './provider-timings.ts';
import type { Payment, ProviderPart, RequestRecord } from './records.ts';

export interface ProviderChange extends Change {
  /** The provider comes first: the request's record is put without an answer. */
  readonly waits?: true;
}

/** Something is open at the provider: the answer of this very request where it has a record, else the PAY after one more question. */
export const beforeChange = async (
  deps: ProcessDeps,
  inbound: Inbound<ChangeRequest>,
  record: RequestRecord,
): Promise<Outcome | RequestRecord> => {
  if (record.payment?.provider?.open === undefined) {
    return record;
  }
  const own = await deps.store.readRecord(inbound.key);
  if (own !== undefined) {
    return answerRecorded(deps, inbound, own);
  }
  return inbound.request.op === 'reverse'
    ? dropCharge(deps, record, 'already_voided')
    : advance(deps, record);
};

interface ProviderChangeCase {
  readonly deps: ProcessDeps;
  readonly inbound: Inbound<ChangeRequest>;
}

/** What the table decided, as it is where `part` has the money. */
export const changeAtProvider = (
  { payment, part }: { readonly payment: Payment; readonly part: ProviderPart },
  decided: Change,
  { deps, inbound: { key, request } }: ProviderChangeCase,
  nowS: number,
): ProviderChange => {
  if (part.open !== undefined) {
    return { code: request.op === 'reverse' ? 'outcome_unknown' : 'in_progress' };
  }
  if (decided.to === undefined) {
    return decided;
  }
  const { to } = decided;
  const wait = (task: { readonly what: 'reverse' } | RefundOf): ProviderChange =>
    waiting({ payment, part }, { ...task, asked: 0, by: key }, nowS);
  switch (request.op) {
    case 'confirm':
      return (
        confirmAt({ payment, part }, decided, to) ??
        wait(refundOf(payment.amountMinor - to.postedMinor))
      );
    case 'reverse':
      return leftAtProvider(payment) === 0 ? inBooks(decided) : wait({ what: 'reverse' });
    case 'refund': {
      const amountMinor = to.refundedMinor - payment.refundedMinor;
      if (amountMinor === 0) {
        return inBooks(decided);
      }
      const { refundWindowS } = timingsOf(part.name, deps.providers);
      return nowS - Math.ceil(part.lateAfterMs / 1000) > refundWindowS
        ? { code: 'not_permitted' }
        : wait(refundOf(amountMinor));
    }
  }
};

type RefundOf = { readonly what: 'refund'; readonly amountMinor: number };
const refundOf = (amountMinor: number): RefundOf => ({ what: 'refund', amountMinor });

/** Moves no money, so the provider need not know. */
const inBooks = ({ movement: _nothing, ...decided }: Change): Change => decided;

/** Held whole, the money is there already and moves within our books. Undefined where a part of it must go back first. */
const confirmAt = (
  { payment, part }: { readonly payment: Payment; readonly part: ProviderPart },
  decided: Change,
  to: Payment,
): Change | undefined => {
  const { movement } = decided;
  // What expired went back, and cannot be had again: the code was good for one payment.
  if (payment.state === 'expired' || movement === undefined) {
    return { code: 'insufficient_funds' };
  }
  return to.postedMinor === payment.amountMinor
    ? { ...decided, movement: { ...movement, lines: providerLines(movement.lines, part.name) } }
    : undefined;
};

const waiting = (
  { payment, part }: { readonly payment: Payment; readonly part: ProviderPart },
  open: Required<ProviderPart>['open'],
  nowS: number,
): ProviderChange => ({
  code: 'in_progress',
  waits: true,
  to: { ...payment, revision: payment.revision + 1, dueS: nowS, provider: { ...part, open } },
});
