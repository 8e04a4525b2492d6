/** What the store keeps, as the core sees it: one record per request, one account per user and currency. */
import type { CodeName } from '#protocol/codes.ts';
import type { PaymentState } from '#protocol/reply.ts';
import type { EntryMode, Operation, RequestKey } from '#protocol/request.ts';

/** One line of a double-entry journal entry. Account names: core/ledger.ts. */
export interface JournalLine {
  readonly account: string;
  /** Signed minor units; the lines of an entry sum to zero. */
  readonly amountMinor: number;
}

/** States a PAY's record can be in; `not_found` is the absence of a record. */
export type RecordedState = Exclude<PaymentState, 'not_found'>;

/** The part of a PAY's record that later requests change. */
export interface Payment {
  readonly state: RecordedState;
  /** Raised by one at every change: the condition of the next. */
  readonly revision: number;
  readonly amountMinor: number;
  readonly postedMinor: number;
  readonly refundedMinor: number;
  /** ISO 4217 number. */
  readonly currency: number;
  /** '' on a tombstone and on a decline that found no user. */
  readonly user: string;
  readonly merchant: string;
  /** Unix seconds at which the janitor looks at it: a hold's end, or the next question to a provider. */
  readonly dueS?: number;
  /** Who else has a part in it; absent: the user pays all of it, and the merchant has it all. */
  readonly shares?: PaymentShares;
  /** What it has taken of counted rights, given back when it is voided or expires. */
  readonly taken?: readonly TakenAllowance[];
  /** Present where an outside provider has the customer's money, in place of an account of ours. */
  readonly provider?: ProviderPart;
}

/** What is known of the provider's side of a PAY. */
export interface ProviderPart {
  readonly name: string;
  /** Seconds the hold lasts once it is approved; absent: a sale. */
  readonly holdS?: number;
  /** Unix milliseconds after which it is not approved any more. */
  readonly lateAfterMs: number;
  /** Unix milliseconds at which the charge went out; absent: it certainly never did. */
  readonly sentAtMs?: number;
  /** What the provider has yet to prove, one thing at a time; absent: nothing. */
  readonly open?: ProviderTask;
}

/** `asked`: questions so far. */
export type ProviderTask =
  | { readonly what: 'charge'; readonly asked: number }
  /** A charge that must not stand: the PAY ends with `code`, voided where that is `already_voided`, else declined. */
  | { readonly what: 'drop'; readonly asked: number; readonly code: CodeName }
  | { readonly what: 'expire'; readonly asked: number }
  /** `by`: the request whose record waits for it. */
  | { readonly what: 'reverse'; readonly asked: number; readonly by: RequestKey }
  | {
      readonly what: 'refund';
      readonly asked: number;
      readonly by: RequestKey;
      readonly amountMinor: number;
    };

/** Parts of a whole payment, minor units; of a part posted or refunded: core/payment-shares.ts. */
export interface PaymentShares {
  /** Region whose tax it is. */
  readonly region: string;
  /** Tax contained in the price, kept apart from what the merchant is owed. */
  readonly taxMinor: number;
  /** Our fee, taken from what the merchant is owed after tax. */
  readonly feeMinor: number;
  /** Paid by the promotion in the user's place, on top of `amountMinor`. */
  readonly discountMinor: number;
  /** Id of that promotion; present with a discount. */
  readonly promotion?: string;
}

/** One shard's part of what a payment took of an allowance (core/allowances.ts). */
export interface TakenAllowance {
  readonly id: string;
  readonly shard: number;
  /** Above zero. */
  readonly amount: number;
  /** Most that may be taken of this shard, by the rule that it was taken under. */
  readonly max: number;
  /** Present where it is money of a promotion's budget, which follows what the promotion pays. */
  readonly spends?: true;
}

/** Why it was decided so: identifiers of rules and versions, never a payment identifier. */
export interface Evidence {
  /** One per item sold, `sku*quantity@version/window=price:list@version`: sheet, window and price list that decided (docs/prices.md). */
  readonly items?: readonly string[];
  /** SHA-256 (hex) of those joined by line feeds, in their place where they are too long for a record. */
  readonly itemsDigest?: string;
  /** The promotion that paid a part, `id@version`. */
  readonly promotion?: string;
  /** Of the catalogue that the terminal sold by, where it told. */
  readonly catalogueVersion?: number;
  readonly identifierKind?: string;
  readonly entryMode?: EntryMode;
  /** Unix seconds that the windows were judged at. */
  readonly judgedAtS?: number;
  /** Milliseconds from the bridge having it to its decision. */
  readonly waitedMs?: number;
  /** Bytes of the request. */
  readonly frameBytes?: number;
  /** Of the modem when it signed on, 0 .. 31. */
  readonly signal?: number;
  /** Another connection tried to sign on as this terminal just before. */
  readonly contested?: true;
  /** Of a stored sale: that it is one, and the rules that it was accepted against. */
  readonly flags?: readonly StoredFlag[];
}

/** `over_limit`: of the user, the terminal or its merchant. */
export type StoredFlag = 'stored' | 'outside_window' | 'price_mismatch' | 'over_limit';

