/** What the clients of each server say: made once, so that the load generator computes nothing while it runs. */
import { generate } from 'mqtt-packet';
import { toHex } from '#protocol/bytes.ts';
import { deriveLinkKeys } from '#protocol/cp1/keys.ts';
import { encodeHello, encodePing } from '#protocol/cp1/link-codec.ts';
import { encodeRequest } from '#protocol/cp1/request-codec.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import type { PayRequest } from '#protocol/request.ts';
import { LINK_MASTER, PAY_REPLY_BYTES, TERMINAL_FIRST } from './settings.ts';
import type { ClientScript } from './wire.ts';

/** Who says what to whom. */
export type ScriptName = 'bridgePay' | 'bridgePing' | 'echoPay' | 'echoPing' | 'brokerPublish';

const SEQUENCE = 7;
const PUBACK_BYTES = 4;
const CONNACK_BYTES = 4;
const PONG_BYTES = 22;
/** WELCOME: 22 bytes around the map of nonce, time, heartbeat, mode and largest frame. */
const WELCOME_BYTES = 49;
const NONCE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

const PAY: PayRequest = {
  op: 'pay',
  identifier: '70000000000000000042',
  entryMode: 3,
  amountMinor: 12_900,
  currency: 410,
  items: [{ sku: 'LIP-01', quantity: 1, unitPriceMinor: 12_900 }],
  deadlineMs: 20_000,
  mode: 'sale',
};

/** The bridge does not check the tag of a PAY: any key will do. */
const requestKey = pureCrypto.macKey(new Uint8Array(32));

/** The PAY that is asked again and again. */
export const payFrame = (terminal: number): Uint8Array =>
  encodeRequest({ terminal, keyVersion: 1, sequence: SEQUENCE }, {}, PAY, requestKey);

const hello = (terminal: number): string => {
  const { up } = deriveLinkKeys(pureCrypto, LINK_MASTER, terminal, 1);
  const fields = {
    nonce: NONCE,
    firmware: '1.0',
    modem: 'SIM800',
    signal: 20,
    mode: 'session' as const,
    locale: 'ko-KR',
  };
  return toHex(encodeHello({ terminal, keyVersion: 1, sequence: 0 }, fields, up));
};

const pingFrame = (terminal: number): Uint8Array => {
  const { up } = deriveLinkKeys(pureCrypto, LINK_MASTER, terminal, 1);
  return encodePing({ terminal, keyVersion: 1, sequence: SEQUENCE }, up);
};

/** Signs on and pays, again and again. */
const bridgePay = (terminal: number): ClientScript => ({
  opening: hello(terminal),
  openingReplyBytes: WELCOME_BYTES,
  request: toHex(payFrame(terminal)),
  replyBytes: PAY_REPLY_BYTES,
  expect: { at: 4, byte: 0x82 },
});

/** Signs on and sends PING, again and again: two HMACs each. */
const bridgePing = (terminal: number): ClientScript => ({
  ...bridgePay(terminal),
  request: toHex(pingFrame(terminal)),
  replyBytes: PONG_BYTES,
  expect: { at: 4, byte: 0x87 },
});

const echoOf = (opening: string, request: string): ClientScript => ({
  opening,
  openingReplyBytes: opening.length / 2,
  request,
  replyBytes: request.length / 2,
  expect: { at: 0, byte: 0xc5 },
});

const brokerPublish = (terminal: number): ClientScript => ({
  opening: generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: `t${terminal}`,
    keepalive: 300,
  }).toString('hex'),
  openingReplyBytes: CONNACK_BYTES,
  request: generate({
    cmd: 'publish',
    topic: `t/${terminal}`,
    payload: Buffer.from(payFrame(terminal)),
    qos: 1,
    messageId: SEQUENCE,
    dup: false,
    retain: false,
  }).toString('hex'),
  replyBytes: PUBACK_BYTES,
  expect: { at: 0, byte: 0x40 },
});

const SCRIPTS: Readonly<Record<ScriptName, (terminal: number) => ClientScript>> = {
  bridgePay,
  bridgePing,
  echoPay: (terminal: number) => echoOf(hello(terminal), toHex(payFrame(terminal))),
  echoPing: (terminal: number) => echoOf(hello(terminal), toHex(pingFrame(terminal))),
  brokerPublish,
};

/** One script per client, each of a terminal of its own. */
export const scriptsOf = (name: ScriptName, clients: number): readonly ClientScript[] =>
  Array.from({ length: clients }, (_, index) => SCRIPTS[name](TERMINAL_FIRST + index));
