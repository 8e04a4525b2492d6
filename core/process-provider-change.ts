/** CONFIRM, REVERSE and REFUND of a PAY that a provider carries: what must be proven first waits, with its own record, for the provider. */
import { answerRecorded } from './answering.ts';
import type { Inbound, Outcome, ProcessDeps } from './inbound.ts';
import type { Change, ChangeRequest } from './payment-states.ts';
import { providerLines } from './provider-ledger.ts';
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
  const open = record.payment?.provider?.open;
  if (open === undefined) {
    return record;
  }
  const own = await deps.store.readRecord(inbound.key);
  if (own !== undefined) {
    return answerRecorded(deps, inbound, own);
  }
  return open.what === 'charge' && inbound.request.op === 'reverse'
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
  if (request.op === 'confirm') {
    return confirmAt(payment, part, decided);
  }
  if (request.op === 'reverse') {
    // Of an expired hold nothing is left at the provider.
    return payment.state === 'expired'
      ? { code: decided.code, to: decided.to }
      : waiting({ payment, part }, { what: 'reverse', asked: 0, by: key }, nowS);
  }
  const { refundWindowS } = timingsOf(part.name, deps.providers);
  const amountMinor = decided.to.refundedMinor - payment.refundedMinor;
  return nowS - Math.ceil(part.lateAfterMs / 1000) > refundWindowS
    ? { code: 'not_permitted' }
    : waiting({ payment, part }, { what: 'refund', asked: 0, by: key, amountMinor }, nowS);
};

/** The money is there already and moves within our books. A part cannot be kept, and what went back cannot be had again: the code was good for one payment. */
const confirmAt = (payment: Payment, part: ProviderPart, decided: Change): Change => {
  if (payment.state === 'expired') {
    return { code: 'insufficient_funds' };
  }
  const { to, movement } = decided;
  return to?.postedMinor === payment.amountMinor && movement !== undefined
    ? {
        code: decided.code,
        to,
        movement: { ...movement, lines: providerLines(movement.lines, part.name) },
      }
    : { code: 'not_permitted' };
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
