/** Audits of a table that is used meanwhile: what is wrong is found, and what only moved is not. */
import { describe, expect, test } from 'vitest';
import { type AuditRow, createBooks } from '#core/audit-books.ts';
import { ownerName } from '#core/audit-figures.ts';
import {
  HOLD_LATE_S_MAX,
  type PaymentRows,
  PENDING_S_MAX,
  paymentFaults,
} from '#core/audit-payment.ts';
import {
  type AuditReader,
  auditTable,
  OWNERS_MAX,
  ROUNDS_MAX,
  SETTLE_MS,
  SUSPECTS_MAX,
  type TableAudit,
} from '#core/audit-table.ts';
import type { Account, JournalLine, Payment } from '#core/records.ts';
import { type CountedSale, countSale, sharesOf } from '#core/sales-figures.ts';
import { type PayRecord, payRecord, SOLD_AT_S } from '../../support/pay-record.ts';

const line = (account: string, amountMinor: number): JournalLine => ({ account, amountMinor });
const SALE_LINES = [line('wallet:u-1', -100), line('merchant:m-1', 100)];
const sale = (sequence: number): PayRecord =>
  payRecord(sequence, {}, { lines: SALE_LINES, currency: 410 });
const countedAs = (record: PayRecord): CountedSale => {
  const counts = countSale(undefined, record, () => '2026-09-21');
  if (counts === undefined) {
    throw new Error('not counted');
  }
  return counts.counted;
};
const account = (
  balanceMinor: number,
  version: number,
  change: Partial<Account> = {},
): AuditRow => ({
  row: 'account',
  account: {
    user: 'u-1',
    currency: 410,
    status: 'active',
    balanceMinor,
    heldMinor: 0,
    version,
    ...change,
  },
});
const OPENING: AuditRow = {
  row: 'entry',
  entry: {
    id: 'opening-u-1-410',
    kind: 'top_up',
    currency: 410,
    decidedAtS: 1,
    lines: [line('wallet:u-1', 1_000), line('cash', -1_000)],
  },
};
/** Records with everything that is counted of them, as if each had its own shard. */
const recordsOf = (...records: readonly PayRecord[]): readonly AuditRow[] =>
  records.flatMap((record) => {
    const counted = countedAs(record);
    return [
      { row: 'record' as const, record, counted },
      ...sharesOf(counted).map((share) => ({ row: 'sales' as const, version: 1, ...share })),
    ];
  });

/** Of an owner's rows, all together. */
const versionIn = (rows: readonly AuditRow[], name: string): number =>
  rows.reduce((sum, row) => {
    switch (row.row) {
      case 'account':
        return name === `account ${row.account.user} ${row.account.currency}`
          ? sum + (row.account.version ?? 0)
          : sum;
      case 'sales':
        return name === ownerName({ of: 'sales', bucket: row.bucket }) ? sum + row.version : sum;
      case 'paid':
        return name === `paid ${row.merchant} ${row.currency}` ? sum + row.version : sum;
      default:
        return sum;
    }
  }, 0);

interface Script {
  /** Of each reading; the last for all that follow. */
  readonly readings: readonly (readonly AuditRow[])[];
  /** Of each look at versions, by the owner's name; what is not listed is as it was read. */
  readonly versions?: readonly Readonly<Record<string, number>>[];
  readonly payments?: Readonly<Record<number, PaymentRows>>;
  readonly nowS?: number;
}

const audit = async (
  { readings, versions = [], payments = {}, nowS = SOLD_AT_S }: Script,
  share?: { readonly number: number; readonly of: number },
): Promise<TableAudit & { readonly read: number; readonly slept: readonly number[] }> => {
  const slept: number[] = [];
  let read = 0;
  const reader: AuditReader = {
    read: async (onRow) => {
      const rows = readings[Math.min(read, readings.length - 1)] ?? [];
      read += 1;
      rows.forEach(onRow);
    },
    readVersion: async (owner) => {
      const name = ownerName(owner);
      const rows = readings[Math.min(read, readings.length) - 1] ?? [];
      // The first reading is followed by no look, so the second has the first of them.
      return versions[read - 2]?.[name] ?? versionIn(rows, name);
    },
    readPayment: async ({ sequence }) =>
      payments[sequence] ?? { record: undefined, counted: undefined },
  };
  const result = await auditTable({
    reader,
    clock: { nowMs: () => nowS * 1000 },
    timers: { sleep: async (ms) => void slept.push(ms) },
    ...(share && { share }),
    onReading: (number) => expect(number).toBe(read + 1),
  });
  return { ...result, read, slept };
};

