/** PAY: one read, one pure decision, one booking. */
import type { CodeName } from '#protocol/codes.ts';
import type { Reply } from '#protocol/reply.ts';
import type { PayRequest } from '#protocol/request.ts';
import { answerOldKey, bookUntilSettled, refuseKey, replyOf } from './answering.ts';
import { codeStep, type PayCase, type PayRefusal, refusePayment } from './decide-payment.ts';
import { itemEvidence } from './evidence.ts';
import { type IdentifierMatch, matchIdentifier } from './identifiers.ts';
import { HOLD_S_DEFAULT, type Inbound, type Outcome, type ProcessDeps } from './inbound.ts';
import { movement } from './ledger.ts';
import type { Booking, BookResult, PayFacts } from './ports.ts';
import type { Account, Evidence, IdentifierEntry, Payment, RequestRecord } from './records.ts';

const AUTHORISATION_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const AUTHORISATION_LENGTH = 6;

/** What does not change while a PAY is tried again. */
interface PayContext {
  readonly deps: ProcessDeps;
  readonly inbound: Inbound<PayRequest>;
  readonly match: IdentifierMatch | 'unknown' | 'ambiguous';
  /** Keyed hash under which the identifier was looked up. */
  readonly hash: string | undefined;
  readonly facts: PayFacts;
}

export const processPayment = async (
  deps: ProcessDeps,
  inbound: Inbound<PayRequest>,
): Promise<Outcome> => {
  const match = matchIdentifier(inbound.request.identifier);
  const hash =
    typeof match === 'string'
      ? undefined
      : deps.identifiers.identifier(match.scheme.kind, match.lookup);
  const facts = await readFacts(deps, inbound, hash);
  const refusedKey = refuseKey(facts.terminal, inbound.key);
  if (refusedKey !== undefined) {
    return answerOldKey(deps, inbound, refusedKey);
  }
  const context: PayContext = { deps, inbound, match, hash, facts };
  return bookUntilSettled(deps, inbound, (last) => bookingOf(context, verdictOf(last)));
};

/** Sheets are read for the region that the bridge knew; once more where the terminal has moved. */
const readFacts = async (
  { store }: ProcessDeps,
  { key, request, region }: Inbound<PayRequest>,
  hash: string | undefined,
): Promise<PayFacts> => {
  const query = {
    terminal: key.terminal,
    identifiers: hash === undefined ? [] : [hash],
    skus: request.items.map(({ sku }) => sku),
    region,
  };
  const facts = await store.readPayFacts(query);
  return facts.terminal === undefined || facts.terminal.region === region
    ? facts
    : store.readPayFacts({ ...query, region: facts.terminal.region });
};

/** What the store's refusal means for the customer. */
const verdictOf = (last: BookResult | undefined): CodeName | undefined => {
  if (last?.outcome === 'already_spent') {
    return 'identifier_used';
  }
  return last?.outcome === 'account_refused' ? accountVerdict(last.account) : undefined;
};

/** No account in that currency, blocked, or too little on it. */
export const accountVerdict = (account: Account | undefined): CodeName => {
  if (account === undefined) {
    return 'currency_not_allowed';
  }
  return account.status === 'blocked' ? 'user_blocked' : 'insufficient_funds';
};

const bookingOf = (context: PayContext, verdict: CodeName | undefined): Booking => {
  const pay = caseOf(context, verdict);
  const refusal = refusePayment(pay);
  return refusal === undefined ? approval(context, pay) : decline(context, pay, refusal);
};

const caseOf = (
  { deps, inbound, match, facts }: PayContext,
  verdict: CodeName | undefined,
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
    match,
    entry: facts.identifiers[0],
    sheets: facts.sheets,
    hasher: deps.identifiers,
    ...(verdict === undefined ? {} : { verdict }),
  };
};

const approval = (context: PayContext, pay: PayCase): Booking => {
  const { deps, inbound, hash } = context;
  const { request } = inbound;
  const entry = known(pay.entry);
  const merchant = known(pay.terminal).merchant;
  const held = request.mode === 'hold';
  const holdS = deps.holdS ?? HOLD_S_DEFAULT;
  const nowS = Math.floor(pay.nowMs / 1000);
  const amount = request.amountMinor;
  const authorisation = drawAuthorisation(deps);
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
  const step = codeStep(pay);
  return {
    record: {
      ...recordOf(context, pay, reply),
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
    },
    ...(step === undefined ? {} : { spend: spentKey(context, step) }),
    ...(entry.failures > 0 && hash !== undefined
      ? { failures: { identifier: hash, change: 'clear' } }
      : {}),
  };
};

const decline = (context: PayContext, pay: PayCase, refusal: PayRefusal): Booking => {
  const { code, detail, failed } = refusal;
  const merchant = pay.terminal?.merchant ?? '';
  return {
    record: {
      ...recordOf(context, pay, { code, ...(detail === undefined ? {} : { detail }) }),
      lines: [],
      payment: { ...paymentOf(context, pay.entry, merchant), state: 'declined', postedMinor: 0 },
    },
    ...(failed === true && context.hash !== undefined
      ? { failures: { identifier: context.hash, change: 'count' } }
      : {}),
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
): Omit<RequestRecord, 'lines'> => {
  const decidedAtS = Math.floor(pay.nowMs / 1000);
  const evidence: Evidence = {
    ...(typeof pay.match === 'object' ? { identifierKind: pay.match.scheme.kind } : {}),
    entryMode: pay.request.entryMode,
    ...(pay.judgedAtS === decidedAtS ? {} : { judgedAtS: pay.judgedAtS }),
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

const drawAuthorisation = ({ random }: ProcessDeps): string =>
  Array.from({ length: AUTHORISATION_LENGTH }, () =>
    AUTHORISATION_ALPHABET.charAt(random.below(AUTHORISATION_ALPHABET.length)),
  ).join('');

const spentKey = ({ deps, match }: PayContext, step: number): string =>
  deps.identifiers.spentCode(typeof match === 'string' ? match : match.lookup, step);

/** The rules refuse before this where a fact is missing. */
const known = <T>(fact: T | undefined): T => {
  if (fact === undefined) {
    throw new Error('a payment was approved without a fact that it needs');
  }
  return fact;
};
