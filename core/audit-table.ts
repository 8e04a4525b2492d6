/** Audits a table while it is used: whatever looks wrong in a first reading is looked at again until it is either explained by what changed meanwhile, or proven. */

import type { RequestKey } from '#protocol/request.ts';
import { type AuditRow, createBooks, type Mismatch } from './audit-books.ts';
import { type FigureOwner, ownerName } from './audit-figures.ts';
import { unbalancedEntry } from './audit-ledger.ts';
import { faultText, type PaymentFault, type PaymentRows, paymentFaults } from './audit-payment.ts';
import type { Clock, Timers } from './ports.ts';

/** Accounts and totals in memory at once, about 300 bytes each: an audit of more is made in shares. */
export const OWNERS_MAX = 250_000;
/** Suspects that are looked at again, and violations that are told: who has more has another problem than finding them all. */
export const SUSPECTS_MAX = 500;
/** Readings of the table after the first, for accounts that are paid from while they are audited. */
export const ROUNDS_MAX = 2;
/** Milliseconds in which the projector has counted what was booked: ten times its usual second. */
export const SETTLE_MS = 10_000;

/** What an audit reads; strongly consistent, each row once in a reading. */
export interface AuditReader {
  /** Every row that an audit looks at, in any order, while others write. Rejects where it takes too long. */
  read(onRow: (row: AuditRow) => void): Promise<void>;
  /** 0 where there is no row. */
  readVersion(owner: FigureOwner): Promise<number>;
  readPayment(key: RequestKey): Promise<PaymentRows>;
}

export type ViolationKind = 'entry' | 'figure' | PaymentFault;

export interface Violation {
  readonly kind: ViolationKind;
  /** One sentence, with record keys and account names only. */
  readonly what: string;
}

export interface TableAudit {
  /** Empty: the books are right. At most SUSPECTS_MAX of each kind. */
  readonly violations: readonly Violation[];
  readonly records: number;
  readonly entries: number;
  readonly owners: number;
  /** Figures that were never still for long enough: judged by a later audit. */
  readonly busy: number;
}

export interface AuditOptions {
  readonly reader: AuditReader;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Only owners whose name falls into this share are added up; absent: all. */
  readonly share?: { readonly number: number; readonly of: number };
  /** Before each reading: its number, from 1. */
  readonly onReading?: (number: number) => void;
}

export const auditTable = async (options: AuditOptions): Promise<TableAudit> => {
  const { reader, clock, timers, share } = options;
  const nowS = (): number => Math.floor(clock.nowMs() / 1000);
  options.onReading?.(1);
  const first = await readOnce(reader, nowS(), (name) => share === undefined || isIn(share, name));
  let open: readonly Mismatch[] = first.mismatches.slice(0, SUSPECTS_MAX);
  const proven: Mismatch[] = [];
  for (let round = 1; round <= ROUNDS_MAX && open.length > 0; round += 1) {
    options.onReading?.(round + 1);
    const judged = await lookAgain(options, open);
    proven.push(...judged.proven);
    open = judged.busy;
  }
  if (first.payments.size > 0) {
    await timers.sleep(SETTLE_MS);
  }
  const faults: Violation[] = [];
  for (const key of first.payments.values()) {
    const rows = await reader.readPayment(key);
    for (const kind of paymentFaults(rows, nowS())) {
      faults.push({ kind, what: faultText(kind, { key }) });
    }
  }
  const { records, entries, owners, unbalanced } = first;
  return {
    violations: [
      ...unbalanced.map((what) => ({ kind: 'entry' as const, what })),
      ...proven.map(({ what }) => ({ kind: 'figure' as const, what })),
      ...faults,
    ],
    records,
    entries,
    owners,
    busy: open.length,
  };
};

interface Reading {
  readonly mismatches: readonly Mismatch[];
  readonly unbalanced: readonly string[];
  /** Payments that may be wrong, by name. */
  readonly payments: ReadonlyMap<string, RequestKey>;
  readonly records: number;
  readonly entries: number;
  readonly owners: number;
}

const readOnce = async (
  reader: AuditReader,
  nowS: number,
  includes: (name: string) => boolean,
): Promise<Reading> => {
  const books = createBooks({ includes, ownersMax: OWNERS_MAX, projected: true });
  const unbalanced: string[] = [];
  const payments = new Map<string, RequestKey>();
  await reader.read((row) => {
    books.add(row);
    const wrong = unbalancedEntry(row);
    if (wrong !== undefined && unbalanced.length < SUSPECTS_MAX) {
      unbalanced.push(wrong);
    }
    const key = suspectOf(row, nowS);
    if (key !== undefined && payments.size < SUSPECTS_MAX) {
      payments.set(JSON.stringify(key), key);
    }
  });
  const { records, entries, owners } = books;
  return { mismatches: books.mismatches(), unbalanced, payments, records, entries, owners };
};

const suspectOf = (row: AuditRow, nowS: number): RequestKey | undefined => {
  switch (row.row) {
    case 'record':
      return paymentFaults({ record: row.record, counted: row.counted }, nowS).length > 0
        ? row.record.key
        : undefined;
    case 'counted':
      return row.counted.key;
    default:
      return undefined;
  }
};

/**
 * Reads everything again for the owners in question. A row whose version is the same before that reading and some time
 * after it was still: every line of it was read, and none that came later. Of any other nothing is said.
 */
const lookAgain = async (
  { reader, timers, clock }: AuditOptions,
  open: readonly Mismatch[],
): Promise<{ readonly proven: readonly Mismatch[]; readonly busy: readonly Mismatch[] }> => {
  const before = new Map(open.map((mismatch) => [ownerName(mismatch.owner), mismatch]));
  const again = await readOnce(reader, Math.floor(clock.nowMs() / 1000), (name) =>
    before.has(name),
  );
  await timers.sleep(SETTLE_MS);
  const still = new Set<string>();
  const busy: Mismatch[] = [];
  for (const [name, mismatch] of before) {
    const version = await reader.readVersion(mismatch.owner);
    if (version === mismatch.version) {
      still.add(name);
    } else {
      busy.push({ ...mismatch, version });
    }
  }
  const proven = again.mismatches.filter(({ owner }) => still.has(ownerName(owner)));
  return { proven, busy };
};

/** FNV-1a over the name's code units: even enough to share work, and the same on every machine. */
const isIn = (
  { number, of }: { readonly number: number; readonly of: number },
  name: string,
): boolean => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0;
  }
  return hash % of === number % of;
};