/** One request K: put once, never deleted while its number may be used. */
export interface RequestRecord {
  readonly key: RequestKey;
  readonly op: Exclude<Operation, 'status' | 'catalogue' | 'reconcile'>;
  /** SHA-256 of the request; absent on a tombstone that no PAY has reached yet. */
  readonly digest?: Uint8Array;
  /** The encoded answer, replayed byte for byte; absent while a provider decides, and until a copy asks for what was decided without it. */
  readonly answer?: Uint8Array;
  /** `in_progress` while a provider decides. */
  readonly code: CodeName;
  readonly decidedAtS: number;
  readonly authorisation?: string;
  readonly lines: readonly JournalLine[];
  /** Of the lines, ISO 4217 number; absent where there are none. */
  readonly currency?: number;
  readonly evidence?: Evidence;
  /** The PAY that a CONFIRM, REVERSE or REFUND is about, of the same terminal. */
  readonly about?: RequestKey;
  /** On a PAY only. */
  readonly payment?: Payment;
}

/** A record that its own request made. */
export type AskedRecord = RequestRecord & Required<Pick<RequestRecord, 'digest'>>;

/** One that was decided at once. */
export type AnsweredRecord = AskedRecord & Required<Pick<RequestRecord, 'answer'>>;

export interface Terminal {
  readonly id: number;
  readonly status: 'active' | 'suspended';
  readonly merchant: string;
  /** Of windows, price lists and promotions that are for some terminals only; absent: none. */
  readonly group?: string;
  readonly region: string;
  /** Key versions below this are retired. */
  readonly keyVersionMin: number;
  /** Per key version, the sequence number below which old records were archived. */
  readonly sequenceFloors: Readonly<Record<string, number>>;
  /** Absent: the terminal may not send stored (offline) sales. */
  readonly storedSales?: {
    readonly amountMinorMax: number;
    readonly ageSMax: number;
    /** Absent: any number. Counted by the projector, so a few more may pass (docs/limits.md). */
    readonly perDayCount?: number;
  };
  /** Milliseconds within which the answer to a PAY that says nothing of it is of use; absent: DEADLINE_MS_DEFAULT. */
  readonly deadlineMs?: number;
  /** IANA zone whose midnight begins a day of the merchant it sells for; absent: UTC. */
  readonly zone?: string;
  /** Of the merchant it sells for; absent: open. */
  readonly merchantStatus?: 'open' | 'closed';
  /** What that merchant pays us for each payment: parts per million of its price, and an amount; absent: nothing. */
  readonly merchantFee?: { readonly ppm: number; readonly fixedMinor?: number };
  readonly limits?: TerminalLimits;
  /** Providers whose codes may be shown here; absent: none. */
  readonly providers?: readonly string[];
  /** Ways on which it may come, of `plain`, `tls`, `psk` and `mtls`; absent: all. */
  readonly transports?: readonly string[];
  /** Unix seconds until which the bridge logs its frames, identifiers hidden; absent: it does not. */
  readonly captureUntilS?: number;
}

/** Each may be reached, not passed; absent: without bound. */
export interface DayLimits {
  readonly perPaymentMinor?: number;
  readonly perDayMinor?: number;
  readonly perDayCount?: number;
}

/** Of payments that were approved on one day; voids and refunds give nothing back. */
export interface DayFigures {
  readonly spentMinor: number;
  readonly count: number;
}

export interface DayUsage extends DayFigures {
  /** YYYY-MM-DD on the wall clock of the user or the merchant. */
  readonly day: string;
}

/** Of a terminal, in the currency of its region. */
export interface TerminalLimits extends DayLimits {
  readonly byEntryMode?: {
    readonly [Mode in EntryMode]?: { readonly perPaymentMinor: number };
  };
  /** Of all terminals of the merchant together. */
  readonly merchant?: DayLimits;
}

/** What the projector has counted at a terminal; it lags behind. */
export interface TerminalUsage extends DayUsage {
  readonly declines: number;
  /** Stored sales among them. */
  readonly stored: number;
  /** Of its merchant, as of the last request of this terminal that was counted. */
  readonly merchant?: DayUsage;
}

/** What a payment identifier leads to. */
export interface IdentifierEntry {
  readonly user: string;
  readonly maskedName: string;
  readonly locale: string;
  readonly kind: string;
  readonly entryModes: readonly EntryMode[];
  /** Regions it is valid in; absent: all. */
  readonly regions?: readonly string[];
  /** Keyed hash of the second factor, hex; absent: none needed. */
  readonly secondFactor?: string;
  /** Failed second factors and one-time codes since the last success. */
  readonly failures: number;
  /** Generation of the user's one-time-code secret. */
  readonly codeVersion?: number;
  readonly validFromS?: number;
  readonly validToS?: number;
}

export interface Account {
  readonly user: string;
  readonly currency: number;
  readonly status: 'active' | 'blocked';
  readonly balanceMinor: number;
  readonly heldMinor: number;
  /** Raised by one at every change of figures or limits; absent: 0. */
  readonly version?: number;
  /** Kept exactly, however many pay at once; absent: none. */
  readonly limits?: AccountLimits;
  /** Of the last day that it paid on while it had limits. */
  readonly usage?: DayUsage;
}

export interface AccountLimits extends DayLimits {
  /** IANA zone whose midnight begins the user's day. */
  readonly zone: string;
}
