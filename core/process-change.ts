/** CONFIRM, REVERSE and REFUND: one read, the state table, one booking together with the PAY's transition. */
import { CODES } from '#protocol/codes.ts';
import type { RequestKey } from '#protocol/request.ts';
import { allowanceChanges } from './allowances.ts';
import {
  answerOldKey,
  bookUntilSettled,
  isArchived,
  refuseKey,
  replyOf,
  undecided,
  unstored,
} from './answering.ts';
import { OPERATOR_KEY_VERSION } from './enrolment.ts';
import type { Inbound, Outcome, ProcessDeps } from './inbound.ts';
import { uncoveredCase } from './operator-case.ts';
import { OutageError } from './outage.ts';
import { paymentKey } from './payment-key.ts';
import {
  type Change,
  type ChangeRequest,
  changeOfNone,
  changeOfOther,
  decideChange,
} from './payment-states.ts';
import type { Booking, BookResult } from './ports.ts';
import { beforeChange, changeAtProvider, type ProviderChange } from './process-provider-change.ts';
import type { Payment, RequestRecord, Terminal } from './records.ts';

/** Codes from here on are not decisions: they are never stored, so that asking again can get another answer. */
const UNDECIDED_CODE_MIN = 128;

export const processChange = async (
  deps: ProcessDeps,
  inbound: Inbound<ChangeRequest>,
): Promise<Outcome> => {
  const about = paymentKey(inbound);
  const { terminal, record } = await deps.store.readPayment(about);
  const refusedKey = refuseKey(terminal, inbound);
  if (refusedKey !== undefined) {
    return answerOldKey(deps, inbound, refusedKey);
  }
  const asksAboutItself =
    about.keyVersion === inbound.key.keyVersion && about.sequence === inbound.key.sequence;
  if (record === undefined && terminal !== undefined && isArchived(terminal, about)) {
    return answerOldKey(deps, inbound, 'sequence_too_old');
  }
  // A request is never the PAY that it is about: whatever stands there is its own record.
  let seen = asksAboutItself ? undefined : record;
  if (seen !== undefined) {
    const before = await beforeChange(deps, inbound, seen);
    if ('answer' in before && 'replayed' in before) {
      return before;
    }
    seen = before;
  }
  return bookUntilSettled(deps, inbound, (last) => {
    if (last?.outcome === 'payment_changed') {
      if (last.record === undefined) {
        // Archived since it was read: the next delivery reads the new floor.
        throw new OutageError('store_contended');
      }
      seen = last.record;
    }
    return bookingOf({ deps, inbound, about, terminal, record: seen }, last);
  });
};

/** STATUS is a read: answered anew each time, never stored. */
export const readStatus = async (deps: ProcessDeps, inbound: Inbound): Promise<Outcome> => {
  const about = paymentKey(inbound);
  const { terminal, record } = await deps.store.readPayment(about);
  const serverTimeS = Math.floor(deps.clock.nowMs() / 1000);
  if (terminal === undefined) {
    return unstored(inbound, { code: 'terminal_unknown', serverTimeS });
  }
  const refusedKey = refuseKey(terminal, inbound);
  if (refusedKey !== undefined) {
    return unstored(inbound, { code: refusedKey, serverTimeS });
  }
  if (record?.payment === undefined) {
    return unstored(inbound, { code: 'approved', serverTimeS, state: 'not_found' });
  }
  return unstored(inbound, {
    code: 'approved',
    serverTimeS,
    state: record.payment.state,
    paymentCode: record.code,
    ...(record.authorisation === undefined ? {} : { authorisation: record.authorisation }),
  });
};

interface ChangeCase {
  readonly deps: ProcessDeps;
  readonly inbound: Inbound<ChangeRequest>;
  readonly about: RequestKey;
  readonly terminal: Terminal | undefined;
  /** What stands under the number that the request is about. */
  readonly record: RequestRecord | undefined;
}

