/** PAY: one read, one pure decision, one booking. */
import type { PayRequest } from '#protocol/request.ts';
import { judgeAccount } from './account-limits.ts';
import type { Seen, Take } from './allowances.ts';
import { answerOldKey, bookUntilSettled, refuseKey } from './answering.ts';
import { lateAfterMs } from './deadline.ts';
import { decidePayment } from './decide-payment.ts';
import { withFlag } from './evidence.ts';
import type { IdentifierHasher } from './identifier-hasher.ts';
import { rowOf } from './identifier-row.ts';
import { matchIdentifier } from './identifiers.ts';
import { holdSecondsOf, type Inbound, type Outcome, type ProcessDeps } from './inbound.ts';
import { approvalOf, declineOf, type PayContext } from './pay-booking.ts';
import type { FoundCode, PayCase, PayRefusal } from './pay-case.ts';
import { planSale } from './plan-sale.ts';
import type { Booking, BookResult, PayFacts } from './ports.ts';
import { type Outsider, outsiderOf, pendingOf } from './process-provider-payment.ts';
import { sheetAt } from './sheet-at.ts';

interface Attempt extends PayContext {
  /** What is taken of allowances, as far as it was looked at. */
  readonly seen: Seen;
}

export const processPayment = async (
  deps: ProcessDeps,
  inbound: Inbound<PayRequest>,
): Promise<Outcome> => {
  const { match, entry, facts, ...code } = await readFacts(deps, inbound);
  const refusedKey = refuseKey(facts.terminal, inbound);
  if (refusedKey !== undefined) {
    return answerOldKey(deps, inbound, refusedKey);
  }
  const outsider = outsiderOf(deps.providers, { match, terminal: facts.terminal, inbound });
  const context: PayContext =
    outsider === undefined
      ? { deps, inbound, match, entry, facts, ...code }
      : { deps, inbound, facts, ...code, outsider, match: outsider.match, entry: outsider.entry };
  let seen: Seen = new Map();
  const attempt = async (last: BookResult | undefined): Promise<Booking> => {
    if (last?.outcome === 'allowance_refused') {
      seen = await deps.store.readAllowances(takesOf(context));
    }
    return bookingAfter({ ...context, seen }, last);
  };
  return bookUntilSettled(deps, inbound, attempt, outsider?.shown);
};

type Read = Pick<PayContext, 'match' | 'entry' | 'facts' | 'promotionCode'>;

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
  const code = request.promotionCode;
  const facts = await store.readPayFacts({
    terminal: key.terminal,
    identifiers: hashes,
    skus: request.items.map(({ sku }) => sku),
    region,
    ...(code === undefined ? {} : { promotionCodes: identifiers.promotionCodes(code) }),
  });
  const row = rowOf(hashes, facts.identifiers);
  return {
    match: typeof match === 'string' ? match : { ...match, hash: row?.hash ?? '' },
    entry: row?.entry,
    facts,
    ...codeOf(identifiers, code, facts),
  };
};

/** Where its row stands under two peppers, that of the present one. */
const codeOf = (
  hasher: IdentifierHasher,
  code: string | undefined,
  { promotionCodes = [] }: PayFacts,
): { readonly promotionCode?: FoundCode } => {
  const found = promotionCodes.find((row) => row !== undefined);
  return code === undefined || found === undefined
    ? {}
    : { promotionCode: { ...found, use: hasher.promotionUse(code) } };
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
const bookingAfter = (context: Attempt, last: BookResult | undefined): Booking => {
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

const bookingOf = (context: Attempt, verdict: PayRefusal['code'] | undefined): Booking => {
  const pay = caseOf(context, verdict);
  const decided = decidePayment(pay);
  if (decided.code !== 'approved') {
    return declineOf(context, pay, decided);
  }
  const { key } = context.inbound;
  const plan = planSale(decided, { key, seen: context.seen, stored: pay.stored });
  if (typeof plan === 'string') {
    return bookingOf(context, plan);
  }
  const approved = approvalOf(context, pay, decided, plan);
  return context.outsider === undefined
    ? approved
    : charge(context, context.outsider, { pay, approved });
};

const takesOf = (context: PayContext): readonly Take[] => {
  const decided = decidePayment(caseOf(context, undefined));
  return decided.code === 'approved'
    ? [...decided.takes, ...decided.sale.offers.flatMap(({ takes }) => takes)]
    : [];
};

/** Our rules have nothing against it: recorded as pending, for the provider to decide. */
const charge = (
  context: PayContext,
  outsider: Outsider,
  { pay, approved }: { readonly pay: PayCase; readonly approved: Booking },
): Booking => {
  const { deps, inbound } = context;
  const { mode } = inbound.request;
  const holdS = mode === 'hold' ? holdSecondsOf(deps) : undefined;
  return pendingOf(approved, outsider, holdS) ?? declineOf(context, pay, { code: 'not_permitted' });
};

const caseOf = (
  { deps, inbound, match, entry, facts, promotionCode }: PayContext,
  verdict: PayRefusal['code'] | undefined,
): PayCase => {
  const { request, stored, hello } = inbound;
  const { terminal } = facts;
  const nowMs = deps.clock.nowMs();
  const judgedAtS =
    stored && request.deviceTimeS !== undefined
      ? request.deviceTimeS - (hello.clockOffsetS ?? 0)
      : Math.floor(nowMs / 1000);
  return {
    request,
    stored,
    nowMs,
    lateAfterMs: lateAfterMs(inbound, terminal),
    judgedAtS,
    terminal,
    ...(facts.terminalUsage === undefined ? {} : { terminalUsage: facts.terminalUsage }),
    match,
    entry,
    sheets:
      terminal === undefined
        ? facts.sheets
        : facts.sheets.map((sheet) => sheet && sheetAt(sheet, terminal)),
    ...(promotionCode === undefined ? {} : { promotionCode }),
    hasher: deps.identifiers,
    ...(verdict === undefined ? {} : { verdict }),
  };
};
