/** One conditional change of a PAY that a provider carries, decided anew on whatever another left. */

import type { RequestKey } from '#protocol/request.ts';
import { allowanceChanges } from './allowances.ts';
import { OutageError } from './outage.ts';
import type { Clock, PaymentStore, Random } from './ports.ts';
import { chargeKey, type Providers } from './provider.ts';
import { type Ending, type Step, stepOf } from './provider-endings.ts';
import type { ProviderTask, RequestRecord } from './records.ts';

/** Times that one change is tried again on what another left: a copy, a REVERSE and the janitor are all there are. */
export const SETTLE_TRIES_MAX = 4;

export interface ProviderDeps {
  readonly store: Pick<PaymentStore, 'readRecord' | 'settle'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Absent: none is configured. */
  readonly providers?: Providers;
}

/** What tells one task of a PAY from another. */
export interface TaskRef {
  readonly what: ProviderTask['what'];
  readonly by?: RequestKey;
}

export interface Tried {
  readonly record: RequestRecord;
  /** Whether it was this call that changed it: whoever did not may not tell the provider. */
  readonly changed: boolean;
}

/** Changes the PAY as `decide` says while `task` is what is open on it: a REFUND that comes after another is another task; decided anew on whatever another left. */
export const tryChange = async (
  { store }: ProviderDeps,
  record: RequestRecord,
  task: TaskRef,
  decide: (now: Step) => Ending | undefined,
): Promise<Tried> => {
  let seen = record;
  for (let tries = 0; tries < SETTLE_TRIES_MAX; tries += 1) {
    const step = stepOf(seen);
    const ending =
      step !== undefined && taskName(step.open) === taskName(task) ? decide(step) : undefined;
    if (step === undefined || ending === undefined) {
      return { record: seen, changed: false };
    }
    const { to, ...also } = ending;
    const { key } = seen;
    const allowances = allowanceChanges(step.payment, to);
    const payment = { key, from: step.payment.revision, to };
    if (await store.settle({ payment, allowances, ...also })) {
      return { record: applied(seen, ending), changed: true };
    }
    const read = await store.readRecord(key);
    if (read === undefined) {
      throw new OutageError('store_contended');
    }
    seen = read;
  }
  return { record: seen, changed: false };
};

/** The same thing to prove has the same name, however often it was asked about. */
const taskName = ({ what, by }: TaskRef): string =>
  by === undefined ? what : `${what} ${chargeKey(by)}`;

/** The PAY as it then stands, whoever changed it. */
export const change = async (...of: Parameters<typeof tryChange>): Promise<RequestRecord> =>
  (await tryChange(...of)).record;

const applied = (record: RequestRecord, { to, decides }: Ending): RequestRecord => {
  if (decides === undefined || chargeKey(decides.key) !== chargeKey(record.key)) {
    return { ...record, payment: to };
  }
  const { currency, ...decided } = decides;
  return { ...record, ...decided, payment: to, ...(decided.lines.length > 0 ? { currency } : {}) };
};
