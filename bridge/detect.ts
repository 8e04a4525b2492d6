/** Tells from its first bytes what a connection speaks (docs/protocol.md, section 2), or what it looks like when it is none of ours. */
import { FRAME_MAGIC } from '#protocol/cp1/frame.ts';
import { cp1Framing } from '#protocol/cp1/framing.ts';
import type { DialectFraming } from '#protocol/dialect.ts';
import type { LengthKind } from '#protocol/iso8583/transport.ts';
import { jsonFraming } from '#protocol/json/framing.ts';

/** First byte of a TLS handshake. */
export const TLS_FIRST_BYTE = 0x16;
/** First byte of a length of at most 1,535 bytes: the largest ISO 8583 frame has 1,400. */
const BINARY_LENGTH_FIRST_MAX = 0x05;
/** First byte of every JSON line. */
const OPENING_BRACE = 0x7b;

/** A dialect, and the first bytes of a connection that speaks it. */
export interface Spoken {
  readonly framing: DialectFraming;
  beginsWith(first: number): boolean;
}

/** Those on the one port, the most frequent first. `iso8583`: with a binary length, whose first byte tells it. */
export const spokenWith = (iso8583: DialectFraming): readonly Spoken[] => [
  { framing: cp1Framing, beginsWith: (first) => first === FRAME_MAGIC },
  { framing: iso8583, beginsWith: (first) => first <= BINARY_LENGTH_FIRST_MAX },
  { framing: jsonFraming, beginsWith: (first) => first === OPENING_BRACE },
];

/** The dialect that a connection speaks, by its first byte; undefined where it is none of these. */
export const framingOf = (spoken: readonly Spoken[], first: number): DialectFraming | undefined =>
  spoken.find(({ beginsWith }) => beginsWith(first))?.framing;

/** What strangers on the port look like; `dialect_later` is one of ours that this version does not serve. */
export type Stranger =
  | 'http'
  | 'ssh'
  | 'proxy_header'
  | 'tls'
  | 'ascii_length'
  | 'bcd_length'
  | 'inclusive_length'
  | 'binary_length'
  | 'gps_tracker'
  | 'unknown';

export const STRANGERS: readonly Stranger[] = [
  'http',
  'ssh',
  'proxy_header',
  'tls',
  'ascii_length',
  'bcd_length',
  'inclusive_length',
  'binary_length',
  'gps_tracker',
  'unknown',
];

const HTTP_VERBS: readonly string[] = [
  'GET ',
  'HEAD ',
  'POST ',
  'PUT ',
  'DELETE ',
  'OPTIONS ',
  'PATCH ',
  'TRACE ',
  'CONNECT ',
  'PRI ',
];
const SSH = /^SSH-/;
const PROXY = /^PROXY /;
const ASCII_LENGTH = /^[0-9]{4}/;
/** Openings of the trackers that share GPRS ports most: TK103 `##,imei`, `imei:`, `(0`, H02 `*HQ`, Meitrack `$$`. */
const GPS_TRACKER = /^(?:##|imei:|\(\d|\*[A-Z]{2},|\$\$|\$GP)/;
/** JT808: a mark and the upper byte of a message id. */
const JT808_MARK = 0x7e;
const JT808_ID_MAX = 0x09;
/** Teltonika: a length of 15, which could be one of ISO 8583, and an IMEI in digits, which begins no message. */
const TELTONIKA_LENGTH = '\0\x0f';
const IMEI_BEGIN = /^\d{10}/;
/** Second version of the PROXY header begins with CR LF CR LF NUL. */
const PROXY_V2 = '\r\n\r\n\0';
/** GT06 trackers begin with 78 78 or 79 79. */
const GT06 = new Set(['xx', 'yy']);
/** Bytes that are looked at: enough for every opening above. */
const LOOK_BYTES = 12;

/** What a terminal is called whose frames have another kind of length than its listener's. */
export const MISREAD: Readonly<Record<LengthKind, Stranger>> = {
  binary: 'binary_length',
  'binary-inclusive': 'inclusive_length',
  bcd: 'bcd_length',
  ascii: 'ascii_length',
};

/** What a chunk whose first byte belongs to no served dialect looks like; it must not be empty. */
export const strangerOf = (chunk: Uint8Array): Stranger => {
  const first = chunk[0] ?? 0;
  if (first === TLS_FIRST_BYTE) {
    return 'tls';
  }
  return lookalikeOf(chunk) ?? textStranger(openingOf(chunk));
};

/** What a chunk that begins as a dialect does looks like all the same. */
export const lookalikeOf = (chunk: Uint8Array): Stranger | undefined =>
  isTeltonika(openingOf(chunk)) || isJt808(chunk) ? 'gps_tracker' : undefined;

const isTeltonika = (opening: string): boolean =>
  opening.startsWith(TELTONIKA_LENGTH) && IMEI_BEGIN.test(opening.slice(2));

const isJt808 = ([mark, id = JT808_ID_MAX + 1]: Uint8Array): boolean =>
  mark === JT808_MARK && id <= JT808_ID_MAX;

const openingOf = (chunk: Uint8Array): string =>
  String.fromCharCode(...chunk.subarray(0, LOOK_BYTES));

const textStranger = (text: string): Stranger => {
  // The first segment may hold only the head of a verb.
  if (HTTP_VERBS.some((verb) => text.startsWith(verb) || verb.startsWith(text))) {
    return 'http';
  }
  if (SSH.test(text)) {
    return 'ssh';
  }
  if (PROXY.test(text) || text.startsWith(PROXY_V2)) {
    return 'proxy_header';
  }
  if (ASCII_LENGTH.test(text)) {
    return 'ascii_length';
  }
  return GPS_TRACKER.test(text) || GT06.has(text.slice(0, 2)) ? 'gps_tracker' : 'unknown';
};
