/** Draws docs/payment-states.md from the state table of the core: `node test/support/payment-states-page.ts > docs/payment-states.md`. */
import {
  type ChangeRequest,
  changeOfNone,
  decideChange,
  releaseHold,
} from '#core/payment-states.ts';
import type { Payment, RecordedState } from '#core/records.ts';
import { CODES, type CodeName } from '#protocol/codes.ts';
import { PAYMENT_STATES } from '#protocol/reply.ts';

const STATES = PAYMENT_STATES.filter((state): state is RecordedState => state !== 'not_found');
/** Of 100 minor units; 80 of them posted, 30 of those refunded. */
const AMOUNTS: Readonly<
  Partial<Record<RecordedState, readonly [posted: number, refunded: number]>>
> = { posted: [80, 0], partly_refunded: [80, 30], refunded: [80, 80] };
const REQUESTS: readonly (readonly [string, ChangeRequest])[] = [
  ['CONFIRM', { op: 'confirm', paymentSequence: 1 }],
  ['CONFIRM of more than the hold', { op: 'confirm', paymentSequence: 1, amountMinor: 101 }],
  ['REVERSE', { op: 'reverse', paymentSequence: 1, reason: 1 }],
  ['REFUND of all that is left', { op: 'refund', paymentSequence: 1 }],
  ['REFUND of a part', { op: 'refund', paymentSequence: 1, amountMinor: 1 }],
  ['REFUND of more than is left', { op: 'refund', paymentSequence: 1, amountMinor: 101 }],
];

const paymentIn = (state: RecordedState): Payment => {
  const [postedMinor, refundedMinor] = AMOUNTS[state] ?? [0, 0];
  return {
    state,
    revision: 0,
    amountMinor: 100,
    postedMinor,
    refundedMinor,
    currency: 410,
    user: 'u',
    merchant: 'm',
  };
};

const wordsOf = (state: string): string => state.replaceAll('_', ' ');
const codeOf = (name: CodeName): string => `${CODES[name].code} \`${name}\``;

const cellOf = (state: RecordedState, request: ChangeRequest): string => {
  const { code, to, movement, charges } = decideChange(paymentIn(state), request);
  if (to === undefined) {
    return codeOf(code);
  }
  const back = movement?.balanceDeltaMinor ?? 0;
  const direction = back > 0 ? ', money back' : ', money taken';
  const money = back === 0 ? '' : direction;
  const refused = charges === true ? ` (${codeOf('insufficient_funds')} where it cannot)` : '';
  return `${codeOf(code)} → **${wordsOf(to.state)}**${money}${refused}`;
};

const table = (): string[] => [
  `| state of the PAY | ${REQUESTS.map(([name]) => name).join(' | ')} |`,
  `|---${'|---'.repeat(REQUESTS.length)}|`,
  `| none | ${REQUESTS.map(([, { op }]) => {
    const { code, tombstone } = changeOfNone(op);
    return tombstone ? `${codeOf(code)} → **voided**` : codeOf(code);
  }).join(' | ')} |`,
  ...STATES.map(
    (state) =>
      `| ${wordsOf(state)} | ${REQUESTS.map(([, request]) => cellOf(state, request)).join(' | ')} |`,
  ),
];

const diagram = (): string[] => {
  const arrows = new Set([
    '[*] --> held: PAY, hold',
    '[*] --> posted: PAY, sale',
    '[*] --> declined: PAY, refused',
    '[*] --> voided: REVERSE first',
    '[*] --> in_progress: PAY, a code of a provider',
    'in_progress --> posted: provider, sale',
    'in_progress --> held: provider, hold',
    'in_progress --> declined: provider, or too late',
    'in_progress --> voided: REVERSE, once it is proven',
    `held --> ${releaseHold(paymentIn('held'), 'expired').to.state}: janitor`,
  ]);
  for (const state of STATES) {
    for (const [name, request] of REQUESTS) {
      const { to } = decideChange(paymentIn(state), request);
      if (to !== undefined) {
        arrows.add(`${state} --> ${to.state}: ${name.split(' ')[0]}`);
      }
    }
  }
  return ['```mermaid', 'stateDiagram-v2', ...[...arrows].map((arrow) => `  ${arrow}`), '```'];
};

/** The whole page. */
export const paymentStatesPage = (): string =>
  [
    '# States of a payment',
    '',
    'Drawn from the table that decides, [core/payment-states.ts](../core/payment-states.ts), by',
    '`node test/support/payment-states-page.ts > docs/payment-states.md`; a test fails where they differ.',
    'The state decides, never the clock: a hold that is due can be confirmed until its expiry is booked.',
    '',
    ...diagram(),
    '',
    'What CONFIRM, REVERSE and REFUND answer, and what becomes of the PAY (codes: [errors.md](errors.md)):',
    '',
    ...table(),
    '',
    'Every change is booked in one transaction with the record of its request, the journal lines and the account, and only while',
    'the PAY is as it was read: of two changes at once one is decided anew on what the other left. `in progress` is a PAY whose',
    'provider has yet to prove the outcome; its answers are never stored, so asking again can get another. A change of a PAY that',
    'a provider carries is this table too, once the provider has proven it',
    '([decisions/0008](decisions/0008-provider-payments.md)). A late CONFIRM of an expired hold charges',
    'anew, and is 6 too where the user is blocked by then; money back is taken by blocked users as well. Where a CONFIRM ends in 6, or',
    "in 14 for a PAY that was approved once, goods are out and not paid: an operator's case is opened in the same transaction",
    '([decisions/0009](decisions/0011-ledger-and-audit.md)). A number that belongs to',
    'another request than a PAY is 16 for REVERSE and 15 for the others; a PAY that may be archived is 72 for all three.',
    '',
  ].join('\n');

if (import.meta.main) {
  process.stdout.write(paymentStatesPage());
}
