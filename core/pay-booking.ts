/** What is booked for a PAY: approved, with its lines and its payment, or declined. */
import type { Reply } from '#protocol/reply.ts';
import type { PayRequest } from '#protocol/request.ts';
import { allowanceChanges } from './allowances.ts';
import { replyOf } from './answering.ts';
import { drawAuthorisation } from './authorisation.ts';
import { itemEvidence } from './evidence.ts';
import { holdSecondsOf, type Inbound, type ProcessDeps } from './inbound.ts';
import { movementOf } from './ledger.ts';
import { uncoveredSale } from './operator-case.ts';
import type { FoundCode, Identified, PayApproval, PayCase, PayRefusal } from './pay-case.ts';
import type { Plan } from './plan-sale.ts';
import type { Booking, PayFacts } from './ports.ts';
import type { Outsider } from './process-provider-payment.ts';
import type {
  AnsweredRecord,
  AskedRecord,
  Evidence,
  IdentifierEntry,
  Payment,
  StoredFlag,
} from './records.ts';

/** What does not change while a PAY is tried again. */
export interface PayContext {
  readonly deps: ProcessDeps;
  readonly inbound: Inbound<PayRequest>;
  readonly match: Identified | 'unknown' | 'ambiguous';
  /** The row that the identifier leads to. */
  readonly entry: IdentifierEntry | undefined;
  readonly facts: PayFacts;
  /** What the promotion code leads to. */
  readonly promotionCode?: FoundCode;
  /** Present where a provider redeems the code. */
  readonly outsider?: Outsider;
}

/** What the rules approved: moves the money, and takes what is planned of counted rights. */
export const approvalOf = (
  context: PayContext,
  pay: PayCase,
  approved: PayApproval,
  plan: Plan,
): Booking => {
  const { deps, inbound } = context;
  const { request } = inbound;
  const { entry, merchant, spends, guess } = approved;
  const held = request.mode === 'hold';
  const holdS = holdSecondsOf(deps);
  const nowS = Math.floor(pay.nowMs / 1000);
  const amountMinor = approved.sale.priceMinor - (plan.offer?.discountMinor ?? 0);
  const authorisation = drawAuthorisation(deps.random);
  const reply: Reply = {
    code: 'approved',
    authorisation,
    amountMinor,
    maskedName: entry.maskedName,
    ...(held ? { holdExpiresInS: holdS } : {}),
  };
  const payment: Payment = {
    ...paymentOf(context, entry, merchant),
    amountMinor,
    state: held ? 'held' : 'posted',
    postedMinor: held ? 0 : amountMinor,
    ...(held ? { dueS: nowS + holdS } : {}),
    ...sharesOf(approved, plan),
    ...(plan.taken.length === 0 ? {} : { taken: plan.taken }),
  };
  const moved = movementOf(undefined, payment);
  const allowances = allowanceChanges(undefined, payment);
  const record = recordOf(context, pay, reply, plan.flags);
  return {
    record: {
      ...record,
      evidence: { ...record.evidence, ...promotionEvidence(plan) },
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
    ...(allowances.length === 0 ? {} : { allowances }),
  };
};

/** Absent where the user pays all of it and the merchant has it all. */
const sharesOf = (
  { sale: { region, taxMinor, feeMinor } }: PayApproval,
  { offer }: Plan,
): Pick<Payment, 'shares'> =>
  taxMinor === 0 && feeMinor === 0 && offer === undefined
    ? {}
    : {
        shares: {
          region,
          taxMinor,
          feeMinor,
          discountMinor: offer?.discountMinor ?? 0,
          ...(offer === undefined ? {} : { promotion: offer.promotion }),
        },
      };

const promotionEvidence = ({ offer }: Plan): Pick<Evidence, 'promotion'> =>
  offer === undefined ? {} : { promotion: `${offer.promotion}@${offer.version}` };

/** Stored like an approval, and moves nothing. */
export const declineOf = (context: PayContext, pay: PayCase, refusal: PayRefusal): Booking => {
  const { code, detail, guess } = refusal;
  const merchant = pay.terminal?.merchant ?? '';
  const record: AskedRecord = {
    ...recordOf(context, pay, { code, ...(detail === undefined ? {} : { detail }) }),
    lines: [],
    payment: { ...paymentOf(context, pay.entry, merchant), state: 'declined', postedMinor: 0 },
  };
  const opens = uncoveredSale(record);
  return {
    record,
    ...(opens === undefined ? {} : { opens }),
    ...(guess === undefined ? {} : { guess }),
  };
};

const catalogueEvidence = ({ catalogueVersion }: PayRequest): Pick<Evidence, 'catalogueVersion'> =>
  catalogueVersion === undefined ? {} : { catalogueVersion };

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

/** How it came: for figures of how fast and over which air, and for whoever looks into a copied terminal. */
const arrivalEvidence = (
  { receivedAtMs, frameBytes, hello }: PayContext['inbound'],
  nowMs: number,
): Evidence => ({
  waitedMs: Math.max(0, nowMs - receivedAtMs),
  ...(frameBytes === undefined ? {} : { frameBytes }),
  ...(hello.signal === undefined ? {} : { signal: hello.signal }),
  ...(hello.contested === undefined ? {} : { contested: hello.contested }),
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
    ...catalogueEvidence(pay.request),
    ...(pay.judgedAtS === decidedAtS ? {} : { judgedAtS: pay.judgedAtS }),
    ...arrivalEvidence(inbound, pay.nowMs),
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
