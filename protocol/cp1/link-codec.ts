/** Frames between terminal and bridge that are no payments: HELLO, WELCOME, PING, PONG, BUSY, GOAWAY, FAULT. */
import { CborReader, NO_KEY } from '../cbor-reader.ts';
import { present } from '../cbor-writer.ts';
import { CODES, type CodeName, codeName } from '../codes.ts';
import type { MacKey } from '../crypto.ts';
import {
  CLOCK_OFFSET_S_MAX,
  DEVICE_TEXT_BYTES_MAX,
  FRAME_BYTES_MAX,
  FRAME_HEADER_BYTES,
  FRAME_LENGTH_MIN,
  HEARTBEAT_S_MAX,
  LOCALE_BYTES_MAX,
  NONCE_BYTES,
  RETRY_AFTER_MS_MAX,
  TIME_S_MAX,
  U32_MAX,
} from '../limits.ts';
import type { RequestKey } from '../request.ts';
import { accept, type Result, refuse } from '../result.ts';
import {
  bodyEnd,
  FRAME_TYPES,
  finishFrame,
  frameTerminal,
  frameType,
  isStored,
  startBody,
} from './frame.ts';

/** `session` stays connected; `on_demand` connects per sale. */
export type ConnectionMode = 'session' | 'on_demand';

export interface Hello {
  readonly nonce: Uint8Array;
  readonly firmware: string;
  readonly modem: string;
  /** 0 .. 31 as AT+CSQ gives it, 99 unknown. */
  readonly signal: number;
  readonly mode: ConnectionMode;
  /** BCP 47. */
  readonly locale: string;
  /** Seconds that the server's clock is ahead of the device's, as the terminal measured it. */
  readonly clockOffsetS?: number;
}

export interface Welcome {
  readonly nonce: Uint8Array;
  /** Unix seconds. */
  readonly serverTimeS: number;
  readonly heartbeatS: number;
  readonly mode: ConnectionMode;
  readonly frameBytesMax: number;
}

export interface Busy {
  readonly retryAfterMs: number;
  /** Of the request concerned. */
  readonly sequence: number;
}

export interface Goaway {
  readonly reconnectAfterMs: number;
}

export interface Fault {
  readonly code: CodeName;
  /** Of the request concerned, where known. */
  readonly sequence?: number;
}

/** Header of a FAULT before a valid HELLO; its tag is zeros (pass no key). */
export const NOBODY: RequestKey = { terminal: 0, keyVersion: 0, sequence: 0 };

type LinkType = 'hello' | 'welcome' | 'ping' | 'pong' | 'busy' | 'goaway' | 'fault';
const SIGNAL_MAX = 31;
const SIGNAL_UNKNOWN = 99;
const EMPTY = new Uint8Array(0);

const finish = (key: RequestKey, type: LinkType, macKey: MacKey | undefined): Uint8Array =>
  finishFrame(
    {
      type: FRAME_TYPES[type],
      flags: 0,
      terminal: key.terminal,
      keyVersion: key.keyVersion,
      sequence: key.sequence,
    },
    macKey,
  );

const open = (frame: Uint8Array): CborReader => {
  const reader = new CborReader(frame, FRAME_HEADER_BYTES, bodyEnd(frame));
  if (isStored(frame)) {
    reader.reject('stored flag');
  }
  return reader;
};

/** The value, unless the frame is of another type or its body was refused. */
const settle = <T>(frame: Uint8Array, type: LinkType, reader: CborReader, value: T): Result<T> => {
  if (frameTerminal(frame) === 0 && type !== 'fault') {
    reader.reject('terminal');
  }
  const refusal = reader.refusal();
  if (refusal !== undefined) {
    return refusal;
  }
  return frameType(frame) === FRAME_TYPES[type]
    ? accept(value)
    : refuse('frame_malformed', `type is not ${type}`);
};

/** Notes a required key that did not come; `seen` has bit k set for key k. */
const requireKeys = (reader: CborReader, seen: number, required: number): void => {
  if ((seen & required) !== required) {
    reader.reject('a required field is missing');
  }
};

const modeOf = (mode: number): ConnectionMode => (mode === 0 ? 'session' : 'on_demand');
const numberOf = (mode: ConnectionMode): number => (mode === 'session' ? 0 : 1);