const whats = ({ violations }: TableAudit): readonly string[] => violations.map(({ what }) => what);
const ACCOUNT = 'account u-1 410';

describe('books that are right', () => {
  test('are read once, without a pause', async () => {
    const rows = [OPENING, account(800, 2), ...recordsOf(sale(1), sale(2))];
    expect(await audit({ readings: [rows] })).toEqual({
      violations: [],
      records: 2,
      entries: 1,
      owners: 4,
      busy: 0,
      read: 1,
      slept: [],
    });
  });

  test('are right where a payment came while they were read, before or after its account', async () => {
    const late = [OPENING, account(900, 1), ...recordsOf(sale(1), sale(2))];
    const early = [OPENING, account(800, 2), ...recordsOf(sale(1))];
    const after = [OPENING, account(800, 2), ...recordsOf(sale(1), sale(2))];
    for (const first of [late, early]) {
      const { violations, read, slept } = await audit({ readings: [first, after] });
      expect(violations).toEqual([]);
      expect(read).toBeLessThanOrEqual(2 + ROUNDS_MAX);
      expect(slept.every((ms) => ms === SETTLE_MS)).toBe(true);
    }
  });

  test('say nothing of an account that never stands still, and tell how many those are', async () => {
    const moving = (version: number) => [OPENING, account(900 - version, version)];
    const result = await audit({
      readings: [moving(1), moving(2), moving(3)],
      versions: [{ [ACCOUNT]: 2 }, { [ACCOUNT]: 3 }],
    });
    expect(result).toMatchObject({ violations: [], busy: 1, read: 1 + ROUNDS_MAX });
  });

  test('are judged in a later reading where an account stood still only then', async () => {
    const wrong = (version: number) => [OPENING, account(999, version)];
    const result = await audit({
      readings: [wrong(1), wrong(2), wrong(2)],
      versions: [{ [ACCOUNT]: 2 }, {}],
    });
    expect(whats(result)).toEqual(['wallet:u-1/410 is 999, its lines sum to 1000']);
    expect(result).toMatchObject({ busy: 0, read: 3 });
  });
});

describe('what was planted', () => {
  const right = [OPENING, account(900, 1), ...recordsOf(sale(1))];
  const without = (row: AuditRow['row']): readonly AuditRow[] =>
    right.filter((each) => each.row !== row);

  test.each<readonly [string, readonly AuditRow[], readonly string[]]>([
    [
      'a balance',
      [...without('account'), account(901, 1)],
      ['wallet:u-1/410 is 901, its lines sum to 900'],
    ],
    [
      'a hold of nobody',
      [...without('account'), account(900, 1, { heldMinor: 5 })],
      [
        'hold:u-1/410 is 5, its lines sum to 0',
        'hold:u-1/410 is 5, payments that are held sum to 0',
      ],
    ],
    ['an entry that is gone', without('entry'), ['wallet:u-1/410 is 900, its lines sum to -100']],
    [
      'an account that is gone',
      without('account'),
      ['wallet:u-1/410 has lines of 900 and no account'],
    ],
    [
      'a total',
      right.map((row) =>
        row.row === 'sales' && row.bucket.day === undefined
          ? { ...row, figures: { ...row.figures, payableMinor: 99 } }
          : row,
      ),
      [
        'merchant m-1 410, lines of payments, is 99, its lines sum to 100',
        'merchant m-1 410, payableMinor, is 99, its payments sum to 100',
      ],
    ],
    [
      'a total that is gone',
      right.filter((row) => row.row !== 'sales' || row.bucket.of === 'merchant'),
      [
        ['sales', 1],
        ['units', 2],
        ['grossMinor', 100],
        ['netMinor', 100],
        ['payableMinor', 100],
      ].map(
        ([field, sum]) => `window w-1 410 2026-09-21, ${field}, is 0, its payments sum to ${sum}`,
      ),
    ],
    [
      'a payout that no entry tells of',
      [...right, { row: 'paid', merchant: 'm-1', currency: 410, paidMinor: 70, version: 1 }],
      ['paid to m-1/410 is 70, its lines sum to 0'],
    ],
  ])('is found: %s', async (_, rows, expected) => {
    const result = await audit({ readings: [rows] });
    expect(whats(result)).toEqual(expected);
    expect(new Set(result.violations.map(({ kind }) => kind))).toEqual(new Set(['figure']));
    expect(result).toMatchObject({ read: 2, slept: [SETTLE_MS], busy: 0 });
  });

  test("is found: a line, also where the other side of it is nobody's balance", async () => {
    const record = payRecord(1, {}, { lines: [line('suspense', 1)], currency: 410 });
    const result = await audit({ readings: [[{ row: 'record', record }]], payments: {} });
    expect(result.violations).toContainEqual({ kind: 'entry', what: 'P#1001#1#1 sums to 1' });
  });

  test('is not hidden by a settlement that was entered', async () => {
    const entry = {
      id: 's-1',
      kind: 'settlement' as const,
      currency: 410,
      decidedAtS: 1,
      lines: [line('merchant:m-1', -70), line('cash', 70)],
    };
    const paid = {
      row: 'paid',
      merchant: 'm-1',
      currency: 410,
      paidMinor: 70,
      version: 1,
    } as const;
    expect(whats(await audit({ readings: [[...right, { row: 'entry', entry }, paid]] }))).toEqual(
      [],
    );
  });
});

