/** A PAY that a provider carries, moved on by one question: what is to be done is recorded before the provider is told, and every change is conditional on what was read. */
import { drawAuthorisation } from './authorisation.ts';
import type { ProviderAnswer, ProviderCharge, ProviderTimings, ShownCode } from './provider.ts';
import { change, type ProviderDeps, tryChange } from './provider-change.ts';
import {
  approval,
  done,
  dropped,
  type Ending,
  ended,
  expiring,
  rescheduled,
  type Step,
  sent,
  stepOf,
  unsent,
} from './provider-endings.ts';
import { type Asking, answerOf, askBack, askRefund, refOf } from './provider-give-back.ts';
import { timingsOf } from './provider-timings.ts';
import type { ProviderTask, RequestRecord } from './records.ts';

/** What a copy of the PAY brings along, without which nothing can be charged. */
export interface Shown {
  readonly identifier: ShownCode;
  readonly kind: string;
  readonly region: string;
  /** Of this copy, unix milliseconds. */
  readonly lateAfterMs: number;
}

const CHARGE = { what: 'charge' } as const;

/** Charges where nothing was sent yet and `shown` is at hand, else asks what is due, if it is. Returns the PAY as it then stands. */
export const advance = async (
  deps: ProviderDeps,
  record: RequestRecord,
  shown?: Shown,
): Promise<RequestRecord> => {
  const step = stepOf(record);
  if (step === undefined) {
    return record;
  }
  if (step.part.sentAtMs !== undefined) {
    return isDue(deps, step) ? ask(deps, record, step) : record;
  }
  if (step.open.what === 'drop') {
    return change(deps, record, step.open, (now) => done(now, deps.clock.nowMs()));
  }
  if (shown !== undefined && deps.clock.nowMs() <= shown.lateAfterMs) {
    return send(deps, step, shown);
  }
  return change(deps, record, CHARGE, (now) =>
    now.part.sentAtMs === undefined && deps.clock.nowMs() > now.part.lateAfterMs
      ? ended(now, 'too_late', deps.clock.nowMs())
      : undefined,
  );
};

/** Where a charge is open, it must not stand: the PAY ends with `code` once the provider has proven that. Then as `advance`. */
export const dropCharge = async (
  deps: ProviderDeps,
  record: RequestRecord,
  code: 'already_voided' | 'too_late' | 'not_permitted',
): Promise<RequestRecord> => {
  const marked = await change(deps, record, CHARGE, (now) => dropIn(deps, now, code));
  return advance(deps, marked);
};

/** A hold is over: opened for the provider to give it back, and asked at once. */
export const expireHold = async (
  deps: ProviderDeps,
  record: RequestRecord,
): Promise<RequestRecord> => {
  const { key, payment } = record;
  const part = payment?.provider;
  if (payment?.state !== 'held' || part === undefined || part.open !== undefined) {
    return record;
  }
  const { to } = expiring({ payment, part }, deps.clock.nowMs());
  return (await deps.store.settle({ payment: { key, from: payment.revision, to } }))
    ? advance(deps, { ...record, payment: to })
    : record;
};

const isDue = ({ clock }: ProviderDeps, { payment }: Step): boolean =>
  clock.nowMs() >= (payment.dueS ?? 0) * 1000;

const timingsFor = ({ providers }: ProviderDeps, { part }: Step): ProviderTimings =>
  timingsOf(part.name, providers);

const dropIn = (
  deps: ProviderDeps,
  now: Step,
  code: Extract<ProviderTask, { what: 'drop' }>['code'],
): Ending => dropped(now, code, timingsFor(deps, now), deps.clock.nowMs());

