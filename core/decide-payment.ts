/** Whether a PAY is approved: a list of rules in the order in which they refuse; the first that refuses gives the code. */
import type { CodeName } from '#protocol/codes.ts';
import { AMOUNT_MINOR_MAX } from '#protocol/limits.ts';
import type { PayRequest } from '#protocol/request.ts';
import type { IdentifierHasher } from './identifier-hasher.ts';
import type { matchIdentifier } from './identifiers.ts';
import { verifyCode } from './one-time-code.ts';
import type { IdentifierEntry, Sheet, Terminal } from './records.ts';
import { isOnSale, nextChangeS } from './sale-window.ts';

/** Failed one-time codes or second factors after which an identifier is locked: 5 guesses at 4 digits are 1 in 2,000. */
export const FAILURES_MAX: number = 5;
/** Seconds a stored sale may be old (cp1 section 5), whatever the terminal's settings say. */
export const STORED_AGE_S_MAX: number = 7 * 86_400;
/** Seconds a stored sale may lie in the future: device clocks are corrected to a few seconds only. */
export const STORED_AHEAD_S_MAX = 300;

export interface PayCase {
  readonly request: PayRequest;
  readonly stored: boolean;
  /** Unix milliseconds of this decision. */
  readonly nowMs: number;
  readonly lateAfterMs: number;
  /** Unix seconds at which windows, codes and validity are judged: now, or the corrected device time of a stored sale. */
  readonly judgedAtS: number;
  readonly terminal: Terminal | undefined;
  readonly match: ReturnType<typeof matchIdentifier>;
  /** The row that the identifier leads to. */
  readonly entry: IdentifierEntry | undefined;
  /** In the order of the items. */
  readonly sheets: readonly (Sheet | undefined)[];
  readonly hasher: IdentifierHasher;
  /** What the store said of code or account when it was asked to book. */
  readonly verdict?: CodeName;
}

export interface PayRefusal {
  readonly code: Exclude<CodeName, 'approved'>;
  /** Reply key 9. */
  readonly detail?: number;
  /** A wrong guess, to be counted on the identifier. */
  readonly failed?: true;
}

type Rule = (pay: PayCase) => PayRefusal | undefined;

/** undefined: approved, as far as anything but the account can tell. */
export const refusePayment = (pay: PayCase): PayRefusal | undefined => {
  for (const rule of RULES) {
    const refusal = rule(pay);
    if (refusal !== undefined) {
      return refusal;
    }
  }
  return undefined;
};

/** The step a one-time code was made for; undefined for other kinds, and for a wrong code. */
export const codeStep = ({ match, entry, hasher, judgedAtS }: PayCase): number | undefined =>
  typeof match === 'object' && match.scheme.oneTime && entry?.codeVersion !== undefined
    ? verifyCode(hasher, {
        code: match.normal,
        codeVersion: entry.codeVersion,
        atS: judgedAtS,
      })
    : undefined;

const terminalRule: Rule = ({ terminal }) => {
  if (terminal === undefined) {
    return { code: 'terminal_unknown' };
  }
  return terminal.status === 'suspended' ? { code: 'terminal_suspended' } : undefined;
};

const storedRule: Rule = ({ stored, request, terminal, nowMs, judgedAtS }) => {
  if (!stored) {
    return undefined;
  }
  const allowed = terminal?.storedSales;
  const ageS = Math.floor(nowMs / 1000) - judgedAtS;
  const permitted =
    allowed !== undefined &&
    request.mode === 'sale' &&
    request.deviceTimeS !== undefined &&
    request.amountMinor <= allowed.amountMinorMax &&
    ageS <= Math.min(allowed.ageSMax, STORED_AGE_S_MAX) &&
    ageS >= -STORED_AHEAD_S_MAX;
  return permitted ? undefined : { code: 'not_permitted' };
};

const deadlineRule: Rule = ({ stored, nowMs, lateAfterMs }) =>
  !stored && nowMs > lateAfterMs ? { code: 'too_late' } : undefined;

const schemeRule: Rule = ({ match, entry }) => {
  if (match === 'ambiguous') {
    return { code: 'identifier_ambiguous' };
  }
  return match === 'unknown' || entry === undefined ? { code: 'identifier_unknown' } : undefined;
};

