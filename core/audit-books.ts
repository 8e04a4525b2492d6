/** What every row of the table says each account and total should be, and what it is: added up row by row, in any order. */
import {
  EARNED,
  type FigureOwner,
  HELD_PAYMENTS,
  HOLD,
  ownerName,
  PAID,
  sentenceOf,
  WALLET,
} from './audit-figures.ts';
import type { JournalEntry } from './journal.ts';
import { splitOf } from './payment-shares.ts';
import type { Account, JournalLine, RequestRecord } from './records.ts';
import {
  type CountedSale,
  SALES_FIELDS,
  type SalesBucket,
  type SalesFigures,
  salesFigures,
  sharesOf,
} from './sales-figures.ts';

/** One row, or the two rows of one payment. */
export type AuditRow =
  | { readonly row: 'account'; readonly account: Account }
  | { readonly row: 'record'; readonly record: RequestRecord; readonly counted?: CountedSale }
  /** How a payment was counted whose record is not there. */
  | { readonly row: 'counted'; readonly counted: CountedSale }
  | { readonly row: 'entry'; readonly entry: JournalEntry }
  /** A shard of a total; `version` counts its changes. */
  | {
      readonly row: 'sales';
      readonly bucket: SalesBucket;
      readonly figures: SalesFigures;
      readonly version: number;
    }
  | {
      readonly row: 'paid';
      readonly merchant: string;
      readonly currency: number;
      readonly paidMinor: number;
      readonly version: number;
    };

export interface Mismatch {
  readonly owner: FigureOwner;
  /** Raised by every change of its row, all shards together; 0 where there is none. */
  readonly version: number;
  /** One sentence, with names of accounts only. */
  readonly what: string;
}

export interface Books {
  add(row: AuditRow): void;
  /** Figures that are not what the lines make them, of all owners that have one. */
  mismatches(): readonly Mismatch[];
  /** Rows of their own that keep figures. */
  readonly owners: number;
  readonly records: number;
  readonly entries: number;
}

export interface BooksOptions {
  /** Whose figures are added up; absent: everybody's. */
  readonly includes?: (ownerName: string) => boolean;
  /** Owners that may be kept in memory; beyond them `add` throws. */
  readonly ownersMax?: number;
  /** Whether the rows that are counted behind the payments are there: without, merchants are held to the payments themselves. */
  readonly projected: boolean;
}

interface Figure {
  should: number;
  is: number | undefined;
}
interface Owned {
  readonly owner: FigureOwner;
  version: number;
  readonly figures: Map<string, Figure>;
}

export const createBooks = (options: BooksOptions): Books => {
  const owners = new Map<string, Owned>();
  const counts = { records: 0, entries: 0 };
  const owned = (owner: FigureOwner): Owned | undefined => {
    const name = ownerName(owner);
    const known = owners.get(name);
    if (known !== undefined || options.includes?.(name) === false) {
      return known;
    }
    if (owners.size >= (options.ownersMax ?? Infinity)) {
      throw new Error('more accounts and totals than an audit keeps: audit in more shares');
    }
    const fresh: Owned = { owner, version: 0, figures: new Map() };
    owners.set(name, fresh);
    return fresh;
  };
  const figureOf = ({ figures }: Owned, name: string): Figure => {
    const known = figures.get(name) ?? { should: 0, is: undefined };
    figures.set(name, known);
    return known;
  };
  const should = (owner: FigureOwner, name: string, amount: number): void => {
    const found = owned(owner);
    if (found !== undefined && amount !== 0) {
      figureOf(found, name).should += amount;
    }
  };
  const is = (owner: FigureOwner, version: number, figures: Readonly<Record<string, number>>) => {
    const found = owned(owner);
    if (found !== undefined) {
      found.version += version;
      for (const [name, amount] of Object.entries(figures)) {
        const figure = figureOf(found, name);
        figure.is = (figure.is ?? 0) + amount;
      }
    }
  };
  const ledger = createPostings({ should, is }, options.projected);
  return {
    add: (row) => {
      counts.records += row.row === 'record' ? 1 : 0;
      counts.entries += row.row === 'entry' ? 1 : 0;
      ledger(row);
    },
    mismatches: () => [...owners.values()].flatMap(mismatchesOf),
    get owners() {
      return owners.size;
    },
    get records() {
      return counts.records;
    },
    get entries() {
      return counts.entries;
    },
  };
};