/** Signed with the key `up`; `key.sequence` is the last number used, or 0. */
export const encodeHello = (key: RequestKey, hello: Hello, macKey: MacKey): Uint8Array => {
  const body = startBody();
  body.map(6 + present(hello.clockOffsetS));
  body.bytesField(1, hello.nonce);
  body.textField(2, hello.firmware);
  body.textField(3, hello.modem);
  body.uintField(4, hello.signal);
  body.uintField(5, numberOf(hello.mode));
  body.textField(6, hello.locale);
  body.intField(7, hello.clockOffsetS);
  return finish(key, 'hello', macKey);
};

/** The body of a HELLO whose tag was verified. */
export const decodeHello = (frame: Uint8Array): Result<Hello> => {
  const reader = open(frame);
  let seen = 0;
  let hello: Hello = {
    nonce: EMPTY,
    firmware: '',
    modem: '',
    signal: 0,
    mode: 'session',
    locale: '',
  };
  for (let key = reader.nextKey(); key !== NO_KEY; key = reader.nextKey()) {
    seen |= 1 << key;
    hello = { ...hello, ...readHelloField(reader, key) };
  }
  requireKeys(reader, seen, 0b0111_1110);
  return settle(frame, 'hello', reader, hello);
};

const readHelloField = (reader: CborReader, key: number): Partial<Hello> => {
  switch (key) {
    case 1:
      return { nonce: reader.byteString('nonce', NONCE_BYTES, NONCE_BYTES) };
    case 2:
      return { firmware: reader.text('firmware', 0, DEVICE_TEXT_BYTES_MAX) };
    case 3:
      return { modem: reader.text('modem', 0, DEVICE_TEXT_BYTES_MAX) };
    case 4:
      return { signal: readSignal(reader) };
    case 5:
      return { mode: modeOf(reader.uint('mode', 0, 1)) };
    case 6:
      return { locale: reader.text('locale', 1, LOCALE_BYTES_MAX) };
    case 7:
      return {
        clockOffsetS: reader.int('clock offset', -CLOCK_OFFSET_S_MAX, CLOCK_OFFSET_S_MAX),
      };
    default:
      reader.unknownKey();
      return {};
  }
};

const readSignal = (reader: CborReader): number => {
  const signal = reader.uint('signal', 0, SIGNAL_UNKNOWN);
  if (signal > SIGNAL_MAX && signal !== SIGNAL_UNKNOWN) {
    reader.reject('signal');
  }
  return signal;
};

/** Signed with the key `down`. */
export const encodeWelcome = (key: RequestKey, welcome: Welcome, macKey: MacKey): Uint8Array => {
  const body = startBody();
  body.map(5);
  body.bytesField(1, welcome.nonce);
  body.uintField(2, welcome.serverTimeS);
  body.uintField(3, welcome.heartbeatS);
  body.uintField(4, numberOf(welcome.mode));
  body.uintField(5, welcome.frameBytesMax);
  return finish(key, 'welcome', macKey);
};

/** The body of a WELCOME whose tag was verified. */
export const decodeWelcome = (frame: Uint8Array): Result<Welcome> => {
  const reader = open(frame);
  let seen = 0;
  let nonce: Uint8Array = EMPTY;
  let serverTimeS = 0;
  let heartbeatS = 0;
  let mode = 0;
  let frameBytesMax = 0;
  for (let key = reader.nextKey(); key !== NO_KEY; key = reader.nextKey()) {
    seen |= 1 << key;
    switch (key) {
      case 1:
        nonce = reader.byteString('nonce', NONCE_BYTES, NONCE_BYTES);
        break;
      case 2:
        serverTimeS = reader.uint('server time', 0, TIME_S_MAX);
        break;
      case 3:
        heartbeatS = reader.uint('heartbeat', 1, HEARTBEAT_S_MAX);
        break;
      case 4:
        mode = reader.uint('mode', 0, 1);
        break;
      case 5:
        frameBytesMax = reader.uint('largest frame', FRAME_LENGTH_MIN + 4, FRAME_BYTES_MAX);
        break;
      default:
        reader.unknownKey();
    }
  }
  requireKeys(reader, seen, 0b0011_1110);
  const welcome = { nonce, serverTimeS, heartbeatS, mode: modeOf(mode), frameBytesMax };
  return settle(frame, 'welcome', reader, welcome);
};

/** Empty body. PING is signed with `up`, PONG with `down`; both carry the sequence of the PING. */
export const encodePing = (key: RequestKey, macKey: MacKey): Uint8Array => {
  startBody();
  return finish(key, 'ping', macKey);
};

