/** JSON lines as the bridge sees them: one object a line. */
import { concatBytes } from '../bytes.ts';
import { CODES } from '../codes.ts';
import type { MacKey } from '../crypto.ts';
import type { DialectFraming, FrameLook, LinkFault } from '../dialect.ts';
import type { Told } from '../envelope.ts';
import {
  CLOCK_OFFSET_S_MAX,
  DEVICE_TEXT_BYTES_MAX,
  JSON_LINE_BYTES_MAX,
  LOCALE_BYTES_MAX,
  NONCE_BYTES,
  SIGNAL_MAX,
} from '../limits.ts';
import type { RequestKey } from '../request.ts';
import { accept, type Result } from '../result.ts';
import { JSON_LINK_LABELS } from './keys.ts';
import { LineReader } from './line-reader.ts';
import {
  type Content,
  contentOf,
  digestOf,
  encodeLine,
  isTagged,
  type JsonMessage,
  openLine,
} from './message.ts';
import { replyName } from './reply-codec.ts';
import { operationOf } from './request-codec.ts';

const LINE_END = Uint8Array.of(10);
const NOBODY: RequestKey = { terminal: 0, keyVersion: 0, sequence: 0 };
const SIGNALS: readonly number[] = [
  ...Array.from({ length: SIGNAL_MAX + 1 }, (_, signal) => signal),
  99,
];
const MODES = ['session', 'on_demand'] as const;

/** The line opened last: each is asked about several times in a row, and parsing it is most of the work. */
let lastLine: Uint8Array | undefined;
let lastOpened: Result<JsonMessage>;
const open = (line: Uint8Array): Result<JsonMessage> => {
  if (line !== lastLine) {
    lastOpened = openLine(line);
    lastLine = line;
  }
  return lastOpened;
};
/** A line that `look` found to be whole. */
const messageOf = (line: Uint8Array): JsonMessage => {
  const opened = open(line);
  if (!opened.ok) {
    throw new Error('a broken line has no content');
  }
  return opened.value;
};

const encode = (
  op: string,
  key: RequestKey,
  content: Content,
  macKey: MacKey | undefined,
): Uint8Array => concatBytes(encodeLine(op, key, content, macKey), LINE_END);

export const jsonFraming: DialectFraming = {
  dialect: 'json',
  labels: JSON_LINK_LABELS,
  createReader: () => new LineReader(),
  look: (line) => {
    const opened = open(line);
    return opened.ok
      ? { ...kindOf(opened.value), key: opened.value.key, keyVersion: opened.value.key.keyVersion }
      : { kind: 'broken', key: NOBODY, keyVersion: 0, refused: opened.reason };
  },
  isSignedWith: (line, up) => isTagged(messageOf(line), up),
  decodeHello: (line) => decodeHello(messageOf(line)),
  encodeWelcome: (hello, { mode, ...facts }, down) => {
    const { key, object } = messageOf(hello);
    const asked = object.get('mode') ?? 'session';
    const content = { ...facts, nonce: object.get('nonce'), mode: mode ?? asked };
    return encode('welcome', key, { ...content, frameBytesMax: JSON_LINE_BYTES_MAX }, down);
  },
  encodePong: (ping, facts, down) =>
    encode('pong', messageOf(ping).key, { serverTimeS: facts().serverTimeS }, down),
  encodeBusy: (line, retryAfterMs, down, keyVersion) =>
    encode('busy', { ...messageOf(line).key, keyVersion }, { retryAfterMs }, down),
  encodeGoaway: (key, reconnectAfterMs, down) => encode('goaway', key, { reconnectAfterMs }, down),
  encodeFault: ({ code, key, frame, unnamed }: LinkFault, down) => {
    const opened = frame === undefined || unnamed ? undefined : open(frame);
    const sequence = opened?.ok === true ? opened.value.key.sequence : 0;
    const content = { code: CODES[code].code, name: code };
    return key === undefined || down === undefined
      ? encode('fault', NOBODY, content, undefined)
      : encode('fault', { ...key, sequence }, content, down);
  },
  toEnvelope: (request) => request,
  fromEnvelope: (reply) => concatBytes(reply, LINE_END),
  isAnswerTo: (reply, request) => {
    const asked = messageOf(request);
    const answer = openLine(reply);
    return (
      answer.ok &&
      answer.value.op === replyName(asked.op) &&
      answer.value.key.terminal === asked.key.terminal &&
      answer.value.key.keyVersion === asked.key.keyVersion &&
      answer.value.key.sequence === asked.key.sequence
    );
  },
  digest: (crypto, request) => digestOf(crypto, messageOf(request)),
};

const kindOf = (message: JsonMessage): Pick<FrameLook, 'kind' | 'op' | 'refused'> => {
  if (message.op === 'hello') {
    return { kind: 'hello' };
  }
  if (message.op === 'ping') {
    const refusal = contentOf(message).refusal();
    return refusal ? { kind: 'broken', refused: refusal.reason } : { kind: 'ping' };
  }
  const op = operationOf(message.op);
  return op === undefined
    ? { kind: 'other', refused: 'op is not a request' }
    : { kind: 'request', op };
};

/** Only the nonce is required: a person with a terminal window has no modem to tell of. */
const decodeHello = (message: JsonMessage): Result<Told> => {
  const fields = contentOf(message);
  fields.need('nonce', fields.hex('nonce', NONCE_BYTES, NONCE_BYTES), undefined);
  fields.text('firmware', 0, DEVICE_TEXT_BYTES_MAX);
  fields.text('modem', 0, DEVICE_TEXT_BYTES_MAX);
  const signal = fields.oneOf('signal', SIGNALS);
  fields.oneOf('mode', MODES);
  const locale = fields.text('locale', 1, LOCALE_BYTES_MAX);
  const clockOffsetS = fields.int('clockOffsetS', -CLOCK_OFFSET_S_MAX, CLOCK_OFFSET_S_MAX);
  if (message.stored) {
    fields.reject('stored');
  }
  return (
    fields.refusal() ??
    accept({
      ...(locale === undefined ? {} : { locale }),
      ...(clockOffsetS === undefined ? {} : { clockOffsetS }),
      ...(signal === undefined || signal > SIGNAL_MAX ? {} : { signal }),
    })
  );
};