describe('a payment that looks wrong', () => {
  const hold = payRecord(3, { state: 'held', postedMinor: 0, dueS: SOLD_AT_S });
  const nowS = SOLD_AT_S + HOLD_LATE_S_MAX + 1;
  const rows = (record: PayRecord, counted?: CountedSale): AuditRow => ({
    row: 'record',
    record,
    ...(counted && { counted }),
  });

  test('is read again after a while, and let go where it has come to rest', async () => {
    const counted = countedAs(hold);
    const rest = payRecord(3, { state: 'expired', revision: 1, postedMinor: 0 });
    const again = { record: rest, counted: countedAs(rest) };
    const heldBy = account(-100, 1, { heldMinor: 100 });
    const stuck = { readings: [[rows(hold, counted), heldBy]], nowS };
    expect((await audit({ ...stuck, payments: { 3: again } })).violations).not.toContainEqual(
      expect.objectContaining({ kind: 'stuck_hold' }),
    );
    const { violations } = await audit({ ...stuck, payments: { 3: { record: hold, counted } } });
    expect(violations).toContainEqual({
      kind: 'stuck_hold',
      what: 'P#1001#1#3 is still held after its end',
    });
  });

  test('was counted without a record, and has one by then or has not', async () => {
    const counted = countedAs(sale(4));
    const script = { readings: [[{ row: 'counted' as const, counted }]] };
    const gone = await audit({ ...script, payments: { 4: { record: undefined, counted } } });
    expect(gone.violations).toContainEqual({
      kind: 'record_missing',
      what: 'P#1001#1#4 was counted and has no record',
    });
    const there = await audit({ ...script, payments: { 4: { record: sale(4), counted } } });
    expect(there.violations.map(({ kind }) => kind)).not.toContain('record_missing');
  });

  test('is one of so many at most', async () => {
    const many = Array.from({ length: SUSPECTS_MAX + 5 }, (_, at) => rows(sale(at + 1)));
    const payments = Object.fromEntries(
      many.map((_, at) => [at + 1, { record: sale(at + 1), counted: undefined }]),
    );
    const { violations } = await audit({ readings: [many], payments });
    expect(violations.filter(({ kind }) => kind === 'not_counted')).toHaveLength(SUSPECTS_MAX);
    const unbalanced = Array.from({ length: SUSPECTS_MAX + 5 }, (_, at) =>
      rows(payRecord(at + 1, {}, { lines: [line('cash', 1)] })),
    );
    const wrong = (await audit({ readings: [unbalanced] })).violations;
    expect(wrong.filter(({ kind }) => kind === 'entry')).toHaveLength(SUSPECTS_MAX);
  });
});