/** Whoever marks it as sent sends it, once. Where that mark may have been lost, nobody sends: it is asked about instead. */
const send = async (deps: ProviderDeps, step: Step, shown: Shown): Promise<RequestRecord> => {
  const provider = deps.providers?.get(step.part.name);
  if (provider === undefined) {
    return step.record;
  }
  const marked = await tryChange(deps, step.record, CHARGE, (now) =>
    now.part.sentAtMs === undefined
      ? sent(now, shown.lateAfterMs, provider.timings, deps.clock.nowMs())
      : undefined,
  );
  if (!marked.changed) {
    return marked.record;
  }
  const leftMs = shown.lateAfterMs - deps.clock.nowMs();
  if (leftMs < 1) {
    // This process stood still since it marked it: a late charge would only have to be cancelled.
    return change(deps, marked.record, CHARGE, unsent);
  }
  const budgetMs = Math.min(provider.timings.payTimeoutMs, leftMs);
  const answer = await answerOf(() => provider.pay(chargeOf(step, shown), budgetMs));
  return answer.outcome === 'unreachable'
    ? change(deps, marked.record, CHARGE, unsent)
    : takeCharge(deps, marked.record, answer);
};

const chargeOf = (step: Step, { identifier, kind, region }: Shown): ProviderCharge => ({
  ...refOf(step),
  identifier,
  kind,
  merchant: step.payment.merchant,
  region,
  terminal: step.record.key.terminal,
});

const takeCharge = async (
  deps: ProviderDeps,
  record: RequestRecord,
  answer: ProviderAnswer,
): Promise<RequestRecord> => {
  if (answer.outcome === 'approved') {
    const taken = await change(deps, record, CHARGE, (now) => {
      const nowMs = deps.clock.nowMs();
      if (nowMs > now.part.lateAfterMs) {
        return dropIn(deps, now, 'too_late');
      }
      return (answer.amountMinor ?? now.payment.amountMinor) === now.payment.amountMinor
        ? approval(now, drawAuthorisation(deps.random), nowMs)
        : dropIn(deps, now, 'not_permitted');
    });
    // Late, or a REVERSE came meanwhile: what was charged goes back at once where it may.
    return advance(deps, taken);
  }
  return answer.outcome === 'declined'
    ? change(deps, record, CHARGE, (now) => ended(now, answer.code, deps.clock.nowMs()))
    : waitOn(deps, record, answer);
};

/** Nothing is known yet. Asked often enough, or too late to be approved: it is given up. */
const waitOn = async (
  deps: ProviderDeps,
  record: RequestRecord,
  answer: ProviderAnswer,
): Promise<RequestRecord> => {
  const nowMs = deps.clock.nowMs();
  const later = await change(deps, record, CHARGE, (now) => {
    if (nowMs > now.part.lateAfterMs || now.open.asked >= timingsFor(deps, now).queriesMax) {
      return dropIn(deps, now, 'too_late');
    }
    return answer.outcome === 'pending' && answer.askAgainInMs !== undefined
      ? rescheduled(now, now.open.asked, nowMs + answer.askAgainInMs)
      : undefined;
  });
  return advance(deps, later);
};

/** Whoever moves the next question on asks this one. */
const ask = async (
  deps: ProviderDeps,
  record: RequestRecord,
  { open, part }: Step,
): Promise<RequestRecord> => {
  const claimed = await tryChange(deps, record, open, (now) =>
    isDue(deps, now) ? rescheduled(now, now.open.asked + 1, nextQuestionMs(deps, now)) : undefined,
  );
  const provider = deps.providers?.get(part.name);
  const step = stepOf(claimed.record);
  if (!claimed.changed || provider === undefined || step === undefined) {
    return claimed.record;
  }
  const asking: Asking = { deps, provider, record: claimed.record, step };
  switch (open.what) {
    case 'charge': {
      const { askTimeoutMs } = provider.timings;
      const answer = await answerOf(() => provider.query(refOf(step), askTimeoutMs));
      return takeCharge(deps, claimed.record, answer);
    }
    case 'refund':
      return askRefund(asking, open);
    default:
      return askBack(asking);
  }
};

/** As often as the provider allows, then twice as long each time, an hour at most. */
const nextQuestionMs = (deps: ProviderDeps, step: Step): number => {
  const { queryEveryMs, queriesMax } = timingsFor(deps, step);
  const doublings = Math.max(0, step.open.asked - queriesMax);
  const waitMs = Math.min(queryEveryMs * 2 ** doublings, QUESTION_WAIT_MS_MAX);
  return deps.clock.nowMs() + waitMs;
};

/** Milliseconds between two questions at most: an operator's case is open by then, and a provider back from an outage is met soon. */
export const QUESTION_WAIT_MS_MAX = 3_600_000;
