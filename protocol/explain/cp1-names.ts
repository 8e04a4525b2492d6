/** Names of CP1's frames and body keys, for people (docs/protocol.md, sections 5 and 6). */
import { FRAME_TYPES } from '../cp1/frame.ts';

type Names = Readonly<Record<number, string>>;

export const TYPE_NAMES: Names = {
  [FRAME_TYPES.hello]: 'HELLO',
  [FRAME_TYPES.pay]: 'PAY',
  [FRAME_TYPES.confirm]: 'CONFIRM',
  [FRAME_TYPES.reverse]: 'REVERSE',
  [FRAME_TYPES.status]: 'STATUS',
  [FRAME_TYPES.refund]: 'REFUND',
  [FRAME_TYPES.ping]: 'PING',
  [FRAME_TYPES.catalogue]: 'CATALOGUE',
  [FRAME_TYPES.welcome]: 'WELCOME',
  [FRAME_TYPES.payReply]: 'reply to PAY',
  [FRAME_TYPES.confirmReply]: 'reply to CONFIRM',
  [FRAME_TYPES.reverseReply]: 'reply to REVERSE',
  [FRAME_TYPES.statusReply]: 'reply to STATUS',
  [FRAME_TYPES.refundReply]: 'reply to REFUND',
  [FRAME_TYPES.pong]: 'PONG',
  [FRAME_TYPES.catalogueReply]: 'reply to CATALOGUE',
  [FRAME_TYPES.fault]: 'FAULT',
  [FRAME_TYPES.busy]: 'BUSY',
  [FRAME_TYPES.goaway]: 'GOAWAY',
};

const ABOUT: Names = { 1: 'number of the PAY', 3: 'key version of the PAY' };
const REPLY: Names = {
  0: 'tag of the request',
  1: 'code',
  2: 'authorisation',
  3: 'server time',
  4: 'amount',
  5: 'hold expires in, s',
  6: 'retry after, ms',
  7: 'text',
  8: 'masked name',
  9: 'detail',
  10: 'version',
  11: 'items',
  12: 'next cursor',
  13: 'state',
  14: 'code of the PAY',
};

/** By type, then by key. */
export const KEY_NAMES: Readonly<Record<number, Names>> = {
  [FRAME_TYPES.hello]: {
    1: 'nonce',
    2: 'firmware',
    3: 'modem',
    4: 'signal',
    5: 'mode',
    6: 'locale',
    7: 'clock offset, s',
  },
  [FRAME_TYPES.welcome]: {
    1: 'nonce',
    2: 'server time',
    3: 'heartbeat, s',
    4: 'mode advised',
    5: 'largest frame',
  },
  [FRAME_TYPES.pay]: {
    1: 'identifier',
    2: 'entry mode',
    3: 'amount',
    4: 'currency',
    5: 'items',
    6: 'deadline, ms',
    7: 'mode',
    8: 'device time',
    9: 'catalogue version',
    10: 'promotion code',
    11: 'second factor',
  },
  [FRAME_TYPES.confirm]: { ...ABOUT, 2: 'amount' },
  [FRAME_TYPES.reverse]: { ...ABOUT, 2: 'reason' },
  [FRAME_TYPES.status]: ABOUT,
  [FRAME_TYPES.refund]: { ...ABOUT, 2: 'amount' },
  [FRAME_TYPES.catalogue]: { 1: 'version known', 2: 'cursor' },
  [FRAME_TYPES.busy]: { 1: 'retry after, ms', 2: 'number concerned' },
  [FRAME_TYPES.goaway]: { 1: 'reconnect after, ms' },
  [FRAME_TYPES.fault]: { 1: 'code', 2: 'number concerned' },
  [FRAME_TYPES.payReply]: REPLY,
  [FRAME_TYPES.confirmReply]: REPLY,
  [FRAME_TYPES.reverseReply]: REPLY,
  [FRAME_TYPES.statusReply]: REPLY,
  [FRAME_TYPES.refundReply]: REPLY,
  [FRAME_TYPES.catalogueReply]: { ...REPLY, 4: 'currency' },
};

/** Keys of a PAY that belong to the customer. */
export const SECRET_PAY_KEYS: ReadonlySet<number> = new Set([1, 10, 11]);
/** Names of keys that hold texts, bytes or lists which may be shown; all others are numbers. */
export const TEXT_NAMES: ReadonlySet<string> = new Set([
  ...['nonce', 'firmware', 'modem', 'locale', 'items', 'cursor', 'next cursor'],
  ...['tag of the request', 'authorisation', 'text', 'masked name', 'detail'],
]);

export const ENTRY_MODES: Names = { 1: 'keyed', 3: 'scanned', 5: 'chip', 7: 'tapped' };
export const REASONS: Names = { 1: 'no answer', 2: 'vend failed', 3: 'customer', 4: 'operator' };
