/** PAY: one read, one pure decision, one booking. */
import type { Reply } from '#protocol/reply.ts';
import type { PayRequest } from '#protocol/request.ts';
import { judgeAccount } from './account-limits.ts';
import { answerOldKey, bookUntilSettled, refuseKey, replyOf } from './answering.ts';
import { drawAuthorisation } from './authorisation.ts';
import {
  decidePayment,
  type Identified,
  type PayApproval,
  type PayCase,
  type PayRefusal,
} from './decide-payment.ts';
import { itemEvidence, withFlag } from './evidence.ts';
import { rowOf } from './identifier-row.ts';
import { matchIdentifier } from './identifiers.ts';
import { HOLD_S_DEFAULT, type Inbound, type Outcome, type ProcessDeps } from './inbound.ts';
import { movement } from './ledger.ts';
import type { Booking, BookResult, PayFacts } from './ports.ts';
import { type Outsider, outsiderOf, pendingOf } from './process-provider-payment.ts';
import type { AnsweredRecord, Evidence, IdentifierEntry, Payment, StoredFlag } from './records.ts';

/** What does not change while a PAY is tried again. */
interface PayContext {
  readonly deps: ProcessDeps;
  readonly inbound: Inbound<PayRequest>;
  readonly match: Identified | 'unknown' | 'ambiguous';
  /** The row that the identifier leads to. */
  readonly entry: IdentifierEntry | undefined;
  readonly facts: PayFacts;
  /** Present where a provider redeems the code. */
  readonly outsider?: Outsider;
}

export const processPayment = async (
  deps: ProcessDeps,
  inbound: Inbound<PayRequest>,
): Promise<Outcome> => {
  const { match, entry, facts } = await readFacts(deps, inbound);
  const refusedKey = refuseKey(facts.terminal, inbound.key);
  if (refusedKey !== undefined) {
    return answerOldKey(deps, inbound, refusedKey);
  }
  const outsider = outsiderOf(deps.providers, { match, terminal: facts.terminal, inbound });
  const context: PayContext =
    outsider === undefined
      ? { deps, inbound, match, entry, facts }
      : { deps, inbound, facts, outsider, match: outsider.match, entry: outsider.entry };
  const attempt = (last: BookResult | undefined): Booking => bookingAfter(context, last);
  return bookUntilSettled(deps, inbound, attempt, outsider?.shown);
};

type Read = Pick<PayContext, 'match' | 'entry' | 'facts'>;

/** The region that the bridge knew decides what is read; matched and read once more where the terminal has moved. */
const readFacts = async (deps: ProcessDeps, inbound: Inbound<PayRequest>): Promise<Read> => {
  const { region } = inbound;
  const read = await readIn(deps, inbound, region);
  const { terminal } = read.facts;
  return terminal === undefined || terminal.region === region
    ? read
    : readIn(deps, inbound, terminal.region);
};

/** Looked up under the pepper before as well, in the same read, while there is one. */
const readIn = async (
  { store, identifiers }: ProcessDeps,
  { key, request }: Inbound<PayRequest>,
  region: string,
): Promise<Read> => {
  const match = matchIdentifier(request.identifier, { entryMode: request.entryMode, region });
  const hashes =
    typeof match === 'string' ? [] : identifiers.identifiers(match.scheme.kind, match.lookup);
  const facts = await store.readPayFacts({
    terminal: key.terminal,
    identifiers: hashes,
    skus: request.items.map(({ sku }) => sku),
    region,
  });
  const row = rowOf(hashes, facts.identifiers);
  return {
    match: typeof match === 'string' ? match : { ...match, hash: row?.hash ?? '' },
    entry: row?.entry,
    facts,
  };
};

/** What the store's refusal means for the customer; undefined where that takes another look at the account. */
const verdictOf = (last: BookResult | undefined): PayRefusal['code'] | undefined => {
  switch (last?.outcome) {
    case 'identifier_locked':
      return 'second_factor_required';
    case 'already_spent':
      return 'identifier_used';
    case 'account_refused':
      return last.account === undefined ? 'currency_not_allowed' : undefined;
    default:
      return undefined;
  }
};

/** Decided anew; where an account refused it, that account is judged for what is approved now. */
const bookingAfter = (context: PayContext, last: BookResult | undefined): Booking => {
  const booking = bookingOf(context, verdictOf(last));
  const { account, record } = booking;
  if (last?.outcome !== 'account_refused' || last.account === undefined || account === undefined) {
    return booking;
  }
  const { evidence = {}, decidedAtS } = record;
  const judged = judgeAccount(last.account, {
    amountMinor: -account.balanceDeltaMinor,
    atS: evidence.judgedAtS ?? decidedAtS,
    stored: context.inbound.stored,
  });
  if ('code' in judged) {
    return bookingOf(context, judged.code);
  }
  return {
    ...booking,
    account: { ...account, usage: judged.usage },
    record: judged.over ? { ...record, evidence: withFlag(evidence, 'over_limit') } : record,
  };
};

const bookingOf = (context: PayContext, verdict: PayRefusal['code'] | undefined): Booking => {
  const pay = caseOf(context, verdict);
  const decided = decidePayment(pay);
  if (decided.code !== 'approved') {
    return decline(context, pay, decided);
  }
  const approved = approval(context, pay, decided);
  return context.outsider === undefined
    ? approved
    : charge(context, context.outsider, { pay, approved });
};

