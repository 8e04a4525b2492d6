/** Watches every write of a store and holds it to the model: what is booked, what moves, what is answered. */

import type { Outcome } from '#core/inbound.ts';
import type { Booking, LedgerFacts } from '#core/ports.ts';
import type { Reply } from '#protocol/reply.ts';
import type { Request } from '#protocol/request.ts';
import {
  type Decision,
  decide,
  expiryOf,
  type ModelPayment,
  type Moment,
} from './payment-model.ts';

/** One copy of a request on its way through the functions. */
export interface Copy {
  readonly sequence: number;
  readonly request: Request;
  /** Unix milliseconds after which a PAY is too late. */
  readonly lateAfterMs: number;
  /** What was so at some time while it was worked on. */
  readonly moments: Moment[];
}

export interface Referee {
  setBlocked(blocked: boolean): void;
  begin(sequence: number, request: Request, lateAfterMs: number): Copy;
  end(copy: Copy): void;
  /** A booking was written; `calledAtMs`: when it was decided. */
  booked(copy: Copy, booking: Booking, calledAtMs: number): void;
  /** A tombstone took over a PAY's answer, or told what it had. */
  claimed(copy: Copy, answer: Uint8Array): void;
  expired(sequence: number, nowS: number): void;
  answered(copy: Copy, outcome: Outcome): void;
  /** Every decision that was booked, `op of a state: code`. */
  readonly seen: ReadonlySet<string>;
  /** Holds the whole store to the model. */
  compare(facts: LedgerFacts): void;
}

interface Recorded {
  /** Absent: a tombstone that no PAY has reached. */
  readonly text?: string;
  readonly answer?: string;
}

export class Violation extends Error {
  override readonly name = 'Violation';
}
const demand = (holds: boolean, what: string): void => {
  if (!holds) {
    throw new Violation(what);
  }
};

const textOf = (request: Request): string => JSON.stringify(request);
const read = (answer: Uint8Array): string => new TextDecoder().decode(answer);

export const createReferee = (walletMinor: number): Referee => {
  const money = { wallet: walletMinor, hold: 0, merchant: 0 };
  const payments = new Map<number, ModelPayment>();
  const records = new Map<number, Recorded>();
  const copies = new Set<Copy>();
  const seen = new Set<string>();
  let blocked = false;

  const momentOf = ({ sequence, request, lateAfterMs }: Copy, nowMs: number): Moment => {
    const late = nowMs > lateAfterMs;
    const nowS = Math.floor(nowMs / 1000);
    const about = 'paymentSequence' in request ? request.paymentSequence : sequence;
    const found = about === sequence && request.op !== 'status' ? undefined : payments.get(about);
    const nothing = records.has(about) && about !== sequence ? 'other request' : 'none';
    const { wallet } = money;
    return { wallet, blocked, payment: found ?? nothing, late, nowS };
  };
  const apply = (sequence: number, { next, wallet, hold, merchant }: Decision): void => {
    money.wallet += wallet;
    money.hold += hold;
    money.merchant += merchant;
    if (next !== undefined) {
      payments.set(sequence, next);
    }
    look();
  };
  const look = (): void => {
    for (const copy of copies) {
      copy.moments.push(momentOf(copy, 0));
    }
  };

  return {
    seen,
    setBlocked: (now) => {
      blocked = now;
      look();
    },
    begin: (sequence, request, lateAfterMs) => {
      const copy: Copy = { sequence, request, lateAfterMs, moments: [] };
      copy.moments.push(momentOf(copy, 0));
      copies.add(copy);
      return copy;
    },
    end: (copy) => {
      copies.delete(copy);
    },
    booked: (copy, booking, calledAtMs) => {
      const { sequence, request } = copy;
      demand(!records.has(sequence), 'a request was booked twice');
      const now = momentOf(copy, calledAtMs);
      const decision = decisionOf(copy, booking, now);
      const state = typeof now.payment === 'string' ? now.payment : now.payment.state;
      seen.add(`${request.op} of ${state}: ${decision.code}`);
      const answer = read(booking.record.answer ?? new Uint8Array());
      demand(
        (JSON.parse(answer) as Reply).code === decision.code,
        'booked one code, answers another',
      );
      const about = 'paymentSequence' in request ? request.paymentSequence : sequence;
      if (booking.tombstone !== undefined) {
        demand(!records.has(about), 'a tombstone on a record');
        records.set(about, {});
      }
      records.set(sequence, { text: textOf(request), answer });
      apply(about, decision);
    },
    claimed: ({ sequence, request }, answer) => {
      const found = records.get(sequence);
      demand(found !== undefined && request.op === 'pay', 'claimed what is no tombstone');
      if (found?.text === undefined) {
        demand(
          (JSON.parse(read(answer)) as Reply).code === 'already_voided',
          'a voided PAY goes on',
        );
        records.set(sequence, { text: textOf(request), answer: read(answer) });
      }
    },
    expired: (sequence, nowS) => {
      const payment = payments.get(sequence);
      demand(payment?.state === 'held', 'expired what is not held');
      seen.add('expiry');
      apply(sequence, payment === undefined ? noDecision() : expiryOf(payment, nowS));
    },
    answered: (copy, { answer, code }) => {
      const { sequence, request, moments } = copy;
      const found = records.get(sequence);
      if (request.op === 'status') {
        const { state } = JSON.parse(read(answer)) as Reply;
        const states = moments.map(({ payment }) =>
          typeof payment === 'string' ? 'not_found' : payment.state,
        );
        demand(states.includes(state ?? ''), `STATUS tells ${state}`);
      } else if (request.op === 'reverse' && request.paymentSequence >= sequence) {
        demand(code === 'field_invalid', 'REVERSE of what comes later');
      } else if (found?.text === textOf(request)) {
        demand(found.answer === read(answer), 'the answer of a request changed');
      } else {
        demand(found !== undefined, 'answered and not recorded');
        demand(code === 'conflict', 'another request under the same number is answered');
      }
    },
    compare: (facts) => compareFacts(facts, { money, payments, records: records.size }),
  };
};

