/** Every bound that crosses a process boundary, with its unit and its reason. */

/** Whole CP1 frame, bytes: it fits one AT send of every supported modem. */
export const FRAME_BYTES_MAX = 1024;
/** Bytes in front of the body: magic, flags, length, type, terminal, key version, sequence. */
export const FRAME_HEADER_BYTES = 14;
/** Bytes of HMAC-SHA-256 kept as the tag (COSE algorithm 4, HMAC 256/64). */
export const TAG_BYTES = 8;
/** Value of the length field of an empty frame: it counts what follows it. */
export const FRAME_LENGTH_MIN = 18;
/** Value of the length field of the largest frame. */
export const FRAME_LENGTH_MAX: number = FRAME_BYTES_MAX - 4;
/** Body of the largest frame, bytes. */
export const BODY_BYTES_MAX: number = FRAME_BYTES_MAX - FRAME_HEADER_BYTES - TAG_BYTES;
/** Nested containers in a body: the map, the list of items, one item. */
export const CBOR_DEPTH_MAX = 3;
/** Keys below this are reserved to the protocol; from here on they are ignored (extension space). */
export const EXTENSION_KEY_MIN = 64;

/** Largest terminal id and sequence number (unsigned 32 bits). */
export const U32_MAX = 4_294_967_295;
/** Largest key version (unsigned 8 bits). */
export const KEY_VERSION_MAX = 255;

/** Distinct products in one PAY. */
export const ITEMS_MAX = 20;
/** UTF-8 bytes of a product's sku. */
export const SKU_BYTES_MAX = 24;
/** Pieces of one product in one PAY: no kiosk sells more, and it keeps a line total exact. */
export const QUANTITY_MAX = 9_999;
/** Minor units in any one amount: 12 digits, as ISO 8583 DE 4, so that sums stay exact in a double. */
export const AMOUNT_MINOR_MAX = 999_999_999_999;
/** Milliseconds within which a PAY's answer may still be of use. */
export const DEADLINE_MS_MAX = 60_000;
/** UTF-8 bytes of a payment identifier: the longest EMV customer code we read is 512 characters. */
export const IDENTIFIER_BYTES_MAX = 512;
/** UTF-8 bytes of a promotion code or a second factor. */
export const SHORT_TEXT_BYTES_MAX = 64;
/** UTF-8 bytes of the one line shown to the customer, and of a product's name. */
export const CUSTOMER_TEXT_BYTES_MAX = 64;
/** Bytes of an opaque catalogue cursor. */
export const CURSOR_BYTES_MAX = 32;
/** Bytes of the nonce in HELLO. */
export const NONCE_BYTES = 8;

/** Messages in one SQS batch call: a limit of SQS. */
export const QUEUE_BATCH_MAX = 10;
/** Milliseconds after which the bridge first, then again, reads the stored answer itself. */
export const RESCUE_READ_MS: readonly [number, number] = [2_500, 5_000];
/** Milliseconds after which the bridge says BUSY instead of waiting on (docs/protocol.md, section 8). */
export const ANSWER_WAIT_MS = 15_000;
/** Milliseconds a begun frame, or an accepted silent connection, may take (docs/protocol.md, section 8). */
export const FRAME_WAIT_MS = 15_000;
/** Milliseconds after which an unanswered request in the queue is dropped: its terminal has asked again. */
export const STALE_MS = 60_000;

/** Largest ISO 4217 number: three digits. */
export const CURRENCY_MAX = 999;
/** Unix seconds: the last second of the year 9999, after which a date has no usual form. */
export const TIME_S_MAX = 253_402_300_799;
/** Strongest signal that a modem tells (3GPP TS 27.007, AT+CSQ); 99 is that it does not know. */
export const SIGNAL_MAX = 31;
/** Seconds that a device clock may be off: one that starts in 1970 is off by less for the next century. */
export const CLOCK_OFFSET_S_MAX = 4_294_967_295;
/** Milliseconds that a peer may be told to wait: one day. */
export const RETRY_AFTER_MS_MAX = 86_400_000;
/** Largest version of a catalogue: any integer that a double keeps exact. */
export const VERSION_MAX = 9_007_199_254_740_991;
/** Items on one page of a catalogue: no more of the shortest fit into a frame. */
export const CATALOGUE_ITEMS_MAX = 200;
/** Characters of an authorisation code, as ISO 8583 DE 38. */
export const AUTHORISATION_BYTES = 6;
/** UTF-8 bytes of firmware and modem in HELLO. */
export const DEVICE_TEXT_BYTES_MAX = 64;
/** UTF-8 bytes of a locale: every registered BCP 47 tag is shorter. */
export const LOCALE_BYTES_MAX = 64;
/** Slots of the reply pool. */
export const SLOTS_MAX = 1_000;
/** Characters of the correlation in an envelope. */
export const CORRELATION_LENGTH_MAX = 64;
/** Characters of a region's id. */
export const REGION_LENGTH_MAX = 64;
/** Bytes of one frame of any dialect in an envelope: four times CP1's largest, for the wordier dialects. */
export const ENVELOPE_FRAME_BYTES_MAX = 4_096;
/** Bytes of one JSON line without its end: it fits an envelope. */
export const JSON_LINE_BYTES_MAX: number = ENVELOPE_FRAME_BYTES_MAX;
/** Nested containers in a JSON line: the object, a list, one element. */
export const JSON_DEPTH_MAX = 3;
/** Seconds between two PINGs that WELCOME may ask for: one day. */
export const HEARTBEAT_S_MAX = 86_400;
/** Milliseconds that the lease of a slot lasts from its last renewal: three renewals may fail, and a dead owner's slot is soon free. */
export const LEASE_MS = 20_000;
/** Bytes of a whole ISO 8583 frame, its length in front included: it fits one AT send of the modems that such terminals have. */
export const ISO8583_FRAME_BYTES_MAX = 1_400;
/** Bytes of the largest ISO 8583 message out of our encoder, behind length, TPDU and header. */
export const ISO8583_MESSAGE_BYTES_MAX: number = ISO8583_FRAME_BYTES_MAX - 32;
/** Numbers that the reconciliation of one batch looks at: each is a read of a record, and a kiosk sells far less in a day. */
export const BATCH_NUMBERS_MAX = 1_000;
/** Tries to deliver one webhook before it is left to people: core/delivery-schedule.ts spreads them over a day and a half. */
export const WEBHOOK_TRIES_MAX = 10;
/** Milliseconds one try may take, from the look-up of the name to the end of the answer. */
export const WEBHOOK_TRY_MS_MAX = 10_000;
