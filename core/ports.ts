/** What the core needs of the outside. Adapters implement these; obligations are part of the type. */
import type { RequestKey } from '#protocol/request.ts';
import type { JournalEntry } from './journal.ts';
import type { CaseClosing, OpenCase, OperatorCase } from './operator-case.ts';
import type {
  Account,
  AccountLimits,
  AskedRecord,
  DayUsage,
  IdentifierEntry,
  Payment,
  RequestRecord,
  Terminal,
  TerminalUsage,
} from './records.ts';
import type { PromotionCode, RegionCatalogue, Sheet } from './sheet.ts';

/** Wall clock, unix milliseconds. */
export interface Clock {
  nowMs(): number;
}

/** Waiting; resolves after at least `ms`. */
export interface Timers {
  sleep(ms: number): Promise<void>;
}

/** Randomness fit for authorisation codes and jitter. */
export interface Random {
  /** Uniform integer in [0, bound). */
  below(bound: number): number;
}

export interface PayFacts {
  readonly terminal: Terminal | undefined;
  /** By keyed hash of the identifier, in the order asked. */
  readonly identifiers: readonly (IdentifierEntry | undefined)[];
  /** In the order asked. */
  readonly sheets: readonly (Sheet | undefined)[];
  /** Absent: nothing was counted yet. */
  readonly terminalUsage?: TerminalUsage;
  /** By keyed hash of the promotion code, in the order asked; absent: none was asked for. */
  readonly promotionCodes?: readonly (PromotionCode | undefined)[];
}

/** Put if absent; with the record of the PAY it is about, and the user's account, in one transaction. */
export interface Booking {
  /** Put only if no record of its key exists. */
  readonly record: AskedRecord;
  /** Change of the PAY that `record` is about: only while its revision is `from`. */
  readonly payment?: {
    readonly key: RequestKey;
    readonly from: number;
    readonly to: Payment;
  };
  /** Record of a voided PAY that has not arrived: put only if absent. */
  readonly tombstone?: RequestRecord;
  /** Only while the account exists, is active (unless `evenBlocked`), and neither figure falls below zero. */
  readonly account?: {
    readonly user: string;
    readonly currency: number;
    readonly balanceDeltaMinor: number;
    readonly heldDeltaMinor: number;
    readonly evenBlocked: boolean;
    /** On a PAY. `none`: only while the account has no limits; else only while its version is `seenVersion`, and its usage becomes `to`. */
    readonly usage?: 'none' | { readonly seenVersion: number; readonly to: DayUsage };
  };
  /** Counted rights taken (above zero: only up to `max` in that shard) or given back (below zero). */
  readonly allowances?: readonly AllowanceChange[];
  /** Keyed hash of a one-time code, hex: put only if absent, so that it is spent once. */
  readonly spend?: string;
  /** A guess at an identifier's secret: only while the identifier exists and has fewer failures than `below`, however many guess at once. */
  readonly guess?: {
    /** Keyed hash, hex. */
    readonly identifier: string;
    readonly below: number;
    /** Of the failures: one more, back to zero, or as they are. */
    readonly change: 'count' | 'clear' | 'keep';
  };
  /** Opened with the record where none of its id is there; else it only counts once more. */
  readonly opens?: OpenCase;
}

export interface AllowanceChange {
  readonly id: string;
  readonly shard: number;
  readonly delta: number;
  /** Most that may be taken of this shard; present where `delta` is above zero. */
  readonly max?: number;
}

export type BookResult =
  | { readonly outcome: 'booked' }
  /** A record of the key exists: it wins. */
  | { readonly outcome: 'recorded'; readonly record: RequestRecord }
  /** The PAY changed meanwhile, or (tombstone) has arrived. `undefined`: it does not exist. */
  | { readonly outcome: 'payment_changed'; readonly record: RequestRecord | undefined }
  | { readonly outcome: 'account_refused'; readonly account: Account | undefined }
  /** The identifier is gone, or has failed too often. */
  | { readonly outcome: 'identifier_locked' }
  | { readonly outcome: 'already_spent' }
  /** A shard has less left than was asked of it: look at all of them and try others. */
  | { readonly outcome: 'allowance_refused' }
  /** Nothing is known to be written, or it is not known whether it was: book again. */
  | { readonly outcome: 'conflict' };