describe('the faults of a payment', () => {
  const held = (dueS?: number) =>
    payRecord(1, { state: 'held', postedMinor: 0, ...(dueS === undefined ? {} : { dueS }) });
  const carried = (payment: Partial<Payment>, open: object, holdS?: number): PayRecord =>
    payRecord(1, {
      ...payment,
      provider: {
        name: 'p',
        lateAfterMs: 0,
        ...(holdS === undefined ? {} : { holdS }),
        open,
      } as unknown as Required<Payment>['provider'],
    });
  const waiting = payRecord(2, {}, { decidedAtS: SOLD_AT_S + 500 });
  const by = waiting.key;
  const { payment: _payment, ...confirm } = sale(3);
  const pending = carried({ state: 'in_progress' }, { what: 'charge', asked: 1 });
  const charge: PaymentRows = { record: { ...pending, code: 'in_progress' }, counted: undefined };
  const expiring: PaymentRows = {
    record: carried({ state: 'held' }, { what: 'expire' }, 300),
    counted: countedAs(held()),
  };
  const refund: PaymentRows = {
    record: carried({}, { what: 'refund', by }),
    counted: countedAs(sale(1)),
  };
  const DAY = SOLD_AT_S + PENDING_S_MAX;

  test.each<readonly [string, PaymentRows, number, readonly string[]]>([
    ['none', { record: sale(1), counted: countedAs(sale(1)) }, DAY, []],
    ['nothing there', { record: undefined, counted: undefined }, DAY, []],
    ['a request that is no PAY', { record: confirm, counted: undefined }, DAY, []],
    [
      'a hold in time',
      { record: held(DAY), counted: countedAs(held()) },
      DAY + HOLD_LATE_S_MAX,
      [],
    ],
    [
      'a hold too late',
      { record: held(DAY), counted: countedAs(held()) },
      DAY + HOLD_LATE_S_MAX + 1,
      ['stuck_hold'],
    ],
    ['a hold without an end', { record: held(), counted: countedAs(held()) }, DAY, ['stuck_hold']],
    ['a charge for a day', charge, DAY, []],
    ['a charge for more', charge, DAY + 1, ['pending_without_case']],
    ['a charge with its case', { ...charge, hasCase: true }, DAY + 1, []],
    ['an expiry for a day', expiring, DAY + 300, []],
    [
      'an expiry of no known hold',
      {
        record: carried({ state: 'held', dueS: DAY }, { what: 'expire' }),
        counted: countedAs(held()),
      },
      DAY + 1,
      ['pending_without_case'],
    ],
    ['an expiry for more', expiring, DAY + 301, ['pending_without_case']],
    ['a refund, as far as its PAY tells', refund, DAY + 1, ['pending_without_case']],
    ['a refund for a day', { ...refund, waiting }, DAY + 500, []],
    ['a refund for more', { ...refund, waiting }, DAY + 501, ['pending_without_case']],
    ['a sale that nobody counted', { record: sale(1), counted: undefined }, DAY, ['not_counted']],
    [
      'a refusal that nobody counted',
      { record: payRecord(1, { state: 'declined' }, { code: 'sold_out' }), counted: undefined },
      DAY,
      [],
    ],
    [
      'a refund that nobody counted',
      { record: payRecord(1, { revision: 1 }), counted: countedAs(sale(1)) },
      DAY,
      ['not_counted'],
    ],
    [
      'other figures',
      { record: payRecord(1, { postedMinor: 99 }), counted: countedAs(sale(1)) },
      DAY,
      ['miscounted'],
    ],
  ])('%s', (_, rows, nowS, faults) => {
    expect(paymentFaults(rows, nowS)).toEqual(faults);
  });
});

describe('an audit in shares', () => {
  const accounts = Array.from({ length: 100 }, (_, at) => account(1, 1, { user: `u-${at}` }));

  test('judges every account in one of them, about as many in each', async () => {
    const found = await Promise.all(
      [0, 1, 2, 7].map((number) => audit({ readings: [accounts] }, { number, of: 4 })),
    );
    expect(new Set(found.flatMap(whats)).size).toBe(100);
    expect(found.reduce((sum, { owners }) => sum + owners, 0)).toBe(100);
    for (const { owners } of found) {
      expect(owners).toBeGreaterThan(10);
    }
  });

  test('keeps so many owners in memory and not one more', () => {
    const books = createBooks({ projected: true, ownersMax: 2 });
    books.add(account(1, 1, { user: 'a' }));
    books.add(account(1, 1, { user: 'b' }));
    books.add(account(1, 2, { user: 'b' }));
    expect(books.owners).toBe(2);
    expect(() => books.add(account(1, 1, { user: 'c' }))).toThrow('audit in more shares');
    expect(OWNERS_MAX).toBe(250_000);
  });
});
