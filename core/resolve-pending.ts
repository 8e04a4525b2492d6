/** Payments whose provider has something to prove, and provider holds that are over: the janitor's questions. */
import { CASE_AFTER_S, caseId, openSinceS } from './operator-case.ts';
import type { CaseStore } from './ports.ts';
import type { ProviderDeps } from './provider-change.ts';
import { type Step, stepOf } from './provider-endings.ts';
import { leftAtProvider } from './provider-ledger.ts';
import { advance, expireHold } from './provider-steps.ts';
import type { RequestRecord } from './records.ts';

export interface ResolveDeps extends ProviderDeps {
  readonly cases: Pick<CaseStore, 'openCase'>;
}

/** Payments asked about side by side: a provider that answers nothing takes seconds for each. */
export const RESOLVE_AT_ONCE = 10;

/** One question about each of `due`, none begun after `untilMs`; returns how many have nothing open any more. What a provider has left open for CASE_AFTER_S is a case for an operator, and still asked about. One that fails keeps no other: the first error is thrown after all of them. */
export const resolvePending = async (
  deps: ResolveDeps,
  due: readonly RequestRecord[],
  untilMs: number = Infinity,
): Promise<number> => {
  let resolved = 0;
  const failures: unknown[] = [];
  for (let at = 0; at < due.length && deps.clock.nowMs() < untilMs; at += RESOLVE_AT_ONCE) {
    const asked = due.slice(at, at + RESOLVE_AT_ONCE).map((record) => resolveOne(deps, record));
    for (const result of await Promise.allSettled(asked)) {
      if (result.status === 'rejected') {
        failures.push(result.reason);
      } else {
        resolved += result.value.payment?.provider?.open === undefined ? 1 : 0;
      }
    }
  }
  if (failures.length > 0) {
    throw failures[0];
  }
  return resolved;
};

const resolveOne = async (deps: ResolveDeps, record: RequestRecord): Promise<RequestRecord> => {
  const stands =
    record.payment?.provider?.open === undefined
      ? await expireHold(deps, record)
      : await advance(deps, record);
  const step = stepOf(stands);
  if (step !== undefined) {
    await tellOperator(deps, step);
  }
  return stands;
};

const tellOperator = async (deps: ResolveDeps, step: Step): Promise<void> => {
  const { record, payment, open } = step;
  const nowS = Math.floor(deps.clock.nowMs() / 1000);
  const waiting = 'by' in open ? await deps.store.readRecord(open.by) : undefined;
  const sinceS = openSinceS(record, waiting);
  if (sinceS !== undefined && nowS - sinceS >= CASE_AFTER_S) {
    await deps.cases.openCase({
      id: caseId('outcome_unknown', record.key),
      kind: 'outcome_unknown',
      reason: 'provider_silent',
      payment: record.key,
      amountMinor: open.what === 'refund' ? open.amountMinor : leftAtProvider(payment),
      currency: payment.currency,
      merchant: payment.merchant,
      user: payment.user,
      openedAtS: nowS,
    });
  }
};
