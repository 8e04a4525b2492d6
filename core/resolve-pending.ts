/** Payments whose provider has something to prove, and provider holds that are over: the janitor's questions. */
import type { ProviderDeps } from './provider-change.ts';
import { advance, expireHold } from './provider-steps.ts';
import type { RequestRecord } from './records.ts';

/** Payments asked about side by side: a provider that answers nothing takes seconds for each. */
export const RESOLVE_AT_ONCE = 10;

/** One question about each of `due`, none begun after `untilMs`; returns how many have nothing open any more. One that fails keeps no other: the first error is thrown after all of them. */
export const resolvePending = async (
  deps: ProviderDeps,
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

const resolveOne = (deps: ProviderDeps, record: RequestRecord): Promise<RequestRecord> =>
  record.payment?.provider?.open === undefined ? expireHold(deps, record) : advance(deps, record);
