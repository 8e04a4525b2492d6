/** Draws docs/ledger.md from what is really booked: `node test/support/ledger-page.ts > docs/ledger.md`. */
import { createMemoryPaymentStore } from '#adapters/memory/memory-payment-store.ts';
import { JOURNAL_KINDS } from '#core/journal.ts';
import type { SeedStore } from '#core/ports.ts';
import { entryOfPosting, type Posting } from '#core/posting.ts';
import type { JournalLine } from '#core/records.ts';
import type { Request } from '#protocol/request.ts';
import { LIP, pay, TERMINAL } from './payment-world.ts';
import { codePay, createProviderWorld } from './provider-world.ts';

const about = { paymentSequence: 1 } as const;
const HOLD = pay({ mode: 'hold' });
const REVERSE: Request = { ...about, op: 'reverse', reason: 2 };
const EXPIRY = 'expiry';
/** Beyond every hold of the small world. */
const HOLD_MS = 900_000;

/** Each event after those that it needs; the last is the one that is shown. */
const EVENTS: readonly (readonly [string, readonly (Request | typeof EXPIRY)[]])[] = [
  ['PAY of 100, a sale', [pay()]],
  ['PAY of 100, a hold', [HOLD]],
  ['CONFIRM of the hold', [HOLD, { ...about, op: 'confirm' }]],
  ['CONFIRM of 60 of it', [HOLD, { ...about, op: 'confirm', amountMinor: 60 }]],
  ['REVERSE of the hold', [HOLD, REVERSE]],
  ['expiry of the hold', [HOLD, EXPIRY]],
  ['late CONFIRM, after the expiry', [HOLD, EXPIRY, { ...about, op: 'confirm' }]],
  ['REVERSE of the expired hold', [HOLD, EXPIRY, REVERSE]],
  ['REVERSE of the sale', [pay(), REVERSE]],
  ['REFUND of 30 of the sale', [pay(), { ...about, op: 'refund', amountMinor: 30 }]],
  ['REVERSE of the rest', [pay(), { ...about, op: 'refund', amountMinor: 30 }, { ...REVERSE }]],
  ['PAY of 100 with a code of a provider, a sale', [codePay()]],
  ['the same, a hold', [codePay({ mode: 'hold' })]],
  ['CONFIRM of it', [codePay({ mode: 'hold' }), { ...about, op: 'confirm' }]],
  ['expiry of it', [codePay({ mode: 'hold' }), EXPIRY]],
  ['REFUND of 30 at the provider', [codePay(), { ...about, op: 'refund', amountMinor: 30 }]],
  ['PAY that is refused', [pay({ amountMinor: 101 })]],
];

const SHARED = pay({
  amountMinor: 110,
  items: [{ sku: 'LIP-01', quantity: 1, unitPriceMinor: 110 }],
});
/** A price of 110 with 10 % tax in it, of which a promotion pays 20 %, and a fee of 3 %. */
const SHARED_EVENTS: typeof EVENTS = [
  ['PAY of 110 with tax, fee and promotion', [SHARED]],
  [
    'REFUND of 44 of it, half of what the user paid',
    [SHARED, { ...about, op: 'refund', amountMinor: 44 }],
  ],
  ['REVERSE of it', [SHARED, REVERSE]],
];
const setUpShared = async (seed: SeedStore): Promise<void> => {
  await seed.putTerminal({ ...TERMINAL, merchantFee: { ppm: 30_000 } });
  await seed.putSheet({
    ...LIP,
    unitPriceMinor: 110,
    tax: { ppm: 100_000, rounding: 'line' },
    promotions: [
      { id: 'id', version: 1, off: { ppm: 200_000 }, by: 'automatic', zone: 'Asia/Seoul' },
    ],
  });
};

