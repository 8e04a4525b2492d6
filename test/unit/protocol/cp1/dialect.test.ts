/** CP1 behind the seam that the functions and the bridge see of every dialect; all bytes come from the vectors. */
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#protocol/bytes.ts';
import { cp1Codec } from '#protocol/cp1/codec.ts';
import { cp1Framing } from '#protocol/cp1/framing.ts';
import { linkKeysOf, MESSAGE_LABELS, messageKeysOf } from '#protocol/cp1/keys.ts';
import { decodeReply } from '#protocol/cp1/reply-codec.ts';
import type { OpenedRequest } from '#protocol/dialect.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { vectorFile } from '#test/support/cp1-vectors.ts';

const bytesOf = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const link = linkKeysOf(pureCrypto, bytesOf(vectorFile.linkKey));
const message = messageKeysOf(pureCrypto, bytesOf(vectorFile.messageKey));
const KEY = { terminal: 1001, keyVersion: 1, sequence: 7 };
/** The worked example of docs/protocol.md. */
const HELLO = bytesOf(
  'c510003501000003e90100000000a6014801020304050607080263312e30036653494d3830300414050006656b6f2d4b52ba883f9854a1d925',
);
const PAY = bytesOf(
  'c510004702000003e90100000007a7017437303030303030303030303030303030303034320203031932640419019a058183664c49502d30310119326406194e200700ba1399cf17a746da',
);
const REPEATED = bytesOf(
  'c511004702000003e90100000007a7017437303030303030303030303030303030303034320203031932640419019a058183664c49502d30310119326406194e200700d63f3e9bff2c5a4d',
);
const REPLY = bytesOf(
  'c510003182000003e90100000007a50048ba1399cf17a746da01000266413142324333031a6ab13b8004193264f7e9003b4233c0c1',
);

const opened = (frame: Uint8Array): OpenedRequest => {
  const request = cp1Codec.open(frame);
  if ('unopened' in request) {
    throw new Error(request.unopened);
  }
  return request;
};
const framesOf = (kind: string): readonly Uint8Array[] =>
  vectorFile.vectors
    .filter((vector) => vector.kind === kind && vector.refused === undefined)
    .map(({ hex }) => bytesOf(hex));

describe('CP1 to the functions', () => {
  it('shows K, operation and flags without a key', () => {
    expect(opened(PAY)).toMatchObject({
      key: KEY,
      keyVersion: 1,
      op: 'pay',
      stored: false,
      labels: MESSAGE_LABELS,
    });
    const ops = new Set(framesOf('request').map((frame) => opened(frame).op));
    expect([...ops].sort()).toEqual(['catalogue', 'confirm', 'pay', 'refund', 'reverse', 'status']);
    expect(framesOf('request').some((frame) => opened(frame).stored)).toBe(true);
  });

  it('says what it cannot open', () => {
    expect(cp1Codec.open(PAY.subarray(1))).toEqual({ unopened: 'frame_malformed' });
    expect(cp1Codec.open(PAY.subarray(0, 30))).toEqual({ unopened: 'frame_malformed' });
    expect(cp1Codec.open(HELLO)).toEqual({
      unopened: 'frame_type',
      key: { ...KEY, sequence: 0 },
    });
  });

  it('verifies, digests, decodes and answers as the worked example has it', () => {
    for (const frame of [PAY, REPEATED]) {
      const request = opened(frame);
      expect(request.isSignedWith(message.request)).toBe(true);
      expect(request.isSignedWith(message.reply)).toBe(false);
      expect(toHex(request.digest(pureCrypto))).toBe(toHex(opened(PAY).digest(pureCrypto)));
      expect(request.decode(0)).toMatchObject({
        ok: true,
        value: { op: 'pay', amountMinor: 12_900 },
      });
      const reply = {
        code: 'approved',
        authorisation: 'A1B2C3',
        serverTimeS: 1_790_000_000,
        amountMinor: 12_900,
      } as const;
      expect(toHex(request.encode(reply, message))).toBe(toHex(REPLY));
    }
  });
});

