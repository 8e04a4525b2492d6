/** Requests of a terminal, body to canonical request and back (docs/protocol.md, section 5). */
import { CborReader, NO_KEY } from '../cbor-reader.ts';
import { type CborWriter, present } from '../cbor-writer.ts';
import type { MacKey } from '../crypto.ts';
import {
  AMOUNT_MINOR_MAX,
  CURSOR_BYTES_MAX,
  FRAME_HEADER_BYTES,
  KEY_VERSION_MAX,
  U32_MAX,
  VERSION_MAX,
} from '../limits.ts';
import type { CatalogueRequest, CommonRequest, RequestKey, ReverseReason } from '../request.ts';
import { accept, type Result, refuse } from '../result.ts';
import {
  bodyEnd,
  FLAG_REPEAT,
  FLAG_STORED,
  FRAME_TYPES,
  finishFrame,
  frameKeyVersion,
  frameSequence,
  frameTerminal,
  frameType,
  isStored,
  startBody,
} from './frame.ts';
import { decodePay, writePay } from './pay-codec.ts';

/** The request in a frame whose tag was verified. Total: whatever the bytes, a request or a refusal with 64 or 70. */
export const decodeRequest = (frame: Uint8Array): Result<CommonRequest> => {
  const reader = new CborReader(frame, FRAME_HEADER_BYTES, bodyEnd(frame));
  if (frameTerminal(frame) === 0) {
    reader.reject('terminal');
  }
  if (isStored(frame) && frameType(frame) !== FRAME_TYPES.pay) {
    reader.reject('stored flag');
  }
  const request = decodeBody(reader, frame);
  return reader.refusal() ?? (request === undefined ? UNKNOWN_TYPE : accept(request));
};

const UNKNOWN_TYPE = refuse('frame_malformed', 'type is not a request');

const decodeBody = (reader: CborReader, frame: Uint8Array): CommonRequest | undefined => {
  switch (frameType(frame)) {
    case FRAME_TYPES.pay:
      return decodePay(reader, isStored(frame));
    case FRAME_TYPES.confirm:
    case FRAME_TYPES.reverse:
    case FRAME_TYPES.status:
    case FRAME_TYPES.refund:
      return decodeAboutPayment(reader, frame);
    case FRAME_TYPES.catalogue:
      return decodeCatalogue(reader);
    default:
      return undefined;
  }
};

/** CONFIRM, REVERSE, STATUS and REFUND: 1 sequence number of the PAY, 2 as the type has it, 3 its key version. */
const decodeAboutPayment = (reader: CborReader, frame: Uint8Array): CommonRequest => {
  const type = frameType(frame);
  let paymentSequence = -1;
  let second: number | undefined;
  let paymentKeyVersion: number | undefined;
  for (let key = reader.nextKey(); key !== NO_KEY; key = reader.nextKey()) {
    if (key === 1) {
      paymentSequence = reader.int('payment sequence', 0, U32_MAX);
    } else if (key === 2) {
      second = readSecondField(reader, type);
    } else if (key === 3) {
      paymentKeyVersion = reader.int('payment key version', 0, KEY_VERSION_MAX);
    } else {
      reader.unknownKey();
    }
  }
  if (paymentSequence < 0) {
    reader.reject('payment sequence is missing');
  }
  const about =
    paymentKeyVersion === undefined ? { paymentSequence } : { paymentSequence, paymentKeyVersion };
  if (type === FRAME_TYPES.status) {
    return { op: 'status', ...about };
  }
  if (type === FRAME_TYPES.reverse) {
    return toReverse(reader, frame, about, second);
  }
  const op = type === FRAME_TYPES.confirm ? 'confirm' : 'refund';
  return second === undefined ? { op, ...about } : { op, ...about, amountMinor: second };
};

/** Key 2: the reason of a REVERSE, the amount of a CONFIRM or REFUND, unknown in a STATUS. */
const readSecondField = (reader: CborReader, type: number): number | undefined => {
  switch (type) {
    case FRAME_TYPES.status:
      reader.unknownKey();
      return undefined;
    case FRAME_TYPES.reverse:
      return reader.int('reason', 1, 4);
    default:
      return reader.int('amount', 1, AMOUNT_MINOR_MAX);
  }
};

interface AboutPayment {
  readonly paymentSequence: number;
  readonly paymentKeyVersion?: number;
}

/** A REVERSE can only be about an earlier number; across key versions the numbers do not compare. */
const toReverse = (
  reader: CborReader,
  frame: Uint8Array,
  about: AboutPayment,
  reason: number | undefined,
): CommonRequest => {
  if (reason === undefined) {
    reader.reject('reason is missing');
  }
  const ownVersion = frameKeyVersion(frame);
  if (
    (about.paymentKeyVersion ?? ownVersion) === ownVersion &&
    about.paymentSequence >= frameSequence(frame)
  ) {
    reader.reject('payment sequence is not below its own');
  }
  return { op: 'reverse', ...about, reason: (reason ?? 1) as ReverseReason };
};

const decodeCatalogue = (reader: CborReader): CatalogueRequest => {
  let knownVersion = -1;
  let cursor: Uint8Array | undefined;
  for (let key = reader.nextKey(); key !== NO_KEY; key = reader.nextKey()) {
    if (key === 1) {
      knownVersion = reader.int('version', 0, VERSION_MAX);
    } else if (key === 2) {
      cursor = reader.byteString('cursor', 0, CURSOR_BYTES_MAX);
    } else {
      reader.unknownKey();
    }
  }
  if (knownVersion < 0) {
    reader.reject('version is missing');
  }
  return cursor === undefined
    ? { op: 'catalogue', knownVersion }
    : { op: 'catalogue', knownVersion, cursor };
};

/** How a request is sent; both absent: a fresh sale, for the first time. */
export interface RequestFlags {
  readonly repeat?: boolean;
  readonly stored?: boolean;
}

/**
 * The frame of a request. Encodes what it is given: `decodeRequest` is the judge of its fields. Throws RangeError where
 * the frame would exceed 1024 bytes or a number is no unsigned integer.
 */
export const encodeRequest = (
  key: RequestKey,
  flags: RequestFlags,
  request: CommonRequest,
  macKey: MacKey,
): Uint8Array => {
  writeBody(startBody(), request);
  return finishFrame(
    {
      type: FRAME_TYPES[request.op],
      flags: (flags.repeat === true ? FLAG_REPEAT : 0) | (flags.stored === true ? FLAG_STORED : 0),
      terminal: key.terminal,
      keyVersion: key.keyVersion,
      sequence: key.sequence,
    },
    macKey,
  );
};

const writeBody = (writer: CborWriter, request: CommonRequest): void => {
  switch (request.op) {
    case 'pay':
      writePay(writer, request);
      break;
    case 'catalogue':
      writer.map(1 + present(request.cursor));
      writer.uintField(1, request.knownVersion);
      writer.bytesField(2, request.cursor);
      break;
    default: {
      const second = secondField(request);
      writer.map(1 + present(second) + present(request.paymentKeyVersion));
      writer.uintField(1, request.paymentSequence);
      writer.uintField(2, second);
      writer.uintField(3, request.paymentKeyVersion);
    }
  }
};

/** Key 2 of the requests that are about a PAY. */
const secondField = (
  request: Exclude<CommonRequest, { op: 'pay' | 'catalogue' }>,
): number | undefined => {
  switch (request.op) {
    case 'reverse':
      return request.reason;
    case 'status':
      return undefined;
    default:
      return request.amountMinor;
  }
};