export const encodePong = (key: RequestKey, macKey: MacKey): Uint8Array => {
  startBody();
  return finish(key, 'pong', macKey);
};

/** Accepts no body at all, or a map of nothing but extensions. */
const decodeEmpty = (frame: Uint8Array, type: 'ping' | 'pong'): Result<undefined> => {
  // Without a body there is nothing to read: a map of no entries stands in for it.
  const reader =
    bodyEnd(frame) === FRAME_HEADER_BYTES ? new CborReader(NO_ENTRIES, 0, 1) : open(frame);
  if (reader.nextKey() !== NO_KEY) {
    reader.unknownKey();
  }
  if (isStored(frame)) {
    reader.reject('stored flag');
  }
  return settle(frame, type, reader, undefined);
};
const NO_ENTRIES = Uint8Array.of(0xa0);

export const decodePing = (frame: Uint8Array): Result<undefined> => decodeEmpty(frame, 'ping');
export const decodePong = (frame: Uint8Array): Result<undefined> => decodeEmpty(frame, 'pong');

/** Signed with the key `down`. */
export const encodeBusy = (key: RequestKey, busy: Busy, macKey: MacKey): Uint8Array => {
  const body = startBody();
  body.map(2);
  body.uintField(1, busy.retryAfterMs);
  body.uintField(2, busy.sequence);
  return finish(key, 'busy', macKey);
};

/** The body of a BUSY whose tag was verified. */
export const decodeBusy = (frame: Uint8Array): Result<Busy> => {
  const reader = open(frame);
  let seen = 0;
  let retryAfterMs = 0;
  let sequence = 0;
  for (let key = reader.nextKey(); key !== NO_KEY; key = reader.nextKey()) {
    seen |= 1 << key;
    if (key === 1) {
      retryAfterMs = reader.uint('retry after', 0, RETRY_AFTER_MS_MAX);
    } else if (key === 2) {
      sequence = reader.uint('sequence', 0, U32_MAX);
    } else {
      reader.unknownKey();
    }
  }
  requireKeys(reader, seen, 0b0110);
  return settle(frame, 'busy', reader, { retryAfterMs, sequence });
};

/** Signed with the key `down`. */
export const encodeGoaway = (key: RequestKey, goaway: Goaway, macKey: MacKey): Uint8Array => {
  const body = startBody();
  body.map(1);
  body.uintField(1, goaway.reconnectAfterMs);
  return finish(key, 'goaway', macKey);
};

/** The body of a GOAWAY whose tag was verified. */
export const decodeGoaway = (frame: Uint8Array): Result<Goaway> => {
  const reader = open(frame);
  let reconnectAfterMs = -1;
  for (let key = reader.nextKey(); key !== NO_KEY; key = reader.nextKey()) {
    if (key === 1) {
      reconnectAfterMs = reader.uint('reconnect after', 0, RETRY_AFTER_MS_MAX);
    } else {
      reader.unknownKey();
    }
  }
  if (reconnectAfterMs < 0) {
    reader.reject('a required field is missing');
  }
  return settle(frame, 'goaway', reader, { reconnectAfterMs });
};

/** Signed with the key `down`; before a valid HELLO pass NOBODY and no key. */
export const encodeFault = (
  key: RequestKey,
  fault: Fault,
  macKey: MacKey | undefined,
): Uint8Array => {
  const body = startBody();
  body.map(1 + present(fault.sequence));
  body.uintField(1, CODES[fault.code].code);
  body.uintField(2, fault.sequence);
  return finish(key, 'fault', macKey);
};

/** The body of a FAULT; its tag was verified, or is zeros where no HELLO was accepted yet. */
export const decodeFault = (frame: Uint8Array): Result<Fault> => {
  const reader = open(frame);
  let code: CodeName | undefined;
  let sequence: number | undefined;
  for (let key = reader.nextKey(); key !== NO_KEY; key = reader.nextKey()) {
    if (key === 1) {
      // A code that this version does not know still means that the bridge had a fault to tell.
      code = codeName(reader.uint('code', 0, 255)) ?? 'internal';
    } else if (key === 2) {
      sequence = reader.uint('sequence', 0, U32_MAX);
    } else {
      reader.unknownKey();
    }
  }
  if (code === undefined) {
    reader.reject('a required field is missing');
  }
  const known = code ?? 'internal';
  return settle(
    frame,
    'fault',
    reader,
    sequence === undefined ? { code: known } : { code: known, sequence },
  );
};
