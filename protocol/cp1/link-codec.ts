/** Frames between terminal and bridge that are no payments: HELLO, WELCOME, PING, PONG, BUSY, GOAWAY, FAULT. */
import { type CborReader, NO_KEY } from '../cbor-reader.ts';
import { present } from '../cbor-writer.ts';
import { CODES, type CodeName, codeName } from '../codes.ts';
import type { MacKey } from '../crypto.ts';
import {
  CLOCK_OFFSET_S_MAX,
  DEVICE_TEXT_BYTES_MAX,
  FRAME_BYTES_MAX,
  FRAME_LENGTH_MIN,
  HEARTBEAT_S_MAX,
  LOCALE_BYTES_MAX,
  NONCE_BYTES,
  RETRY_AFTER_MS_MAX,
  SIGNAL_MAX,
  TIME_S_MAX,
  U32_MAX,
} from '../limits.ts';
import type { RequestKey } from '../request.ts';
import type { Result } from '../result.ts';
import { startBody } from './frame.ts';
import { finishLink, openLink, requireKeys, settleEmpty, settleLink } from './link-frame.ts';

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
  /** Seconds that the device's clock is ahead of the server's, as the terminal measured it. */
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

const SIGNAL_UNKNOWN = 99;
const EMPTY = new Uint8Array(0);

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
  return finishLink(key, 'hello', macKey);
};

/** The body of a HELLO whose tag was verified. */
export const decodeHello = (frame: Uint8Array): Result<Hello> => {
  const reader = openLink(frame);
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
  return settleLink(frame, 'hello', reader, hello);
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
      return { mode: modeOf(reader.int('mode', 0, 1)) };
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
  const signal = reader.int('signal', 0, SIGNAL_UNKNOWN);
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
  return finishLink(key, 'welcome', macKey);
};

/** The body of a WELCOME whose tag was verified. */
export const decodeWelcome = (frame: Uint8Array): Result<Welcome> => {
  const reader = openLink(frame);
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
        serverTimeS = reader.int('server time', 0, TIME_S_MAX);
        break;
      case 3:
        heartbeatS = reader.int('heartbeat', 1, HEARTBEAT_S_MAX);
        break;
      case 4:
        mode = reader.int('mode', 0, 1);
        break;
      case 5:
        frameBytesMax = reader.int('largest frame', FRAME_LENGTH_MIN + 4, FRAME_BYTES_MAX);
        break;
      default:
        reader.unknownKey();
    }
  }
  requireKeys(reader, seen, 0b0011_1110);
  const welcome = { nonce, serverTimeS, heartbeatS, mode: modeOf(mode), frameBytesMax };
  return settleLink(frame, 'welcome', reader, welcome);
};

/** Empty body. PING is signed with `up`, PONG with `down`; both carry the sequence of the PING. */
export const encodePing = (key: RequestKey, macKey: MacKey): Uint8Array => {
  startBody();
  return finishLink(key, 'ping', macKey);
};

export const encodePong = (key: RequestKey, macKey: MacKey): Uint8Array => {
  startBody();
  return finishLink(key, 'pong', macKey);
};

export const decodePing = (frame: Uint8Array): Result<undefined> => settleEmpty(frame, 'ping');
export const decodePong = (frame: Uint8Array): Result<undefined> => settleEmpty(frame, 'pong');

/** Signed with the key `down`. */
export const encodeBusy = (key: RequestKey, busy: Busy, macKey: MacKey): Uint8Array => {
  const body = startBody();
  body.map(2);
  body.uintField(1, busy.retryAfterMs);
  body.uintField(2, busy.sequence);
  return finishLink(key, 'busy', macKey);
};

/** The body of a BUSY whose tag was verified. */
export const decodeBusy = (frame: Uint8Array): Result<Busy> => {
  const reader = openLink(frame);
  let seen = 0;
  let retryAfterMs = 0;
  let sequence = 0;
  for (let key = reader.nextKey(); key !== NO_KEY; key = reader.nextKey()) {
    seen |= 1 << key;
    if (key === 1) {
      retryAfterMs = reader.int('retry after', 0, RETRY_AFTER_MS_MAX);
    } else if (key === 2) {
      sequence = reader.int('sequence', 0, U32_MAX);
    } else {
      reader.unknownKey();
    }
  }
  requireKeys(reader, seen, 0b0110);
  return settleLink(frame, 'busy', reader, { retryAfterMs, sequence });
};

/** Signed with the key `down`. */
export const encodeGoaway = (key: RequestKey, goaway: Goaway, macKey: MacKey): Uint8Array => {
  const body = startBody();
  body.map(1);
  body.uintField(1, goaway.reconnectAfterMs);
  return finishLink(key, 'goaway', macKey);
};

/** The body of a GOAWAY whose tag was verified. */
export const decodeGoaway = (frame: Uint8Array): Result<Goaway> => {
  const reader = openLink(frame);
  let reconnectAfterMs = -1;
  for (let key = reader.nextKey(); key !== NO_KEY; key = reader.nextKey()) {
    if (key === 1) {
      reconnectAfterMs = reader.int('reconnect after', 0, RETRY_AFTER_MS_MAX);
    } else {
      reader.unknownKey();
    }
  }
  if (reconnectAfterMs < 0) {
    reader.reject('a required field is missing');
  }
  return settleLink(frame, 'goaway', reader, { reconnectAfterMs });
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
  return finishLink(key, 'fault', macKey);
};

/** The body of a FAULT; its tag was verified, or is zeros where no HELLO was accepted yet. */
export const decodeFault = (frame: Uint8Array): Result<Fault> => {
  const reader = openLink(frame);
  let code: CodeName | undefined;
  let sequence: number | undefined;
  for (let key = reader.nextKey(); key !== NO_KEY; key = reader.nextKey()) {
    if (key === 1) {
      // A code that this version does not know still means that the bridge had a fault to tell.
      code = codeName(reader.int('code', 0, 255)) ?? 'internal';
    } else if (key === 2) {
      sequence = reader.int('sequence', 0, U32_MAX);
    } else {
      reader.unknownKey();
    }
  }
  if (code === undefined) {
    reader.reject('a required field is missing');
  }
  const known = code ?? 'internal';
  return settleLink(
    frame,
    'fault',
    reader,
    sequence === undefined ? { code: known } : { code: known, sequence },
  );
};