const bookingOf = (change: ChangeCase, last: BookResult | undefined): Booking | Outcome => {
  const { deps, inbound, about, record } = change;
  const decidedAtS = Math.floor(deps.clock.nowMs() / 1000);
  const from = record?.payment;
  const decided = byProvider(decide(change, last), change, decidedAtS);
  if (decided.waits !== true && CODES[decided.code].code >= UNDECIDED_CODE_MIN) {
    return undecided(deps, inbound, decided.code);
  }
  const reply = replyOf(inbound, decidedAtS, {
    code: decided.code,
    ...(decided.amountMinor === undefined ? {} : { amountMinor: decided.amountMinor }),
  });
  const lines = decided.movement?.lines ?? [];
  const { code } = decided;
  const opens = uncoveredCase({ ...inbound, record, code, last, nowS: decidedAtS });
  return {
    record: {
      key: inbound.key,
      op: inbound.request.op,
      about,
      digest: inbound.digest,
      ...(decided.waits === true ? {} : { answer: inbound.encode(reply) }),
      code: decided.code,
      decidedAtS,
      lines,
      ...(lines.length > 0 && from !== undefined ? { currency: from.currency } : {}),
    },
    ...(decided.to === undefined || from === undefined
      ? {}
      : { payment: { key: about, from: from.revision, to: decided.to } }),
    ...(decided.voids === undefined
      ? {}
      : { tombstone: tombstone(about, { decidedAtS, merchant: decided.voids }) }),
    ...accountOf(decided, from),
    ...allowancesOf(decided, from),
    ...(opens === undefined ? {} : { opens }),
  };
};

interface Decided extends ProviderChange {
  /** Merchant of a PAY that is voided before it arrives. */
  readonly voids?: string;
}

const decide = (
  { inbound: { key, request }, terminal, record }: ChangeCase,
  last: BookResult | undefined,
): Decided => {
  if (terminal === undefined) {
    return { code: 'terminal_unknown' };
  }
  const byOperator = key.keyVersion === OPERATOR_KEY_VERSION;
  if (terminal.status === 'suspended' && request.op === 'refund' && !byOperator) {
    return { code: 'terminal_suspended' };
  }
  if (record === undefined) {
    const { tombstone: voids, ...change } = changeOfNone(request.op);
    return voids ? { ...change, voids: terminal.merchant } : change;
  }
  if (record.payment === undefined) {
    return changeOfOther(request.op);
  }
  const decided = decideChange(record.payment, request);
  if (last?.outcome !== 'account_refused' && last?.outcome !== 'allowance_refused') {
    return decided;
  }
  if (decided.charges !== true) {
    throw new Error('an account or a quota refused what was its own');
  }
  // Blocked, spent, or sold out: one answer for every hold that cannot be had again.
  return { code: 'insufficient_funds' };
};

/** As it was decided, unless a provider has the money. */
const byProvider = (decided: Decided, change: ChangeCase, nowS: number): Decided => {
  const payment = change.record?.payment;
  const part = payment?.provider;
  return payment === undefined || part === undefined
    ? decided
    : changeAtProvider({ payment, part }, decided, change, nowS);
};

/** Money back is taken by blocked accounts too. */
const accountOf = (decided: Change, from: Payment | undefined): Pick<Booking, 'account'> => {
  const moved = decided.movement;
  const isOurs = from?.provider === undefined;
  if (moved === undefined || moved.lines.length === 0 || from === undefined || !isOurs) {
    return {};
  }
  return {
    account: {
      user: from.user,
      currency: from.currency,
      balanceDeltaMinor: moved.balanceDeltaMinor,
      heldDeltaMinor: moved.heldDeltaMinor,
      evenBlocked: decided.charges !== true,
    },
  };
};

/** Back where it is voided, taken again where an expired hold is posted after all. */
const allowancesOf = (decided: Change, from: Payment | undefined): Pick<Booking, 'allowances'> => {
  const allowances =
    from === undefined || decided.to === undefined ? [] : allowanceChanges(from, decided.to);
  return allowances.length === 0 ? {} : { allowances };
};

/** Stands where the PAY would: when it arrives, it is voided already and moves nothing. */
const tombstone = (
  key: RequestKey,
  { decidedAtS, merchant }: { readonly decidedAtS: number; readonly merchant: string },
): RequestRecord => ({
  key,
  op: 'pay',
  code: 'already_voided',
  decidedAtS,
  lines: [],
  payment: {
    state: 'voided',
    revision: 0,
    amountMinor: 0,
    postedMinor: 0,
    refundedMinor: 0,
    currency: 0,
    user: '',
    merchant,
  },
});