const COMMON = { id: 'id', currency: 410, amountMinor: 100 };
const POSTINGS: readonly (readonly [string, Posting])[] = [
  ['`top_up` of 100', { ...COMMON, kind: 'top_up', user: 'rich' }],
  ['`withdrawal` of 100', { ...COMMON, kind: 'withdrawal', user: 'rich' }],
  ['`adjustment` by +100', { ...COMMON, kind: 'adjustment', user: 'rich' }],
  ['`adjustment` by -100', { ...COMMON, kind: 'adjustment', user: 'rich', amountMinor: -100 }],
  ['`settlement` of 100', { ...COMMON, kind: 'settlement', merchant: 'm-1' }],
  [
    '`provider_payout` of 100, of which the provider kept 3',
    { ...COMMON, kind: 'provider_payout', provider: 'wechat', feeMinor: 3 },
  ],
  ['`tax_remittance` of 100', { ...COMMON, kind: 'tax_remittance', region: 'KR' }],
  ['`fee_withdrawal` of 100', { ...COMMON, kind: 'fee_withdrawal' }],
  ['`promotion_funding` of 100', { ...COMMON, kind: 'promotion_funding', promotion: 'id' }],
];

const COLUMNS = [
  'wallet',
  'hold',
  'merchant',
  'provider',
  'suspense',
  'cash',
  'fees',
  'tax',
  'promotion',
  'corrections',
];

const HEAD = [
  '# The ledger',
  '',
  'Drawn from what is really booked, by `node test/support/ledger-page.ts > docs/ledger.md`; a test fails where they differ.',
  "Integer minor units, one currency per entry, append-only. An entry is the lines of a request's record (`P#<K>`), or of a row",
  '`J#<id>` that no request made; its lines sum to zero, and it is written in one transaction with what it changes.',
  '',
  '## Accounts',
  '',
  'Above zero: we owe it. Below zero: it is ours, or owed to us.',
  '',
  '| account | is | kept as |',
  '|---|---|---|',
  '| `wallet:<user>` | what a user may spend | the balance of the account row, exact, never below zero |',
  '| `hold:<user>` | what is set aside for holds of the user | `held` of the same row, exact |',
  '| `merchant:<merchant>` | what a merchant earned, after tax and fee, less what it was paid | projected totals less `M#<merchant>` / `PAID#<currency>` |',
  "| `provider:<name>` | customers' money that a provider has for us | its lines |",
  '| `suspense` | what a provider charged for a hold that no CONFIRM has posted | its lines |',
  "| `tax:<region>` | tax kept apart for a region's office | its lines; tax of each sale in the totals |",
  '| `fees` | our fees, less what providers keep | its lines; fee of each sale in the totals |',
  "| `promotion:<id>` | what a promotion paid in users' place, less what was paid in for it | its lines |",
  '| `cash` | money at our bank, below zero | its lines |',
  '| `corrections` | what adjustments of operators gave and took | its lines |',
  '',
  '## The entry of every event',
  '',
  'For one user, one merchant, one provider; no tax, fee or promotion where none is said: what those are of a part, say',
  '[core/payment-shares.ts](../core/payment-shares.ts) and its tests.',
  '',
];

