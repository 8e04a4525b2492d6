/** Header, tag, digest and size of a frame; what the encoders do at their bounds. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CborWriter } from '#protocol/cbor-writer.ts';
import {
  clearedTag,
  encodeFrame,
  finishFrame,
  frameHeader,
  requestDigest,
  startBody,
  verifyTag,
} from '#protocol/cp1/frame.ts';
import { decodeHello, encodePing } from '#protocol/cp1/link-codec.ts';
import { decodeReply, encodeReply } from '#protocol/cp1/reply-codec.ts';
import { decodeRequest, encodeRequest } from '#protocol/cp1/request-codec.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { bytesOf, hexOf, macKeys, vectorFile } from '#test/support/cp1-vectors.ts';

const KEY = { terminal: 1001, keyVersion: 1, sequence: 7 };
const vector = (name: string): Uint8Array =>
  bytesOf(vectorFile.vectors.find((candidate) => candidate.name === name)?.hex ?? '');
const PAY = vector('PAY of the worked example');
const REPEATED = vector('the same PAY with REPEAT');
const STORED = vector('PAY stored, held, of two products, with every optional field');

describe('a frame', () => {
  it('tells its header', () => {
    expect(frameHeader(REPEATED)).toEqual({
      ...KEY,
      type: 2,
      flags: 1,
      repeat: true,
      stored: false,
    });
    expect(frameHeader(STORED)).toMatchObject({ flags: 2, repeat: false, stored: true });
  });

  it('has the digest of one byte of flags, type and body, whatever REPEAT says', () => {
    for (const [frame, flags] of [
      [PAY, 0],
      [REPEATED, 0],
      [STORED, 2],
    ] as const) {
      const expected = createHash('sha256')
        .update(Uint8Array.of(flags, 2))
        .update(frame.subarray(14, -8))
        .digest('hex');
      expect(hexOf(requestDigest(pureCrypto, frame))).toBe(expected);
    }
  });

  it('is left as it was by all that reads it', () => {
    const before = hexOf(REPEATED);
    clearedTag(REPEATED, macKeys.request);
    requestDigest(pureCrypto, REPEATED);
    verifyTag(REPEATED, macKeys.request);
    expect(hexOf(REPEATED)).toBe(before);
  });

  it('hands out copies, also of a Buffer that is used again', () => {
    const pay = Buffer.from(PAY);
    const tag = clearedTag(pay, macKeys.request);
    const hello = Buffer.from(vector('HELLO of the worked example'));
    const decoded = decodeHello(hello);
    pay.fill(0);
    hello.fill(0);
    expect(hexOf(tag)).toBe(hexOf(PAY.subarray(-8)));
    expect(decoded.ok && hexOf(decoded.value.nonce)).toBe('0102030405060708');
  });

  it('is refused when any one bit of it is changed', () => {
    for (let bit = 0; bit < PAY.length * 8; bit += 1) {
      const frame = PAY.slice();
      frame[bit >> 3] = (frame[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verifyTag(frame, macKeys.request)).toBe(false);
    }
  });

  it('is put around an encoded body, signed or with a tag of zeros', () => {
    const header = frameHeader(PAY);
    expect(encodeFrame(header, PAY.subarray(14, -8), macKeys.request)).toEqual(PAY);
    expect(hexOf(encodeFrame(header, PAY.subarray(14, -8), undefined)).slice(-16)).toBe(
      '0'.repeat(16),
    );
  });

  it('may have 1024 bytes and not one more', () => {
    const header = frameHeader(PAY);
    expect(encodeFrame(header, new Uint8Array(1002), macKeys.request)).toHaveLength(1024);
    for (const size of [1003, 1100, 100_000]) {
      expect(() => encodeFrame(header, new Uint8Array(size), macKeys.request)).toThrow(RangeError);
    }
  });

  it('stays what it is while thousands of others are encoded', () => {
    const frames = Array.from({ length: 3000 }, (_, sequence) =>
      encodePing({ ...KEY, sequence }, macKeys.up),
    );
    frames.forEach((frame, sequence) => {
      expect(frameHeader(frame).sequence).toBe(sequence);
      const expected = createHmac('sha256', Buffer.from(vectorKey()))
        .update(frame.subarray(0, 14))
        .digest();
      expect(hexOf(frame.subarray(14))).toBe(expected.subarray(0, 8).toString('hex'));
    });
  });
});

const vectorKey = (): Uint8Array =>
  createHmac('sha256', bytesOf(vectorFile.linkKey)).update('cp1 link up').digest();

describe('encoding at its bounds', () => {
  const pay = decodeRequest(PAY);
  const request = pay.ok ? pay.value : undefined;

  it('throws where a request does not fit into a frame, and works again after', () => {
    if (request?.op !== 'pay') {
      throw new Error('the worked example is a PAY');
    }
    for (const identifier of ['x'.repeat(1000), 'x'.repeat(20_000), '\u20ac'.repeat(400)]) {
      expect(() => encodeRequest(KEY, {}, { ...request, identifier }, macKeys.request)).toThrow(
        RangeError,
      );
    }
    expect(encodeRequest(KEY, {}, request, macKeys.request)).toEqual(PAY);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('throws on a number that is %d', (amountMinor) => {
    expect(() =>
      encodeRequest(KEY, {}, { op: 'refund', paymentSequence: 1, amountMinor }, macKeys.request),
    ).toThrow(RangeError);
  });

  it('drops what does not fit, so that one check at the end is enough', () => {
    const writer = new CborWriter(new Uint8Array(4));
    writer.byteString(new Uint8Array(9));
    expect(writer.at).toBe(10);
    expect(() => writer.int(-(2 ** 53) - 2)).toThrow(RangeError);
  });

  it('writes each width of number in its shortest form', () => {
    const cases = [
      [23, '17'],
      [24, '1818'],
      [255, '18ff'],
      [256, '190100'],
      [65535, '19ffff'],
      [65536, '1a00010000'],
      [4294967295, '1affffffff'],
      [4294967296, '1b0000000100000000'],
      [9007199254740991, '1b001fffffffffffff'],
      [-1, '20'],
      [-24, '37'],
      [-25, '3818'],
      [-9007199254740991, '3b001ffffffffffffe'],
    ] as const;
    for (const [value, expected] of cases) {
      const writer = new CborWriter(new Uint8Array(16));
      writer.int(value);
      expect(hexOf(writer.bytes.subarray(0, writer.at))).toBe(expected);
    }
  });

  it('cuts text for the customer to 64 bytes rather than failing an approval', () => {
    const reply = decodeReply(
      encodeReply(
        PAY,
        new Uint8Array(8),
        { code: 'approved', text: '\u20ac'.repeat(30), maskedName: 'n'.repeat(65) },
        macKeys.reply,
      ),
    );
    expect(reply.ok && reply.value.text).toBe('\u20ac'.repeat(21));
    expect(reply.ok && reply.value.maskedName).toBe('n'.repeat(64));
  });

  it('leaves out of a reply what has no meaning in that operation', () => {
    const confirm = PAY.slice();
    confirm[4] = 3;
    const reply = {
      code: 'approved',
      authorisation: 'A1B2C3',
      amountMinor: 5,
      holdExpiresInS: 1,
      maskedName: 'x',
      state: 'held',
      paymentCode: 'approved',
      serverTimeS: 9,
      catalogue: { version: 1, items: [], currency: 410 },
    } as const;
    const result = decodeReply(encodeReply(confirm, new Uint8Array(8), reply, macKeys.reply));
    expect(result.ok && result.value).toEqual({
      requestTag: new Uint8Array(8),
      code: 'approved',
      serverTimeS: 9,
    });
  });

  it('throws where a page of the catalogue does not fit', () => {
    const asked = PAY.slice();
    asked[4] = 8;
    const item = {
      sku: 's',
      name: 'n'.repeat(64),
      unitPriceMinor: 1,
      openNow: true,
      nextChangeS: 0,
    };
    const catalogue = { version: 1, currency: 410, items: Array.from({ length: 15 }, () => item) };
    expect(() =>
      encodeReply(asked, new Uint8Array(8), { code: 'approved', catalogue }, macKeys.reply),
    ).toThrow(RangeError);
  });
});

describe('terminal 0 and flags', () => {
  const frameWith = (
    change: { terminal?: number; flags?: number; type?: number },
    body: string,
  ): Uint8Array => {
    const header = { ...frameHeader(PAY), ...change };
    startBody();
    return encodeFrame(header, bytesOf(body), macKeys.request);
  };

  it('refuses a request and a HELLO of terminal 0', () => {
    expect(decodeRequest(frameWith({ terminal: 0, type: 5 }, 'a10101'))).toMatchObject({
      code: 'field_invalid',
    });
    const hello = vector('HELLO of the worked example');
    hello.fill(0, 5, 9);
    expect(decodeHello(hello)).toMatchObject({ code: 'field_invalid' });
  });

  it('refuses STORED in a HELLO and in a STATUS, accepts REPEAT', () => {
    const hello = vector('HELLO of the worked example');
    hello[1] = 0x12;
    expect(decodeHello(hello)).toMatchObject({ code: 'field_invalid' });
    hello[1] = 0x11;
    expect(decodeHello(hello)).toMatchObject({ ok: true });
    expect(decodeRequest(frameWith({ flags: 2, type: 5 }, 'a10101'))).toMatchObject({
      code: 'field_invalid',
    });
    expect(decodeRequest(frameWith({ flags: 1, type: 5 }, 'a10101'))).toMatchObject({ ok: true });
  });

  it('finishes an empty body', () => {
    startBody();
    expect(finishFrame({ ...KEY, type: 7, flags: 0 }, macKeys.up)).toHaveLength(22);
  });
});
