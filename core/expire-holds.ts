/** Ends holds that no CONFIRM came for: the janitor's work. */
import type { RequestKey } from '#protocol/request.ts';
import { allowanceChanges } from './allowances.ts';
import { releaseHold } from './payment-states.ts';
import type { Clock, ExpiryStore } from './ports.ts';
import type { RequestRecord } from './records.ts';

/** Expires at most `limit` holds that are due; run again while it returns `limit`. One that cannot expire keeps no other: the first error is thrown after all of them. */
export const expireHolds = async (
  { store, clock }: { readonly store: ExpiryStore; readonly clock: Clock },
  limit: number,
): Promise<{ readonly expired: number }> => {
  const nowS = Math.floor(clock.nowMs() / 1000);
  const due = await store.readDue(nowS, limit);
  return { expired: await expireEach({ store, clock }, due) };
};

/** The same of what was read; returns how many it ended. Holds that a provider carries are left alone. */
export const expireEach = async (
  { store, clock }: { readonly store: ExpiryStore; readonly clock: Clock },
  due: readonly RequestRecord[],
): Promise<number> => {
  const nowS = Math.floor(clock.nowMs() / 1000);
  let expired = 0;
  const failures: unknown[] = [];
  for (const record of due) {
    try {
      expired += (await expireOne(store, record, nowS)) ? 1 : 0;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw failures[0];
  }
  return expired;
};

/** One entry per hold, whoever expires it: its id follows from K, which is held once at most. */
export const expiryId = ({ terminal, keyVersion, sequence }: RequestKey): string =>
  `expiry-${terminal}-${keyVersion}-${sequence}`;

const expireOne = async (
  store: ExpiryStore,
  { key, payment }: RequestRecord,
  nowS: number,
): Promise<boolean> => {
  const isOurs = payment?.provider === undefined;
  if (payment?.state !== 'held' || !isOurs || payment.dueS === undefined || payment.dueS > nowS) {
    return false;
  }
  const { to, movement } = releaseHold(payment, 'expired');
  return store.expire({
    key,
    from: payment.revision,
    to,
    heldMinor: payment.amountMinor,
    allowances: allowanceChanges(payment, to),
    entry: {
      id: expiryId(key),
      kind: 'expiry',
      currency: payment.currency,
      lines: movement.lines,
      decidedAtS: nowS,
    },
  });
};