const TAIL = [
  '',
  '## Postings',
  '',
  "The lower rows are postings (core/process-posting.ts): money that moves without a terminal, asked for by an operator or a bank's",
  'file under an id of their own (letters, digits, `.`, `_`, `-`; at most 64; `expiry-` and `opening-` are ours), with a reference.',
  '',
  '- **Once per id.** The same id with the same content answers with the entry that stands; with other content 71. What was',
  '  refused wrote nothing, and may be asked for again under its id.',
  '- **Refused:** 70 with the field · 13 no account in that currency · 6 not enough, in the wallet beside what is held, or owed to the',
  '  merchant · 5 withdrawal by a blocked user · 7 a balance above 2^53 - 1.',
  '- **A blocked user** gets top-ups, since the money is there already and belongs to somebody, and adjustments, since whoever blocks',
  '  also corrects. Nothing is paid out to one.',
  '- **A settlement** is held to what the merchant is owed by the projected totals, which lag by about a second, less what was paid: of two',
  '  at once the second is judged by what the first left. A refund after a payout can leave a merchant owing us; the next',
  '  settlement waits until it has earned that.',
  '',
  '## Totals',
  '',
  'Behind the stream the projector counts every payment as it stands: the row `P#<K>` / `SALE` remembers the revision and what was',
  'counted, and is changed together with the totals by the difference. So a change counts once, delivered again, late or',
  'in any order, and one that was given up is made good by the next change of that payment.',
  '',
  '| total | row | shards |',
  '|---|---|---|',
  '| a merchant, all days | `M#<merchant>#<shard>` / `TOTAL#<currency>` | 8, by terminal and number |',
  "| a merchant's day | `M#<merchant>#<shard>` / `DAY#<date>#<currency>` | 8 |",
  "| a window's day | `W#<window>#<shard>` / `DAY#<date>#<currency>` | 8 |",
  '',
  'Of each: `sales` (posted, refunded ones too), `voids`, `expiries`, `declines`, `units`, `grossMinor` posted, `refundedMinor`,',
  '`netMinor` = gross - refunded, and of the net `discountMinor` that promotions paid on top, `taxMinor`, `feeMinor` and `payableMinor`, the',
  "merchant's part. A void takes its sale out of all of them. A payment counts on the local day of its decision, a stored sale on the day",
  "that it was made, on the wall clock of the merchant's `zone`, and stays there: a refund changes the day",
  'of its sale. A window counts the units that it decided, and the whole money of every sale with one of them; of a sale whose items are',
  'kept as a digest only, neither units nor windows are known.',
  '',
];

const row = (event: string, lines: readonly JournalLine[]): string => {
  const cells = COLUMNS.map((column) => {
    const line = lines.find(({ account }) => account.split(':')[0] === column);
    return line === undefined ? '' : `${line.amountMinor > 0 ? '+' : ''}${line.amountMinor}`;
  });
  return `| ${event} | ${cells.join(' | ')} |`;
};

/** What the last of `steps` has written. */
const booked = async (
  steps: readonly (Request | typeof EXPIRY)[],
  setUp: (seed: SeedStore) => Promise<void> = async () => undefined,
): Promise<readonly JournalLine[]> => {
  const store = createMemoryPaymentStore();
  const { world, janitor } = await createProviderWorld({ store, seed: store, cases: store });
  await setUp(store);
  let lines: readonly JournalLine[] = [];
  for (const [at, step] of steps.entries()) {
    if (step === EXPIRY) {
      world.nowMs += HOLD_MS;
      await janitor();
      const { entries } = store.readLedgerFacts();
      lines = entries.find(({ kind }) => kind === EXPIRY)?.lines ?? [];
    } else {
      const key = { terminal: 1001, keyVersion: 1, sequence: at + 1 };
      await world.ask(key.sequence, step);
      lines = (await store.readRecord(key))?.lines ?? [];
    }
  }
  return lines;
};

const table = async (): Promise<readonly string[]> => {
  const events = await Promise.all(
    EVENTS.map(async ([event, steps]) => row(event, await booked(steps))),
  );
  const shared = await Promise.all(
    SHARED_EVENTS.map(async ([event, steps]) => row(event, await booked(steps, setUpShared))),
  );
  return [
    `| event | ${COLUMNS.join(' | ')} |`,
    `|---${'|---'.repeat(COLUMNS.length)}|`,
    ...events,
    ...shared,
    ...POSTINGS.map(([event, posting]) => row(event, entryOfPosting(posting, 0).lines)),
  ];
};

/** The whole page. */
export const ledgerPage = async (): Promise<string> => {
  const kinds = POSTINGS.map(([, { kind }]) => kind);
  const missing = JOURNAL_KINDS.filter((kind) => kind !== EXPIRY && !kinds.includes(kind));
  if (missing.length > 0) {
    throw new Error(`the page does not show ${missing.join()}`);
  }
  return [...HEAD, ...(await table()), ...TAIL].join('\n');
};

if (import.meta.main) {
  process.stdout.write(await ledgerPage());
}
