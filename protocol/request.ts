/** The canonical request: what every dialect decodes to and the core decides on. */

/** K: a request happens once. terminal 1 .. 2^32-1, keyVersion 0 .. 255, sequence 0 .. 2^32-1. */
export interface RequestKey {
  readonly terminal: number;
  readonly keyVersion: number;
  readonly sequence: number;
}

export interface Item {
  /** At most 24 bytes of UTF-8. */
  readonly sku: string;
  /** 1 .. 9999. */
  readonly quantity: number;
  /** With tax, minor units, 0 .. AMOUNT_MINOR_MAX. */
  readonly unitPriceMinor: number;
}

/** ISO 8583 DE 22 positions 1-2: keyed 1, scanned 3, chip 5, tapped 7. */
export type EntryMode = 1 | 3 | 5 | 7;

export interface PayRequest {
  readonly op: 'pay';
  /** As read; never stored or logged. */
  readonly identifier: string;
  readonly entryMode: EntryMode;
  /** Minor units, equal to the sum of the items. */
  readonly amountMinor: number;
  /** ISO 4217 number. */
  readonly currency: number;
  readonly items: readonly Item[];
  /** From sending; 0: as the terminal's settings have it. */
  readonly deadlineMs: number;
  /** `sale` is posted at once; `hold` is posted by CONFIRM or expires. */
  readonly mode: 'sale' | 'hold';
  /** Device clock, unix seconds; present with STORED. */
  readonly deviceTimeS?: number;
  readonly catalogueVersion?: number;
  readonly promotionCode?: string;
  readonly secondFactor?: string;
}

/** What CONFIRM, REVERSE, REFUND and STATUS have in common: the PAY they are about. */
interface AboutPayment {
  readonly paymentSequence: number;
  /** Absent: the frame's own key version. */
  readonly paymentKeyVersion?: number;
}
export interface ConfirmRequest extends AboutPayment {
  readonly op: 'confirm';
  /** Amount to post, at most the held amount; absent: all of it. */
  readonly amountMinor?: number;
}
/** 1 no answer, 2 vend failed, 3 customer, 4 operator. */
export type ReverseReason = 1 | 2 | 3 | 4;
export interface ReverseRequest extends AboutPayment {
  readonly op: 'reverse';
  readonly reason: ReverseReason;
}
export interface RefundRequest extends AboutPayment {
  readonly op: 'refund';
  /** Absent: all that is left. */
  readonly amountMinor?: number;
}
export interface StatusRequest extends AboutPayment {
  readonly op: 'status';
}
export interface CatalogueRequest {
  readonly op: 'catalogue';
  /** 0: none known. */
  readonly knownVersion: number;
  readonly cursor?: Uint8Array;
}

/** Money of some requests of a terminal together. */
export interface Totals {
  readonly count: number;
  /** Minor units. */
  readonly amountMinor: number;
}
/** A terminal closes a batch and says what it has sold in it. */
export interface ReconcileRequest {
  readonly op: 'reconcile';
  /** Every number that the batch can have used, at most BATCH_NUMBERS_MAX. */
  readonly sequences: readonly number[];
  readonly sales: Totals;
  readonly refunds: Totals;
}

export type Request =
  | PayRequest
  | ConfirmRequest
  | ReverseRequest
  | RefundRequest
  | StatusRequest
  | CatalogueRequest
  | ReconcileRequest;
export type Operation = Request['op'];
/** What every dialect has: the close of a batch is a matter of ISO 8583. */
export type CommonRequest = Exclude<Request, ReconcileRequest>;
export type CommonOperation = CommonRequest['op'];
