/** Whether a PAY is approved: a list of rules in the order in which they refuse; the first that refuses gives the code. */
import type { CodeName } from '#protocol/codes.ts';
import { AMOUNT_MINOR_MAX } from '#protocol/limits.ts';
import type { Item, PayRequest } from '#protocol/request.ts';
import type { Take } from './allowances.ts';
import type { IdentifierHasher } from './identifier-hasher.ts';
import { type IdentifierMatch, isValidIn } from './identifiers.ts';
import { verifyCode } from './one-time-code.ts';
import type { Booking } from './ports.ts';
import type { IdentifierEntry, Sheet, StoredFlag, Terminal, TerminalUsage } from './records.ts';
import { isOnSale, nextChangeS } from './sale-window.ts';
import { judgeTerminal, mayStoreMore } from './terminal-limits.ts';
import { windowTakes } from './window-takes.ts';

/** Failed one-time codes or second factors after which an identifier is locked: 5 guesses at 4 digits are 1 in 2,000. */
export const FAILURES_MAX: number = 5;
/** Seconds a stored sale may be old, whatever the terminal's settings say. */
export const STORED_AGE_S_MAX: number = 7 * 86_400;
/** Seconds a stored sale may lie in the future: device clocks are corrected to a few seconds only. */
export const STORED_AHEAD_S_MAX = 300;

/** An identifier that a scheme owns. */
export interface Identified extends IdentifierMatch {
  /** Keyed hash that its row stands under, hex; '' where it leads to none. */
  readonly hash: string;
}

type Guess = Required<Booking>['guess'];

export interface PayCase {
  readonly request: PayRequest;
  readonly stored: boolean;
  /** Unix milliseconds of this decision. */
  readonly nowMs: number;
  readonly lateAfterMs: number;
  /** Unix seconds at which windows, codes and validity are judged: now, or the corrected device time of a stored sale. */
  readonly judgedAtS: number;
  readonly terminal: Terminal | undefined;
  /** Absent: nothing was counted yet. */
  readonly terminalUsage?: TerminalUsage;
  readonly match: Identified | 'unknown' | 'ambiguous';
  /** The row that the identifier leads to. */
  readonly entry: IdentifierEntry | undefined;
  /** In the order of the items. */
  readonly sheets: readonly (Sheet | undefined)[];
  readonly hasher: IdentifierHasher;
  /** What the store said of lock, code or account when it was asked to book. */
  readonly verdict?: PayRefusal['code'];
}

export interface PayRefusal {
  readonly code: Exclude<CodeName, 'approved'>;
  /** Reply key 9. */
  readonly detail?: number;
  /** Where this answer tells whether a secret was guessed: a wrong guess counts, a right one must be within the limit too. */
  readonly guess?: Guess;
}

/** As far as anything but the store can tell. */
export interface PayApproval {
  readonly code: 'approved';
  readonly merchant: string;
  readonly entry: IdentifierEntry;
  /** Where the identifier has a secret that could be guessed. */
  readonly guess?: Guess;
  /** What a one-time code spends: the handle and the step it was made for. */
  readonly spends?: { readonly handle: string; readonly step: number };
  /** Rules that a stored sale is accepted against; absent: none. */
  readonly flags?: readonly StoredFlag[];
  /** What it needs of counted rights. */
  readonly takes: readonly Take[];
}

/** Refusals that come too late for a stored sale, as its goods are gone: it is accepted and flagged. */
const STORED_FLAGS: { readonly [Code in CodeName]?: StoredFlag } = {
  sale_window_closed: 'outside_window',
  price_changed: 'price_mismatch',
  limit_exceeded: 'over_limit',
  frequency_exceeded: 'over_limit',
};

/** The first rule that refuses gives the code. */
export const decidePayment = (pay: PayCase): PayRefusal | PayApproval => {
  const { terminal, match, entry } = pay;
  if (terminal === undefined) {
    return { code: 'terminal_unknown' };
  }
  const early = firstRefusal(TERMINAL_RULES, { ...pay, terminal });
  if (early !== undefined) {
    return early;
  }
  if (match === 'ambiguous') {
    return { code: 'identifier_ambiguous' };
  }
  if (match === 'unknown' || entry === undefined) {
    return { code: 'identifier_unknown' };
  }
  const known: KnownCase = { ...pay, terminal, match, entry };
  return firstRefusal(IDENTIFIER_RULES, known) ?? judgeGuess(known);
};

