/** Lengths, TPDUs and what the bridge itself says; expected bytes are the foreign terminal's. */
import { describe, expect, it } from 'vitest';
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { fromHex, toHex } from '#protocol/bytes.ts';
import { linkKeysOf } from '#protocol/cp1/keys.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { Iso8583Framing } from '#protocol/iso8583/framing.ts';
import { ISO8583_LINK_LABELS } from '#protocol/iso8583/keys.ts';
import { LENGTH_KINDS, type LengthKind } from '#protocol/iso8583/transport.ts';
import {
  type ForeignFields,
  foreignFrame,
  foreignKey,
  foreignMessage,
  foreignObject,
  foreignSigned,
} from '#test/support/foreign-iso8583.ts';
import { framingOf, isoVectors } from '#test/support/iso8583-vectors.ts';

const KEYS = {
  linkKey: Buffer.from(isoVectors.linkKey, 'hex'),
  messageKey: Buffer.from(isoVectors.messageKey, 'hex'),
};
const link = linkKeysOf(pureCrypto, KEYS.linkKey, ISO8583_LINK_LABELS);
const FACTS = { serverTimeS: isoVectors.nowS, heartbeatS: 240 };
const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();
const SIGN_ON: ForeignFields = { 11: '000007', 41: '00001001', 70: '001' };
const framing = framingOf({ length: 'binary' });
const faultOf = (kind: LengthKind, hex: string): string | undefined => {
  const reader = framingOf({ length: kind }).createReader();
  reader.feed(bytes(hex));
  const next = reader.next();
  return next === undefined || next instanceof Uint8Array ? undefined : next.reason;
};

describe('a length', () => {
  it.each([
    ['binary', '0009', '000a', '0576', '0577'],
    ['binary-inclusive', '000b', '000c', '0578', '0579'],
    ['bcd', '0009', '0010', '1398', '1399'],
    ['ascii', '30303039', '30303130', '31333936', '31333937'],
  ] as const)(
    '%s is refused below 10 and where the frame would pass 1400 bytes',
    (kind, low, least, most, high) => {
      expect(faultOf(kind, low)).toMatch(/outside/);
      expect(faultOf(kind, least)).toBeUndefined();
      expect(faultOf(kind, most)).toBeUndefined();
      expect(faultOf(kind, high)).toMatch(/outside/);
      expect(faultOf(kind, low.slice(0, 2))).toBeUndefined();
    },
  );

  describe('of another kind than expected', () => {
    const message = foreignMessage('iso87-binary', '0800', SIGN_ON);
    const sent = (kind: LengthKind, frames: number): Uint8Array =>
      Buffer.concat(Array.from({ length: frames }, () => foreignFrame(message, { length: kind })));

    it.each(
      LENGTH_KINDS.flatMap((expected) => LENGTH_KINDS.map((kind) => [expected, kind] as const)),
    )('shows, where %s is expected, in whole frames of %s', (expected, kind) => {
      const told = kind === expected ? undefined : kind;
      expect(framingOf({ length: expected }).misreads(sent(kind, 1))).toBe(told);
      expect(framingOf({ length: expected }).misreads(sent(kind, 3))).toBe(told);
    });

    it('does not show in a part of a frame, in what is no message, or in nothing', () => {
      const part = sent('bcd', 2).subarray(0, -1);
      expect(framing.misreads(part)).toBeUndefined();
      expect(framing.misreads(bytes('0010ffffffffffffffffffff'))).toBeUndefined();
      expect(framing.misreads(bytes('')) ?? framing.misreads(bytes('00'))).toBeUndefined();
    });
  });

  it('in digits has digits', () => {
    expect(faultOf('bcd', '00a0')).toMatch(/digits/);
    expect(faultOf('ascii', '30303a30')).toMatch(/digits/);
    expect(faultOf('ascii', '47455420')).toMatch(/digits/);
  });

  it.each(LENGTH_KINDS)('%s goes around an answer as it came', (kind) => {
    const message = foreignSigned('iso87-binary', '0800', SIGN_ON, foreignKey.up(KEYS));
    const at = framingOf({ length: kind });
    const frame = foreignFrame(message, { length: kind });
    const reader = at.createReader();
    reader.feed(frame);
    expect(reader.next()).toEqual(frame);
    const expected = foreignSigned(
      'iso87-binary',
      '0810',
      {
        ...{ 11: '000007', 12: '141320', 13: '0921', 39: '00', 41: '00001001' },
        48: foreignObject('27', '240'),
      },
      foreignKey.down(KEYS),
    );
    expect(toHex(at.encodeWelcome(frame, FACTS, link.down))).toBe(
      foreignFrame(expected, { length: kind }).toString('hex'),
    );
  });
});

