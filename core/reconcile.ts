/** What the records say of a batch that a terminal closes, against what the terminal says of it. A read: answered anew each time. */
import type { Reconciliation } from '#protocol/reply.ts';
import type { ReconcileRequest, Totals } from '#protocol/request.ts';
import { refuseKey, unstored } from './answering.ts';
import type { Inbound, Outcome, ProcessDeps } from './inbound.ts';
import { walletOf } from './ledger.ts';
import { providerOf } from './provider-ledger.ts';
import type { RecordedState, RequestRecord } from './records.ts';

/** States of a PAY whose money the merchant has had. */
const SOLD: ReadonlySet<RecordedState> = new Set(['posted', 'partly_refunded', 'refunded']);

export const reconcile = async (
  deps: Pick<ProcessDeps, 'store' | 'clock'>,
  inbound: Inbound<ReconcileRequest>,
): Promise<Outcome> => {
  const { key, request } = inbound;
  const { terminal } = await deps.store.readPayment(key);
  const serverTimeS = Math.floor(deps.clock.nowMs() / 1000);
  const refused = terminal === undefined ? 'terminal_unknown' : refuseKey(terminal, inbound);
  if (refused !== undefined) {
    return unstored(inbound, { code: refused, serverTimeS });
  }
  const records = await deps.store.readRecords(
    request.sequences.map((sequence) => ({ ...key, sequence })),
  );
  return unstored(inbound, {
    code: 'approved',
    serverTimeS,
    reconciliation: reconciliationOf(records, request),
  });
};

const reconciliationOf = (
  records: readonly (RequestRecord | undefined)[],
  told: ReconcileRequest,
): Reconciliation => {
  const sales = totalsOf(records.map(soldBy));
  const refunds = totalsOf(records.map(refundedBy));
  return {
    matches: areEqual(sales, told.sales) && areEqual(refunds, told.refunds),
    sales,
    refunds,
  };
};

/** Posted and not voided since, whatever was given back of it. */
const soldBy = (record: RequestRecord | undefined): number | undefined => {
  const payment = record?.payment;
  return payment !== undefined && SOLD.has(payment.state) ? payment.postedMinor : undefined;
};

/** What the customer got: into the wallet, or back at the provider. */
const refundedBy = (record: RequestRecord | undefined): number | undefined =>
  record?.op === 'refund' && record.code === 'approved'
    ? record.lines.reduce(
        (sum, { account, amountMinor }) => (isCustomers(account) ? sum + amountMinor : sum),
        0,
      )
    : undefined;

const isCustomers = (account: string): boolean =>
  account.startsWith(walletOf('')) || account.startsWith(providerOf(''));

const totalsOf = (amounts: readonly (number | undefined)[]): Totals => {
  const counted = amounts.filter((amount) => amount !== undefined);
  return { count: counted.length, amountMinor: counted.reduce((sum, amount) => sum + amount, 0) };
};

const areEqual = (a: Totals, b: Totals): boolean =>
  a.count === b.count && a.amountMinor === b.amountMinor;