interface Sides {
  should(owner: FigureOwner, name: string, amount: number): void;
  is(owner: FigureOwner, version: number, figures: Readonly<Record<string, number>>): void;
}

const createPostings =
  ({ should, is }: Sides, projected: boolean): ((row: AuditRow) => void) =>
  (row) => {
    switch (row.row) {
      case 'account': {
        const { user, currency, balanceMinor, heldMinor, version = 0 } = row.account;
        is({ of: 'account', user, currency }, version, {
          [WALLET]: balanceMinor,
          [HOLD]: heldMinor,
          [HELD_PAYMENTS]: heldMinor,
        });
        break;
      }
      case 'record':
        addRecord({ should, is }, row.record, projected);
        addCounted(should, row.counted);
        break;
      case 'counted':
        addCounted(should, row.counted);
        break;
      case 'entry': {
        const { lines, currency } = row.entry;
        addUserLines(should, lines, currency);
        for (const [merchant, amount] of projected ? merchantLines(lines) : []) {
          should({ of: 'paid', merchant, currency }, PAID, -amount);
        }
        break;
      }
      case 'sales': {
        const { bucket, figures, version } = row;
        const total = bucket.of === 'merchant' && bucket.day === undefined;
        is({ of: 'sales', bucket }, version, {
          ...figures,
          ...(total ? { [EARNED]: figures.payableMinor } : {}),
        });
        break;
      }
      case 'paid':
        is({ of: 'paid', merchant: row.merchant, currency: row.currency }, row.version, {
          [PAID]: row.paidMinor,
        });
    }
  };

const totalOf = (merchant: string, currency: number): FigureOwner => ({
  of: 'sales',
  bucket: { of: 'merchant', id: merchant, currency },
});

const addRecord = ({ should, is }: Sides, record: RequestRecord, projected: boolean): void => {
  const { lines, currency = 0, payment } = record;
  addUserLines(should, lines, currency);
  for (const [merchant, amount] of merchantLines(lines)) {
    should(totalOf(merchant, currency), EARNED, amount);
  }
  if (payment === undefined) {
    return;
  }
  const { user, merchant } = payment;
  if (payment.provider === undefined) {
    const owner = { of: 'account', user, currency: payment.currency } as const;
    should(owner, HELD_PAYMENTS, splitOf(payment).hold);
  }
  const { payableMinor } = salesFigures(record);
  if (!projected && payableMinor !== 0) {
    is(totalOf(merchant, payment.currency), 0, { [EARNED]: payableMinor });
  }
};

const addCounted = (should: Sides['should'], counted: CountedSale | undefined): void => {
  for (const { bucket, figures } of counted === undefined ? [] : sharesOf(counted)) {
    for (const field of SALES_FIELDS) {
      should({ of: 'sales', bucket }, field, figures[field]);
    }
  }
};

const addUserLines = (
  should: Sides['should'],
  lines: readonly JournalLine[],
  currency: number,
): void => {
  for (const { account, amountMinor } of lines) {
    for (const kind of USER_LINES) {
      if (account.startsWith(`${kind}:`)) {
        should(
          { of: 'account', user: account.slice(kind.length + 1), currency },
          kind,
          amountMinor,
        );
      }
    }
  }
};

const USER_LINES = [WALLET, HOLD];
const MERCHANT_LINE = 'merchant:';

const merchantLines = (lines: readonly JournalLine[]): readonly (readonly [string, number])[] =>
  lines.flatMap(({ account, amountMinor }) =>
    account.startsWith(MERCHANT_LINE)
      ? [[account.slice(MERCHANT_LINE.length), amountMinor] as const]
      : [],
  );

const mismatchesOf = ({ owner, version, figures }: Owned): readonly Mismatch[] =>
  [...figures].flatMap(([name, { should, is }]) => {
    const what = sentenceOf(owner, name, should, is);
    return what === undefined ? [] : [{ owner, version, what }];
  });