export interface PaymentStore {
  /** One read of everything that a PAY needs. Sheets and identifiers may be read eventually consistent. */
  readPayFacts(query: {
    readonly terminal: number;
    /** Keyed hashes, hex. */
    readonly identifiers: readonly string[];
    readonly skus: readonly string[];
    readonly region: string;
    /** Keyed hashes, hex; absent: no code was told. */
    readonly promotionCodes?: readonly string[];
  }): Promise<PayFacts>;
  /** Terminal and the record of a PAY (strongly consistent), in one read. */
  readPayment(key: RequestKey): Promise<{
    readonly terminal: Terminal | undefined;
    readonly record: RequestRecord | undefined;
  }>;
  /** Strongly consistent. */
  readRecord(key: RequestKey): Promise<RequestRecord | undefined>;
  /** In the order asked, strongly consistent; at most BATCH_NUMBERS_MAX keys. */
  readRecords(keys: readonly RequestKey[]): Promise<readonly (RequestRecord | undefined)[]>;
  /** May be read eventually consistent. */
  readCatalogue(region: string): Promise<RegionCatalogue | undefined>;
  /** How much of each shard is taken, in order; strongly consistent. */
  readAllowances(
    of: readonly { readonly id: string; readonly shards: number }[],
  ): Promise<ReadonlyMap<string, readonly number[]>>;
  /** One attempt, all or nothing; durable before it resolves. Throws only on outages that a later delivery may heal. */
  book(booking: Booking): Promise<BookResult>;
  /** A record that was decided without an answer (a tombstone, a provider's outcome) takes over digest and answer of the first copy that asks, while it has no answer and no other digest; the record that then stands is returned. */
  claimAnswer(key: RequestKey, digest: Uint8Array, answer: Uint8Array): Promise<RequestRecord>;
  /** One attempt, all or nothing; durable before it resolves. False: the PAY changed meanwhile, or it is not known whether it was written. */
  settle(settlement: Settlement): Promise<boolean>;
}

/** A step of a PAY that a provider carries. */
export interface Settlement {
  /** Only while the PAY's revision is `from`. */
  readonly payment: { readonly key: RequestKey; readonly from: number; readonly to: Payment };
  /** What the record of `key`, the PAY itself or a request about it, was decided to be: only while its code is `in_progress`. */
  readonly decides?: Pick<
    RequestRecord,
    'key' | 'code' | 'decidedAtS' | 'authorisation' | 'lines'
  > & {
    /** Of the lines. */
    readonly currency: number;
  };
  /** Lines that no request makes: put only if absent. */
  readonly entry?: JournalEntry;
  /** Given back: every `delta` is below zero. */
  readonly allowances?: readonly AllowanceChange[];
}

/** Money that moves without a terminal. */
export interface LedgerStore {
  /** Strongly consistent. */
  readEntry(id: string): Promise<JournalEntry | undefined>;
  /** What a merchant is owed by the projector's totals, which lag behind, and what was paid out of it (strongly consistent). */
  readMerchant(merchant: string, currency: number): Promise<MerchantBalance>;
  /** One attempt, all or nothing; durable before it resolves. */
  post(change: LedgerChange): Promise<PostResult>;
}

export interface AccountChange {
  readonly user: string;
  readonly currency: number;
  readonly balanceDeltaMinor: number;
  readonly evenBlocked: boolean;
}

