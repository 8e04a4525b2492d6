/** Envelopes on the queues: JSON text, version 1. Unknown keys are ignored, so that old and new run side by side. Requests are written by envelope-text.ts. */
import { fromBase64, toBase64 } from './base64.ts';
import type { Dialect, ReplyEnvelope, RequestEnvelope, Told } from './envelope.ts';
import {
  CLOCK_OFFSET_S_MAX,
  CORRELATION_LENGTH_MAX,
  ENVELOPE_FRAME_BYTES_MAX,
  LOCALE_BYTES_MAX,
  REGION_LENGTH_MAX,
  SIGNAL_MAX,
  SLOTS_MAX,
  U32_MAX,
} from './limits.ts';
import { accept, type Refusal, type Result, refuse } from './result.ts';

const ENVELOPE_VERSION = 1;
/** Code of the only fault that a function reports through the bridge. */
const MAC_INVALID = 66;
/** The frame's base64 and three short strings with their keys stay below this. */
const TEXT_LENGTH_MAX = 2 * ENVELOPE_FRAME_BYTES_MAX;

type Fields = Readonly<Record<string, unknown>>;

/** JSON text of a reply envelope, its keys in the order in which bridges read it fastest (envelope-text.ts). */
export const encodeReplyEnvelope = (envelope: ReplyEnvelope): string => {
  const { v, fence, corr, kind } = envelope;
  return JSON.stringify(
    kind === 'frame'
      ? { v, fence, corr, kind, frame: toBase64(envelope.frame) }
      : { v, fence, corr, kind, code: envelope.code, sequence: envelope.sequence },
  );
};

/** Refuses with `version_unsupported` any version but 1, with `frame_malformed` what is no envelope at all. */
export const decodeRequestEnvelope = (text: string): Result<RequestEnvelope> => {
  const fields = parseEnvelope(text);
  if (isRefusal(fields)) {
    return fields;
  }
  const hello = readHello(fields.hello);
  const slot = readInteger(fields.slot, 0, SLOTS_MAX - 1);
  const fence = readInteger(fields.fence, 0, Number.MAX_SAFE_INTEGER);
  const corr = readString(fields.corr, 1, CORRELATION_LENGTH_MAX);
  const dialect = readDialect(fields.dialect);
  const terminal = readInteger(fields.terminal, 1, U32_MAX);
  const region = readString(fields.region, 0, REGION_LENGTH_MAX);
  const receivedAtMs = readInteger(fields.receivedAtMs, 0, Number.MAX_SAFE_INTEGER);
  const frame = readFrame(fields.frame);
  if (
    slot === undefined ||
    fence === undefined ||
    corr === undefined ||
    dialect === undefined ||
    terminal === undefined ||
    region === undefined ||
    receivedAtMs === undefined ||
    hello === undefined ||
    frame === undefined
  ) {
    return NOT_REQUEST;
  }
  return accept({
    v: ENVELOPE_VERSION,
    slot,
    fence,
    corr,
    dialect,
    terminal,
    region,
    receivedAtMs,
    hello,
    frame,
  });
};

/** Refuses as `decodeRequestEnvelope` does. */
export const decodeReplyEnvelope = (text: string): Result<ReplyEnvelope> => {
  const fields = parseEnvelope(text);
  if (isRefusal(fields)) {
    return fields;
  }
  const fence = readInteger(fields.fence, 0, Number.MAX_SAFE_INTEGER);
  const corr = readString(fields.corr, 1, CORRELATION_LENGTH_MAX);
  if (fence === undefined || corr === undefined) {
    return NOT_REPLY;
  }
  const frame = readFrame(fields.frame);
  if (fields.kind === 'frame' && frame !== undefined) {
    return accept({ v: ENVELOPE_VERSION, fence, corr, kind: 'frame', frame });
  }
  const sequence = readInteger(fields.sequence, 0, U32_MAX);
  if (fields.kind === 'fault' && fields.code === MAC_INVALID && sequence !== undefined) {
    return accept({ v: ENVELOPE_VERSION, fence, corr, kind: 'fault', code: MAC_INVALID, sequence });
  }
  return NOT_REPLY;
};

const NOT_JSON = refuse('frame_malformed', 'envelope is not a JSON object');
const WRONG_VERSION = refuse('version_unsupported', 'envelope version is not 1');
const NOT_REQUEST = refuse('frame_malformed', 'request envelope lacks a field');
const NOT_REPLY = refuse('frame_malformed', 'reply envelope lacks a field');

const parseEnvelope = (text: string): Fields | Refusal => {
  if (text.length > TEXT_LENGTH_MAX) {
    return NOT_JSON;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
  if (!isFields(parsed)) {
    return NOT_JSON;
  }
  return parsed.v === ENVELOPE_VERSION ? parsed : WRONG_VERSION;
};

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isRefusal = (value: Fields | Refusal): value is Refusal =>
  value === NOT_JSON || value === WRONG_VERSION;

const readInteger = (value: unknown, min: number, max: number): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
    ? value
    : undefined;

const readString = (value: unknown, lengthMin: number, lengthMax: number): string | undefined =>
  typeof value === 'string' && value.length >= lengthMin && value.length <= lengthMax
    ? value
    : undefined;

const readDialect = (value: unknown): Dialect | undefined =>
  value === 'cp1' || value === 'iso8583' || value === 'json' ? value : undefined;

/** Whether an envelope carries frames of so many bytes. */
export const isFrameLength = (bytes: number): boolean =>
  bytes > 0 && bytes <= ENVELOPE_FRAME_BYTES_MAX;

const readFrame = (value: unknown): Uint8Array | undefined => {
  const frame = typeof value === 'string' ? fromBase64(value) : undefined;
  return frame !== undefined && isFrameLength(frame.length) ? frame : undefined;
};

/** What HELLO told; a field of it that does not fit is left out, since the payment can be decided without. */
const readHello = (value: unknown): Told | undefined => {
  if (!isFields(value)) {
    return undefined;
  }
  const locale = readString(value.locale, 1, LOCALE_BYTES_MAX);
  const clockOffsetS = readInteger(value.clockOffsetS, -CLOCK_OFFSET_S_MAX, CLOCK_OFFSET_S_MAX);
  const signal = readInteger(value.signal, 0, SIGNAL_MAX);
  return {
    ...(locale === undefined ? {} : { locale }),
    ...(clockOffsetS === undefined ? {} : { clockOffsetS }),
    ...(signal === undefined ? {} : { signal }),
    ...(value.contested === true ? { contested: true } : {}),
  };
};
