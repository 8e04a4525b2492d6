/** What only a person can settle, one row per payment and kind: goods that were given and not paid, and money that a provider does not tell of. */
import type { CodeName } from '#protocol/codes.ts';
import type { RequestKey } from '#protocol/request.ts';
import type { BookResult } from './ports.ts';
import type { RequestRecord } from './records.ts';

/** `captured_uncovered`: a CONFIRM or a stored sale said that the goods are out, and no money could be taken. `outcome_unknown`: a provider has not told for CASE_AFTER_S. */
export type CaseKind = 'captured_uncovered' | 'outcome_unknown';

/** Why: what refused the money, `refused` where nobody can be asked for it, or `voided` where it had been given back before. */
export type CaseReason =
  | 'no_funds'
  | 'user_blocked'
  | 'refused'
  | 'sold_out'
  | 'given_back'
  | 'voided'
  | 'provider_silent';

/** How an operator ended it: the money came another way, is given up, or was never owed. */
export const CASE_RESOLUTIONS = ['collected', 'written_off', 'not_owed'] as const;
export type CaseResolution = (typeof CASE_RESOLUTIONS)[number];

export interface OpenCase {
  /** Follows from kind and payment, so that one is opened however often it is found. */
  readonly id: string;
  readonly kind: CaseKind;
  readonly reason: CaseReason;
  /** Of the PAY. */
  readonly payment: RequestKey;
  /** What is in question, minor units. */
  readonly amountMinor: number;
  readonly currency: number;
  readonly merchant: string;
  /** '' where a provider has the customer. */
  readonly user: string;
  readonly openedAtS: number;
}

export interface OperatorCase extends OpenCase {
  readonly state: 'open' | 'closed';
  /** How often it was found; a closed case stays closed and counts on. */
  readonly times: number;
  readonly closed?: CaseClosing;
}

export interface CaseClosing {
  readonly atS: number;
  /** The operator. */
  readonly by: string;
  readonly resolution: CaseResolution;
}

export const caseId = (kind: CaseKind, { terminal, keyVersion, sequence }: RequestKey): string =>
  `${kind}-${terminal}-${keyVersion}-${sequence}`;

interface Refused {
  readonly request: { readonly op: string; readonly amountMinor?: number };
  /** Of the PAY that the request is about. */
  readonly record: RequestRecord | undefined;
  readonly code: CodeName;
  /** What the store said before. */
  readonly last: BookResult | undefined;
  readonly nowS: number;
}

/** The case of a CONFIRM whose goods are out and whose money is not: refused for an expired hold, or for a PAY that was approved and voided. */
export const uncoveredCase = (refused: Refused): OpenCase | undefined => {
  const { request, record, nowS } = refused;
  const payment = record?.payment;
  if (payment === undefined || record?.code !== 'approved' || request.op !== 'confirm') {
    return undefined;
  }
  const reason = reasonOf(refused);
  return reason === undefined
    ? undefined
    : {
        id: caseId('captured_uncovered', record.key),
        kind: 'captured_uncovered',
        reason,
        payment: record.key,
        amountMinor: Math.min(request.amountMinor ?? payment.amountMinor, payment.amountMinor),
        currency: payment.currency,
        merchant: payment.merchant,
        user: payment.user,
        openedAtS: nowS,
      };
};

const reasonOf = ({ code, last }: Refused): CaseReason | undefined => {
  if (code === 'already_voided') {
    return 'voided';
  }
  if (code !== 'insufficient_funds') {
    return undefined;
  }
  switch (last?.outcome) {
    case 'account_refused':
      return last.account?.status === 'blocked' ? 'user_blocked' : 'no_funds';
    case 'allowance_refused':
      return 'sold_out';
    default:
      return 'given_back';
  }
};

/** Refusals of a stored sale that are the customer's: of those that are the terminal's own, it was told before it sold. */
const UNPAID: { readonly [Code in CodeName]?: CaseReason } = {
  insufficient_funds: 'no_funds',
  user_blocked: 'user_blocked',
  identifier_unknown: 'refused',
  identifier_ambiguous: 'refused',
  identifier_expired: 'refused',
  identifier_used: 'refused',
  second_factor_required: 'refused',
  region_not_allowed: 'refused',
  currency_not_allowed: 'refused',
  promotion_invalid: 'refused',
};

/** The case of a stored sale that is refused: its goods are out. */
export const uncoveredSale = ({
  key,
  code,
  evidence,
  payment,
  decidedAtS,
}: RequestRecord): OpenCase | undefined => {
  const reason = UNPAID[code];
  const stored = evidence?.flags?.includes('stored') === true;
  return reason === undefined || payment === undefined || !stored
    ? undefined
    : {
        id: caseId('captured_uncovered', key),
        kind: 'captured_uncovered',
        reason,
        payment: key,
        amountMinor: payment.amountMinor,
        currency: payment.currency,
        merchant: payment.merchant,
        user: payment.user,
        openedAtS: decidedAtS,
      };
};

/** When what is open at a provider came up: with the request that waits for it, with the end of the hold, or with the PAY; undefined where nothing is open. */
export const openSinceS = (
  { payment, decidedAtS }: RequestRecord,
  waiting: RequestRecord | undefined,
): number | undefined => {
  const part = payment?.provider;
  if (part?.open === undefined) {
    return undefined;
  }
  if ('by' in part.open) {
    return waiting?.decidedAtS ?? decidedAtS;
  }
  return part.open.what === 'expire' ? decidedAtS + (part.holdS ?? 0) : decidedAtS;
};

/** Seconds that a provider may leave open what it was asked, before a person is. */
export const CASE_AFTER_S = 86_400;