describe('a TPDU', () => {
  const message = foreignMessage('iso87-ascii', '0800', SIGN_ON);
  const frame = foreignFrame(message, { tpdu: '6001020304' });
  const tpduOf = (answer: Uint8Array | undefined): string => toHex(answer ?? frame).slice(4, 14);

  it('is answered with its addresses swapped, or as it came', () => {
    expect(tpduOf(framing.encodePong(frame, () => FACTS, link.down))).toBe('6003040102');
    const kept = framingOf({ length: 'binary', swapTpdu: false });
    expect(tpduOf(kept.encodePong(frame, () => FACTS, link.down))).toBe('6001020304');
  });

  it('with a header behind it is cup-pos, unless the listener says otherwise', () => {
    const cup = foreignFrame(foreignMessage('cup-pos', '0800', { 11: '000007', 41: '00001001' }), {
      tpdu: '6001020304',
      header: '610000000001',
    });
    expect(framing.toEnvelope(cup)[0]).toBe(3);
    expect(framing.toEnvelope(frame)[0]).toBe(2);
    const told = new Iso8583Framing(
      { length: 'binary', swapTpdu: true, preset: 'iso87-binary' },
      nodeTextCodec,
    );
    expect(told.toEnvelope(cup)[0]).toBe(1);
  });
});

describe('what the bridge says', () => {
  const fields = { 11: '000007', 41: '00001001', 53: '0000000000000001', 60: '000001' };
  const sale = foreignFrame(
    foreignSigned('iso87-binary', '0201', { ...fields, 2: '4111', 3: '000000' }, Buffer.alloc(32)),
  );
  const said = (answer: ForeignFields): string =>
    foreignFrame(
      foreignSigned(
        'iso87-binary',
        '0210',
        { ...fields, 3: '000000', ...answer },
        foreignKey.down(KEYS),
      ),
    ).toString('hex');

  it('is BUSY with 91, never repeating an identifier', () => {
    expect(toHex(framing.encodeBusy(sale, 1_500, link.down))).toBe(
      said({ 39: '91', 48: foreignObject('24', '1500') }),
    );
  });

  it('is a fault with its code, under the link key', () => {
    const fault = framing.encodeFault({ code: 'mac_invalid', frame: sale }, link.down);
    expect(toHex(fault ?? sale)).toBe(said({ 39: 'A0' }));
  });

  it('names the field at fault, and is unsigned before a sign-on', () => {
    const cut = foreignFrame(
      Buffer.concat([foreignMessage('iso87-binary', '0200', fields).subarray(0, -2)]),
    );
    const expected = foreignMessage('iso87-binary', '0210', {
      ...{ 11: '000007', 39: '30', 41: '00001001', 53: '0000000000000001' },
      44: 'DE 60',
    });
    const fault = framing.encodeFault({ code: 'frame_malformed', frame: cut }, undefined);
    expect(toHex(fault ?? cut)).toBe(foreignFrame(expected).toString('hex'));
  });

  it.each([
    ['126', 'hello'],
    ['127', 'unreadable'],
  ])('leaves key versions to reversals and operators: %s is %s', (keyVersion, kind) => {
    const fields = { ...SIGN_ON, 53: keyVersion.padStart(16, '0') };
    const frame = foreignFrame(foreignMessage('iso87-binary', '0800', fields));
    expect(framing.look(frame).kind).toBe(kind);
  });

  it('names the element that hides whose it is, or the one that it is told of', () => {
    const nobodys = foreignFrame(
      foreignMessage('iso87-binary', '0200', { 3: '000000', 11: '000007' }),
    );
    const about = { code: 'frame_malformed', frame: nobodys } as const;
    const text = (bytes: Uint8Array | undefined): string =>
      Buffer.from(bytes ?? []).toString('latin1');
    expect(text(framing.encodeFault(about, link.down))).toContain('DE 41');
    const signOn = foreignFrame(
      foreignMessage('iso87-binary', '0800', { ...SIGN_ON, 11: '000000' }),
    );
    expect(text(framing.encodeFault({ ...about, frame: signOn }, undefined))).toContain('DE 11');
    const told = { code: 'field_invalid', frame: sale, field: 'DE 7' } as const;
    expect(text(framing.encodeFault(told, undefined))).toContain('DE 7');
  });

  it('is nothing where there is nobody to say it to', () => {
    expect(framing.encodeFault({ code: 'frame_malformed' }, link.down)).toBeUndefined();
    expect(framing.encodeGoaway()).toBeUndefined();
    for (const hex of ['000a60', '000a99aabbccddeeff001122', '000a6000000000']) {
      const frame = bytes(hex);
      expect(framing.encodeFault({ code: 'frame_malformed', frame }, link.down)).toBeUndefined();
      expect(framing.look(frame).kind).toBe('unreadable');
      expect(framing.isSignedWith(frame, link.up)).toBe(false);
      expect(framing.decodeHello(frame, 0).ok).toBe(false);
      expect(framing.isAnswerTo(framing.toEnvelope(sale), frame)).toBe(false);
      expect(() => framing.toEnvelope(frame)).toThrow(/no request/);
      expect(() => framing.encodeBusy(frame, 1, link.down)).toThrow(/no answer/);
    }
    const unsigned = foreignFrame(foreignMessage('iso87-binary', '0800', SIGN_ON));
    expect(framing.isSignedWith(unsigned, link.up)).toBe(false);
  });

  it('is nothing to a sign-on that does not say who it is', () => {
    const frame = foreignFrame(
      foreignSigned('iso87-binary', '0800', { 70: '001' }, foreignKey.up(KEYS)),
    );
    expect(framing.look(frame)).toMatchObject({ kind: 'unreadable', refused: 'DE 41: is missing' });
  });
});
