/** Money that goes back at a provider: a refund, or all of a PAY that is dropped, reversed or over. */
import { chargeKey, type PaymentProvider, type ProviderChargeRef } from './provider.ts';
import { change, type ProviderDeps } from './provider-change.ts';
import { done, type Ending, refused, type Step } from './provider-endings.ts';
import { leftAtProvider } from './provider-ledger.ts';
import type { ProviderTask, RequestRecord } from './records.ts';

type RefundTask = Extract<ProviderTask, { readonly what: 'refund' }>;

/** A question that is this call's to ask. */
export interface Asking {
  readonly deps: ProviderDeps;
  readonly provider: PaymentProvider;
  readonly record: RequestRecord;
  readonly step: Step;
}

/** What the provider knows the PAY by. */
export const refOf = ({ record, payment }: Step): ProviderChargeRef => ({
  key: chargeKey(record.key),
  amountMinor: payment.amountMinor,
  currency: payment.currency,
});

/** A provider never rejects; should one, nothing is known. */
export const answerOf = async <A>(
  call: () => Promise<A>,
): Promise<A | { readonly outcome: 'unknown' }> => {
  try {
    return await call();
  } catch {
    return { outcome: 'unknown' };
  }
};

/** What the provider proved about the change that waits. */
const proven = (
  { deps, record, step }: Asking,
  decide: (now: Step, nowMs: number) => Ending,
): Promise<RequestRecord> =>
  change(deps, record, step.open, (now) => decide(now, deps.clock.nowMs()));

/** With the key of the request that waits. */
export const askRefund = async (asking: Asking, task: RefundTask): Promise<RequestRecord> => {
  const { provider, record, step } = asking;
  const refundKey = chargeKey(task.by);
  const refund = { ...refOf(step), refundKey, refundMinor: task.amountMinor };
  const answer = await answerOf(() => provider.refund(refund, provider.timings.askTimeoutMs));
  switch (answer.outcome) {
    case 'approved':
      return proven(asking, done);
    case 'declined':
      return proven(asking, (now, nowMs) => refused(now, task, answer.code, nowMs));
    default:
      return record;
  }
};

/** All of it goes back: cancelled, or refunded where a part was refunded before or it cannot be cancelled any more. */
export const askBack = async (asking: Asking): Promise<RequestRecord> => {
  const { provider, record, step } = asking;
  const { open, payment } = step;
  const { askTimeoutMs } = provider.timings;
  const left = leftAtProvider(payment);
  const cancelled =
    left < payment.amountMinor
      ? { outcome: 'refused' }
      : await answerOf(() => provider.cancel(refOf(step), askTimeoutMs));
  if (cancelled.outcome === 'cancelled') {
    return proven(asking, done);
  }
  if (cancelled.outcome !== 'refused') {
    return record;
  }
  const answer = await answerOf(() =>
    provider.refund(
      {
        ...refOf(step),
        refundKey: 'by' in open ? chargeKey(open.by) : `${chargeKey(record.key)}-v`,
        refundMinor: left,
      },
      askTimeoutMs,
    ),
  );
  if (answer.outcome === 'approved') {
    return proven(asking, done);
  }
  // A REVERSE can be refused; a charge that must not stand is asked about until it is gone.
  return answer.outcome === 'declined' && open.what === 'reverse'
    ? proven(asking, (now, nowMs) => refused(now, open, 'not_permitted', nowMs))
    : record;
};