/** What moves anything is decided on what stands when it is written; a refusal may have been right at any moment on its way. */
const decisionOf = ({ request, moments }: Copy, booking: Booking, now: Moment): Decision => {
  const { payment, tombstone, account, record } = booking;
  const moves = payment !== undefined || tombstone !== undefined || account !== undefined;
  const possible = (moves ? [now] : moments).map((moment) =>
    decide(request, { ...moment, late: now.late, nowS: now.nowS }),
  );
  const decision = possible.find(
    (each) =>
      each.code === record.code && (moves || request.op === 'pay' || each.next === undefined),
  );
  if (decision === undefined) {
    throw new Violation(`${request.op} is ${record.code}, not ${possible.map(({ code }) => code)}`);
  }
  demand(payment === undefined || payment.to.revision === payment.from + 1, 'a revision jumps');
  demand((account?.balanceDeltaMinor ?? 0) === decision.wallet, 'the wallet moves otherwise');
  demand((account?.heldDeltaMinor ?? 0) === decision.hold, 'the holds move otherwise');
  demand((booking.opens !== undefined) === (decision.opensCase === true), 'a case too many or few');
  return decision;
};

const noDecision = (): Decision => {
  throw new Violation('nothing is there');
};

const compareFacts = (
  { accounts, records, entries }: LedgerFacts,
  model: {
    readonly money: { readonly wallet: number; readonly hold: number; readonly merchant: number };
    readonly payments: ReadonlyMap<number, ModelPayment>;
    readonly records: number;
  },
): void => {
  const account = accounts.find(({ user }) => user === 'rich');
  const { wallet, hold, merchant } = model.money;
  demand(account?.balanceMinor === wallet && account.heldMinor === hold, 'the account differs');
  demand(wallet >= 0 && hold >= 0, 'the account is below zero');
  demand(records.length === model.records, 'a record too many or too few');
  let merchantSum = 0;
  for (const { lines } of [...records, ...entries]) {
    let sum = 0;
    for (const line of lines) {
      sum += line.amountMinor;
      merchantSum += line.account === 'merchant:m-1' ? line.amountMinor : 0;
    }
    demand(sum === 0, 'an entry does not sum to zero');
  }
  demand(merchantSum === merchant, 'the merchant has another sum');
  for (const { key, payment } of records) {
    const expected = model.payments.get(key.sequence);
    demand(
      payment?.state === expected?.state,
      `a PAY is ${payment?.state}, not ${expected?.state}`,
    );
    demand(
      payment?.postedMinor === expected?.posted && payment?.refundedMinor === expected?.refunded,
      'a PAY has other amounts',
    );
  }
};