type TerminalCase = PayCase & { readonly terminal: Terminal };
type KnownCase = TerminalCase & {
  readonly match: Identified;
  readonly entry: IdentifierEntry;
};
interface Line extends Item {
  readonly sheet: Sheet;
}
type SaleCase = KnownCase & { readonly lines: readonly Line[] };
type Rule<C> = (pay: C) => PayRefusal | undefined;

const firstRefusal = <C extends PayCase>(
  rules: readonly Rule<C>[],
  pay: C,
): PayRefusal | undefined => {
  for (const rule of rules) {
    const refusal = rule(pay);
    if (refusal !== undefined && !(pay.stored && refusal.code in STORED_FLAGS)) {
      return refusal;
    }
  }
  return undefined;
};

/** Of the rules that `firstRefusal` passed over, each once. */
const flagsOf = (pay: SaleCase): Pick<PayApproval, 'flags'> => {
  if (!pay.stored) {
    return {};
  }
  const rules: readonly Rule<SaleCase>[] = [...TERMINAL_RULES, ...SALE_RULES];
  const flags = rules.flatMap((rule) => STORED_FLAGS[rule(pay)?.code ?? 'internal'] ?? []);
  return flags.length === 0 ? {} : { flags: [...new Set(flags)] };
};

const statusRule: Rule<TerminalCase> = ({ terminal }) =>
  terminal.status === 'suspended' ? { code: 'terminal_suspended' } : undefined;

const merchantRule: Rule<TerminalCase> = ({ terminal }) =>
  terminal.merchantStatus === 'closed' ? { code: 'merchant_closed' } : undefined;

const storedRule: Rule<TerminalCase> = (pay) => {
  const { stored, request, terminal, terminalUsage, nowMs, judgedAtS } = pay;
  if (!stored) {
    return undefined;
  }
  const allowed = terminal.storedSales;
  const ageS = Math.floor(nowMs / 1000) - judgedAtS;
  const permitted =
    allowed !== undefined &&
    request.mode === 'sale' &&
    request.deviceTimeS !== undefined &&
    request.amountMinor <= allowed.amountMinorMax &&
    ageS <= Math.min(allowed.ageSMax, STORED_AGE_S_MAX) &&
    ageS >= -STORED_AHEAD_S_MAX &&
    mayStoreMore(terminal, terminalUsage, Math.floor(nowMs / 1000));
  return permitted ? undefined : { code: 'not_permitted' };
};

const deadlineRule: Rule<TerminalCase> = ({ stored, nowMs, lateAfterMs }) =>
  !stored && nowMs > lateAfterMs ? { code: 'too_late' } : undefined;

const terminalLimitRule: Rule<TerminalCase> = ({ terminal, terminalUsage, request, nowMs }) => {
  const { amountMinor, entryMode } = request;
  const atS = Math.floor(nowMs / 1000);
  const code = judgeTerminal(terminal, terminalUsage, { amountMinor, entryMode, atS });
  return code === undefined ? undefined : { code };
};

/** A locked identifier says so before anything about it is judged: no oracle for whoever goes on guessing. */
const lockRule: Rule<KnownCase> = ({ entry, verdict }) =>
  entry.failures >= FAILURES_MAX || verdict === 'second_factor_required'
    ? { code: 'second_factor_required' }
    : undefined;

const validityRule: Rule<KnownCase> = ({ entry, judgedAtS }) =>
  judgedAtS < (entry.validFromS ?? judgedAtS) || judgedAtS >= (entry.validToS ?? Infinity)
    ? { code: 'identifier_expired' }
    : undefined;

const entryModeRule: Rule<KnownCase> = ({ entry, match, request }) =>
  match.scheme.entryModes.includes(request.entryMode) &&
  entry.entryModes.includes(request.entryMode)
    ? undefined
    : { code: 'not_permitted' };

const identifierRegionRule: Rule<KnownCase> = ({ entry, match, terminal }) =>
  isValidIn(match.scheme, terminal.region) &&
  (entry.regions === undefined || entry.regions.includes(terminal.region))
    ? undefined
    : { code: 'region_not_allowed' };

