/** Whether a PAY is approved: a list of rules in the order in which they refuse; the first that refuses gives the code. */
import { isValidIn } from './identifiers.ts';
import { verifyCode } from './one-time-code.ts';
import {
  firstRefusal,
  type Guess,
  type KnownCase,
  type PayApproval,
  type PayCase,
  type PayRefusal,
  type Rule,
  type SaleCase,
  STORED_FLAGS,
  type TerminalCase,
} from './pay-case.ts';
import { judgeSale, linesOf, SALE_RULES, saleOf } from './sale-rules.ts';
import { judgeTerminal, mayStoreMore } from './terminal-limits.ts';
import { windowTakes } from './window-takes.ts';

/** Failed one-time codes or second factors after which an identifier is locked: 5 guesses at 4 digits are 1 in 2,000. */
export const FAILURES_MAX: number = 5;
/** Seconds a stored sale may be old, whatever the terminal's settings say. */
export const STORED_AGE_S_MAX: number = 7 * 86_400;
/** Seconds a stored sale may lie in the future: device clocks are corrected to a few seconds only. */
export const STORED_AHEAD_S_MAX = 300;

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
  const sale: SaleCase = { ...pay, lines: linesOf(pay) };
  const unsold = judgeSale(sale);
  if (unsold !== undefined) {
    return guessable ? { ...unsold, ...guessAt(pay, 'keep') } : unsold;
  }
  return {
    code: 'approved',
    merchant: terminal.merchant,
    entry,
    ...(guessable ? guessAt(pay, 'clear') : {}),
    ...(step === undefined ? {} : { spends: { handle: match.lookup, step } }),
    ...flagsOf(sale),
    takes: windowTakes(sale.lines, { atS: pay.judgedAtS, user: entry.user }),
    sale: saleOf(sale),
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

const TERMINAL_RULES = [statusRule, merchantRule, storedRule, deadlineRule, terminalLimitRule];
const IDENTIFIER_RULES = [lockRule, validityRule, entryModeRule, identifierRegionRule];