describe('CP1 to the bridge', () => {
  it('tells what a frame is', () => {
    expect(cp1Framing.look(HELLO)).toEqual({
      kind: 'hello',
      key: { ...KEY, sequence: 0 },
      keyVersion: 1,
    });
    expect(cp1Framing.look(PAY)).toEqual({ kind: 'request', op: 'pay', key: KEY, keyVersion: 1 });
    expect(cp1Framing.look(REPLY)).toMatchObject({ kind: 'other' });
    for (const ping of framesOf('ping')) {
      expect(cp1Framing.look(ping).kind).toBe('ping');
      const bad = Uint8Array.from(ping);
      bad[1] = 0x12;
      expect(cp1Framing.look(bad)).toMatchObject({ kind: 'broken', refused: 'stored flag' });
    }
  });

  it('checks the link and reads what HELLO tells', () => {
    expect(cp1Framing.isSignedWith(HELLO, link.up)).toBe(true);
    expect(cp1Framing.isSignedWith(HELLO, link.down)).toBe(false);
    expect(cp1Framing.decodeHello(HELLO, 0)).toEqual({
      ok: true,
      value: { locale: 'ko-KR', signal: 20 },
    });
    expect(cp1Framing.decodeHello(PAY, 0).ok).toBe(false);
    const told = framesOf('hello').map((frame) => cp1Framing.decodeHello(frame, 0));
    expect(told.some((hello) => hello.ok && hello.value.clockOffsetS !== undefined)).toBe(true);
  });

  it('cuts frames and hands requests through as they are', () => {
    const reader = cp1Framing.createReader();
    reader.feed(PAY);
    expect(reader.next()).toEqual(PAY);
    expect(cp1Framing.toEnvelope(PAY)).toBe(PAY);
    expect(cp1Framing.fromEnvelope(REPLY, PAY)).toBe(REPLY);
    expect(toHex(cp1Framing.digest(pureCrypto, PAY))).toBe(toHex(opened(PAY).digest(pureCrypto)));
  });

  it('takes for an answer only the reply to that type and K', () => {
    expect(cp1Framing.isAnswerTo(REPLY, PAY)).toBe(true);
    for (const at of [4, 8, 9, 13]) {
      const other = Uint8Array.from(REPLY);
      other[at] = 0x81;
      expect(cp1Framing.isAnswerTo(other, PAY), `byte ${at}`).toBe(false);
    }
    expect(decodeReply(REPLY).ok).toBe(true);
  });

  it('says what only the bridge has to say', () => {
    const isIn = (kind: string, frame: Uint8Array | undefined): void => {
      const header = toHex(frame ?? new Uint8Array()).slice(8, 10);
      const types: Record<string, string> = {
        welcome: '81',
        pong: '87',
        busy: '8e',
        goaway: '8f',
        fault: '8d',
      };
      expect(header).toBe(types[kind]);
    };
    const facts = { serverTimeS: 1_790_000_000, heartbeatS: 240 };
    const welcome = cp1Framing.encodeWelcome(HELLO, facts, link.down);
    isIn('welcome', welcome);
    expect(toHex(welcome)).toContain('480102030405060708');
    expect(() => cp1Framing.encodeWelcome(PAY, facts, link.down)).toThrow(/refused/);
    const [ping] = framesOf('ping');
    isIn(
      'pong',
      cp1Framing.encodePong(ping ?? PAY, () => facts, link.down),
    );
    const busy = cp1Framing.encodeBusy(PAY, 2_000, link.down, 9);
    isIn('busy', busy);
    expect(busy[9]).toBe(9);
    const advised = cp1Framing.encodeWelcome(HELLO, { ...facts, mode: 'on_demand' }, link.down);
    expect(toHex(welcome)).toContain('18f00400051904');
    expect(toHex(advised)).toContain('18f00401051904');
    isIn('goaway', cp1Framing.encodeGoaway(KEY, 500, link.down));
    const signed = cp1Framing.encodeFault({ code: 'mac_invalid', key: KEY, frame: PAY }, link.down);
    isIn('fault', signed);
    expect(toHex(signed ?? PAY)).toContain('a20118420207');
    expect(signed && cp1Framing.isSignedWith(signed, link.down)).toBe(true);
    const bare = cp1Framing.encodeFault({ code: 'frame_malformed', key: KEY }, link.down);
    expect(toHex(bare ?? PAY)).toContain('000003e90100000000a1011840');
    const early = cp1Framing.encodeFault({ code: 'mac_invalid' }, undefined);
    expect(toHex(early ?? PAY)).toMatch(/^c51000168d000000000000000000a1011842(00){8}$/);
  });
});