/** Whatever is answered from here on tells that the guess was right. */
const judgeGuess = (pay: KnownCase): PayRefusal | PayApproval => {
  const { match, entry, terminal } = pay;
  const step = codeStep(pay);
  if (match.scheme.oneTime && step === undefined) {
    return { code: 'identifier_expired', ...guessAt(pay, 'count') };
  }
  const refusal = secondFactorRule(pay);
  if (refusal !== undefined) {
    return refusal;
  }
  const guessable =
    match.scheme.oneTime || match.scheme.secondFactor || entry.secondFactor !== undefined;
  const lines = linesOf(pay);
  const unsold = judgeSale(pay, lines);
  if (unsold !== undefined) {
    return guessable ? { ...unsold, ...guessAt(pay, 'keep') } : unsold;
  }
  return {
    code: 'approved',
    merchant: terminal.merchant,
    entry,
    ...(guessable ? guessAt(pay, 'clear') : {}),
    ...(step === undefined ? {} : { spends: { handle: match.lookup, step } }),
    ...flagsOf({ ...pay, lines }),
    takes: windowTakes(lines, { atS: pay.judgedAtS, user: entry.user }),
  };
};

const guessAt = ({ match }: KnownCase, change: Guess['change']): { readonly guess: Guess } => ({
  guess: { identifier: match.hash, below: FAILURES_MAX, change },
});

/** The step a one-time code was made for; undefined for other kinds, and for a wrong code. */
const codeStep = ({ match, entry, hasher, judgedAtS }: KnownCase): number | undefined =>
  match.scheme.oneTime && entry.codeVersion !== undefined
    ? verifyCode(hasher, { code: match.normal, codeVersion: entry.codeVersion, atS: judgedAtS })
    : undefined;

/** Asked for by the kind or by the row itself. A missing factor is no guess; a wrong one is counted. */
const secondFactorRule: Rule<KnownCase> = (pay) => {
  const { match, entry, request, hasher } = pay;
  if (!match.scheme.secondFactor && entry.secondFactor === undefined) {
    return undefined;
  }
  if (request.secondFactor === undefined || entry.secondFactor === undefined) {
    return { code: 'second_factor_required' };
  }
  const given = hasher.secondFactors(match.scheme.kind, match.normal, request.secondFactor);
  return given.includes(entry.secondFactor)
    ? undefined
    : { code: 'second_factor_required', ...guessAt(pay, 'count') };
};

/** Of the products that are sold in the terminal's region. */
const linesOf = ({ request, sheets, terminal }: KnownCase): readonly Line[] =>
  request.items.flatMap((item, at) => {
    const sheet = sheets[at];
    return sheet?.region === terminal.region ? [{ ...item, sheet }] : [];
  });

const judgeSale = (pay: KnownCase, lines: readonly Line[]): PayRefusal | undefined =>
  lines.length < pay.request.items.length
    ? { code: 'region_not_allowed' }
    : firstRefusal(SALE_RULES, { ...pay, lines });

const currencyRule: Rule<SaleCase> = ({ lines, request }) =>
  lines.every(({ sheet }) => sheet.currency === request.currency)
    ? undefined
    : { code: 'currency_not_allowed' };

const windowRule: Rule<SaleCase> = ({ lines, judgedAtS }) => {
  const windows = lines.map(({ sheet }) => sheet.windows);
  const closed = windows.filter((list) => !isOnSale(list, judgedAtS));
  if (closed.length === 0) {
    return undefined;
  }
  const openings = closed.map((list) => nextChangeS(list, judgedAtS) ?? Infinity);
  const latestS = Math.max(...openings);
  const allOpen = latestS < Infinity && windows.every((list) => isOnSale(list, latestS));
  return { code: 'sale_window_closed', ...(allOpen ? { detail: latestS } : {}) };
};

const priceRule: Rule<SaleCase> = ({ lines, request }) => {
  const total = lines.reduce((sum, line) => sum + line.quantity * line.sheet.unitPriceMinor, 0);
  if (total === request.amountMinor) {
    return undefined;
  }
  return { code: 'price_changed', ...(total <= AMOUNT_MINOR_MAX ? { detail: total } : {}) };
};

/** Promotions come with the full domain: until then a code is refused, never silently ignored. */
const promotionRule: Rule<SaleCase> = ({ request }) =>
  request.promotionCode === undefined ? undefined : { code: 'promotion_invalid' };

const accountRule: Rule<SaleCase> = ({ verdict }) =>
  verdict === undefined ? undefined : { code: verdict };

const TERMINAL_RULES = [statusRule, merchantRule, storedRule, deadlineRule, terminalLimitRule];
const IDENTIFIER_RULES = [lockRule, validityRule, entryModeRule, identifierRegionRule];
const SALE_RULES = [currencyRule, windowRule, priceRule, promotionRule, accountRule];