/** A locked identifier says so before anything about it is judged: no oracle for whoever goes on guessing. */
const lockRule: Rule = ({ entry }) =>
  (entry?.failures ?? 0) >= FAILURES_MAX ? { code: 'second_factor_required' } : undefined;

const validityRule: Rule = (pay) => {
  const { entry, judgedAtS, match } = pay;
  if (entry === undefined || typeof match === 'string') {
    return undefined;
  }
  if (judgedAtS < (entry.validFromS ?? judgedAtS) || judgedAtS >= (entry.validToS ?? Infinity)) {
    return { code: 'identifier_expired' };
  }
  return match.scheme.oneTime && codeStep(pay) === undefined
    ? { code: 'identifier_expired', failed: true }
    : undefined;
};

const entryModeRule: Rule = ({ entry, match, request }) =>
  typeof match === 'object' &&
  match.scheme.entryModes.includes(request.entryMode) &&
  entry?.entryModes.includes(request.entryMode) === true
    ? undefined
    : { code: 'not_permitted' };

const identifierRegionRule: Rule = ({ entry, terminal }) =>
  entry?.regions === undefined || entry.regions.includes(terminal?.region ?? '')
    ? undefined
    : { code: 'region_not_allowed' };

/** Asked for by the kind or by the row itself. A missing factor is no guess; a wrong one is counted. */
const secondFactorRule: Rule = ({ match, entry, request, hasher }) => {
  if (typeof match === 'string' || entry === undefined) {
    return undefined;
  }
  if (!match.scheme.secondFactor && entry.secondFactor === undefined) {
    return undefined;
  }
  if (request.secondFactor === undefined || entry.secondFactor === undefined) {
    return { code: 'second_factor_required' };
  }
  const given = hasher.secondFactor(match.scheme.kind, match.normal, request.secondFactor);
  return given === entry.secondFactor
    ? undefined
    : { code: 'second_factor_required', failed: true };
};

const promotionRule: Rule = ({ request }) =>
  request.promotionCode === undefined ? undefined : { code: 'promotion_invalid' };

const productRegionRule: Rule = ({ sheets, terminal }) =>
  sheets.every((sheet) => sheet !== undefined && sheet.region === terminal?.region)
    ? undefined
    : { code: 'region_not_allowed' };

const currencyRule: Rule = ({ sheets, request }) =>
  sheets.every((sheet) => sheet?.currency === request.currency)
    ? undefined
    : { code: 'currency_not_allowed' };

const windowRule: Rule = ({ sheets, judgedAtS }) => {
  const windows = sheets.map((sheet) => sheet?.windows ?? []);
  const closed = windows.filter((list) => !isOnSale(list, judgedAtS));
  if (closed.length === 0) {
    return undefined;
  }
  const openings = closed.map((list) => nextChangeS(list, judgedAtS) ?? Infinity);
  const latestS = Math.max(...openings);
  const allOpen = latestS < Infinity && windows.every((list) => isOnSale(list, latestS));
  return { code: 'sale_window_closed', ...(allOpen ? { detail: latestS } : {}) };
};

const priceRule: Rule = ({ sheets, request }) => {
  const total = request.items.reduce(
    (sum, item, at) => sum + item.quantity * (sheets[at]?.unitPriceMinor ?? 0),
    0,
  );
  if (total === request.amountMinor) {
    return undefined;
  }
  return { code: 'price_changed', ...(total <= AMOUNT_MINOR_MAX ? { detail: total } : {}) };
};

const accountRule: Rule = ({ verdict }) =>
  verdict === undefined || verdict === 'approved' ? undefined : { code: verdict };

/** Promotions come with the full domain: until then a code is refused, never silently ignored. */
const RULES: readonly Rule[] = [
  terminalRule,
  storedRule,
  deadlineRule,
  schemeRule,
  lockRule,
  validityRule,
  entryModeRule,
  identifierRegionRule,
  secondFactorRule,
  productRegionRule,
  currencyRule,
  windowRule,
  priceRule,
  promotionRule,
  accountRule,
];