/** Our rules have nothing against it: recorded as pending, for the provider to decide. */
const charge = (
  context: PayContext,
  outsider: Outsider,
  { pay, approved }: { readonly pay: PayCase; readonly approved: Booking },
): Booking => {
  const { deps, inbound } = context;
  const { mode } = inbound.request;
  const holdS = mode === 'hold' ? (deps.holdS ?? HOLD_S_DEFAULT) : undefined;
  return pendingOf(approved, outsider, holdS) ?? decline(context, pay, { code: 'not_permitted' });
};

const caseOf = (
  { deps, inbound, match, entry, facts }: PayContext,
  verdict: PayRefusal['code'] | undefined,
): PayCase => {
  const { request, stored, receivedAtMs, hello } = inbound;
  const nowMs = deps.clock.nowMs();
  const judgedAtS =
    stored && request.deviceTimeS !== undefined
      ? request.deviceTimeS - (hello.clockOffsetS ?? 0)
      : Math.floor(nowMs / 1000);
  return {
    request,
    stored,
    nowMs,
    lateAfterMs: receivedAtMs + request.deadlineMs,
    judgedAtS,
    terminal: facts.terminal,
    ...(facts.terminalUsage === undefined ? {} : { terminalUsage: facts.terminalUsage }),
    match,
    entry,
    sheets: facts.sheets,
    hasher: deps.identifiers,
    ...(verdict === undefined ? {} : { verdict }),
  };
};

const approval = (context: PayContext, pay: PayCase, approved: PayApproval): Booking => {
  const { deps, inbound } = context;
  const { request } = inbound;
  const { entry, merchant, spends, guess } = approved;
  const held = request.mode === 'hold';
  const holdS = deps.holdS ?? HOLD_S_DEFAULT;
  const nowS = Math.floor(pay.nowMs / 1000);
  const amount = request.amountMinor;
  const authorisation = drawAuthorisation(deps.random);
  const moved = movement(
    { user: entry.user, merchant },
    { wallet: -amount, hold: held ? amount : 0, merchant: held ? 0 : amount },
  );
  const reply: Reply = {
    code: 'approved',
    authorisation,
    amountMinor: amount,
    maskedName: entry.maskedName,
    ...(held ? { holdExpiresInS: holdS } : {}),
  };
  const payment: Payment = {
    ...paymentOf(context, entry, merchant),
    state: held ? 'held' : 'posted',
    postedMinor: held ? 0 : amount,
    ...(held ? { dueS: nowS + holdS } : {}),
  };
  return {
    record: {
      ...recordOf(context, pay, reply, approved.flags),
      authorisation,
      lines: moved.lines,
      currency: request.currency,
      payment,
    },
    account: {
      user: entry.user,
      currency: request.currency,
      balanceDeltaMinor: moved.balanceDeltaMinor,
      heldDeltaMinor: moved.heldDeltaMinor,
      evenBlocked: false,
      usage: 'none',
    },
    ...(spends === undefined
      ? {}
      : { spend: deps.identifiers.spentCode(spends.handle, spends.step) }),
    ...(guess === undefined ? {} : { guess }),
  };
};

const decline = (context: PayContext, pay: PayCase, refusal: PayRefusal): Booking => {
  const { code, detail, guess } = refusal;
  const merchant = pay.terminal?.merchant ?? '';
  return {
    record: {
      ...recordOf(context, pay, { code, ...(detail === undefined ? {} : { detail }) }),
      lines: [],
      payment: { ...paymentOf(context, pay.entry, merchant), state: 'declined', postedMinor: 0 },
    },
    ...(guess === undefined ? {} : { guess }),
  };
};

const paymentOf = (
  { inbound: { request } }: PayContext,
  entry: IdentifierEntry | undefined,
  merchant: string,
): Pick<
  Payment,
  'revision' | 'amountMinor' | 'refundedMinor' | 'currency' | 'user' | 'merchant'
> => ({
  revision: 0,
  amountMinor: request.amountMinor,
  refundedMinor: 0,
  currency: request.currency,
  user: entry?.user ?? '',
  merchant,
});

const recordOf = (
  { inbound, deps }: PayContext,
  pay: PayCase,
  reply: Reply,
  flags: readonly StoredFlag[] = [],
): Omit<AnsweredRecord, 'lines'> => {
  const decidedAtS = Math.floor(pay.nowMs / 1000);
  const evidence: Evidence = {
    ...(typeof pay.match === 'object' ? { identifierKind: pay.match.scheme.kind } : {}),
    entryMode: pay.request.entryMode,
    ...(pay.judgedAtS === decidedAtS ? {} : { judgedAtS: pay.judgedAtS }),
    ...(pay.stored ? { flags: ['stored' as const, ...flags] } : {}),
    ...itemEvidence(deps.identifiers, {
      items: pay.request.items,
      sheets: pay.sheets,
      judgedAtS: pay.judgedAtS,
    }),
  };
  return {
    key: inbound.key,
    op: 'pay',
    digest: inbound.digest,
    answer: inbound.encode(replyOf(inbound, decidedAtS, reply)),
    code: reply.code,
    decidedAtS,
    evidence,
  };
};