export interface LedgerChange {
  /** Put only if no entry of its id exists. */
  readonly entry: JournalEntry;
  /** Only while the account exists, is active (unless `evenBlocked`), and its balance stays within 0 .. BALANCE_MINOR_MAX. */
  readonly account?: AccountChange;
  /** Adds to what a merchant was paid: only while that is as it was seen. */
  readonly paid?: {
    readonly merchant: string;
    readonly currency: number;
    readonly seenVersion: number;
    readonly amountMinor: number;
  };
}

export interface MerchantBalance {
  readonly payableMinor: number;
  readonly paidMinor: number;
  /** Raised by one at every payout. */
  readonly version: number;
}

export type PostResult =
  | { readonly outcome: 'posted' }
  /** An entry of that id exists: it wins. */
  | { readonly outcome: 'recorded'; readonly entry: JournalEntry }
  | { readonly outcome: 'account_refused'; readonly account: Account | undefined }
  /** The merchant was paid meanwhile. */
  | { readonly outcome: 'paid_meanwhile' }
  /** Nothing is known to be written, or it is not known whether it was: post again. */
  | { readonly outcome: 'conflict' };

/** Cases for people, oldest first. */
export interface CaseStore {
  /** Opened where none of its id is there; else it only counts once more. */
  openCase(open: OpenCase): Promise<void>;
  /** Strongly consistent. */
  readCase(id: string): Promise<OperatorCase | undefined>;
  /** At most `limit`, those after `after`; one that was opened or closed a moment ago may be missing. */
  listCases(query: {
    readonly state: OperatorCase['state'];
    readonly limit: number;
    readonly after?: Pick<OperatorCase, 'id' | 'openedAtS'>;
  }): Promise<readonly OperatorCase[]>;
  /** Closed once: the case as it then stands, by whomever it was closed; undefined: there is none. */
  closeCase(id: string, closing: CaseClosing): Promise<OperatorCase | undefined>;
}

/** The janitor's side. */
export interface ExpiryStore {
  /** Held PAYs whose hold ended at or before `nowS`, at most `limit`. */
  readDue(nowS: number, limit: number): Promise<readonly RequestRecord[]>;
  /** Turns one hold into `expired`, gives the money back and writes the journal entry, in one transaction; false if it was no longer held. */
  expire(expiry: {
    readonly key: RequestKey;
    readonly from: number;
    readonly to: Payment;
    /** Its id follows from `key`, so that one hold expires once. */
    readonly entry: JournalEntry;
    readonly heldMinor: number;
    /** Given back: every `delta` is below zero. */
    readonly allowances: readonly AllowanceChange[];
  }): Promise<boolean>;
}

/** Provisioning: what an operator sets up before anything is sold. Each write is safe to repeat. */
export interface SeedStore {
  putTerminal(terminal: Terminal): Promise<void>;
  /** Creates the account with an opening top-up in the journal; money of an account that exists is left alone. */
  putUser(user: {
    readonly user: string;
    readonly name: string;
    readonly locale: string;
    readonly currency: number;
    readonly balanceMinor: number;
    readonly atS: number;
  }): Promise<void>;
  setUserStatus(user: string, currency: number, status: Account['status']): Promise<void>;
  /** Undefined: none. The day's usage is kept. */
  setUserLimits(user: string, currency: number, limits: AccountLimits | undefined): Promise<void>;
  /** `hash`: keyed hash of the identifier, hex. */
  putIdentifier(hash: string, entry: IdentifierEntry): Promise<void>;
  putSheet(sheet: Sheet): Promise<void>;
  /** `hash`: keyed hash of the code, hex. */
  putPromotionCode(hash: string, code: PromotionCode): Promise<void>;
  putCatalogue(catalogue: RegionCatalogue): Promise<void>;
}

/** Everything that money depends on, for an audit. */
export interface LedgerFacts {
  readonly accounts: readonly Account[];
  readonly records: readonly RequestRecord[];
  readonly entries: readonly JournalEntry[];
}
