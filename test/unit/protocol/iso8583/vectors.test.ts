/** Every vector of test/vectors/iso8583.json, which the foreign terminal wrote, through both halves of the dialect. */
import { describe, expect, it } from 'vitest';
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { toHex } from '#protocol/bytes.ts';
import { linkKeysOf, messageKeysOf } from '#protocol/cp1/keys.ts';
import type { OpenedRequest, StreamReader } from '#protocol/dialect.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { createIso8583Codec, readEnvelope } from '#protocol/iso8583/codec.ts';
import { ISO8583_LINK_LABELS } from '#protocol/iso8583/keys.ts';
import { writeMessage } from '#protocol/iso8583/message-writer.ts';
import { bytesOf, framingOf, type IsoVector, isoVectors } from '#test/support/iso8583-vectors.ts';

const { vectors, nowS } = isoVectors;
const NOW_MS = nowS * 1000;
const codec = createIso8583Codec(nodeTextCodec);
const link = linkKeysOf(pureCrypto, bytesOf(isoVectors.linkKey), ISO8583_LINK_LABELS);
const of = (kind: IsoVector['kind']): readonly IsoVector[] =>
  vectors.filter((vector) => vector.kind === kind);

const opened = (vector: Pick<IsoVector, 'hex' | 'length'>): OpenedRequest => {
  const request = codec.open(framingOf(vector).toEnvelope(bytesOf(vector.hex)));
  if ('unopened' in request) {
    throw new Error(request.unopened);
  }
  return request;
};
const keysOf = ({ labels }: OpenedRequest) =>
  messageKeysOf(pureCrypto, bytesOf(isoVectors.messageKey), labels);

const take = (reader: StreamReader): readonly string[] => {
  const frames: string[] = [];
  for (let next = reader.next(); next !== undefined; next = reader.next()) {
    frames.push(next instanceof Uint8Array ? toHex(next) : next.reason);
  }
  return frames;
};

describe('the vectors', () => {
  it('are for all presets, message types and lengths', () => {
    const mtis = new Set(vectors.map(({ preset, mti }) => `${preset} ${mti ?? ''}`));
    for (const preset of ['iso87-binary', 'iso87-ascii', 'cup-pos']) {
      for (const mti of [
        ...['0100', '0200', '0201', '0220', '0221', '0400', '0401', '0420', '0421', '0500'],
        ...['0600', '0601', '0800', '0801', '0820'],
      ]) {
        expect(mtis, `${preset} ${mti}`).toContain(`${preset} ${mti}`);
      }
    }
    expect(new Set(vectors.map(({ length }) => length)).size).toBe(4);
  });

  it.each(vectors)('$name: is the same frame in any segmentation', (vector) => {
    const bytes = bytesOf(vector.hex);
    const whole = framingOf(vector).createReader();
    whole.feed(bytesOf(vector.hex + vector.hex));
    expect(take(whole)).toEqual([vector.hex, vector.hex]);
    expect(whole.begun).toBe(false);
    const single = framingOf(vector).createReader();
    const found = [...bytes].flatMap((byte) => {
      single.feed(Uint8Array.of(byte));
      return take(single);
    });
    expect(found).toEqual([vector.hex]);
    for (let at = 1; at < bytes.length; at += 1) {
      const split = framingOf(vector).createReader();
      split.feed(bytes.subarray(0, at));
      const first = take(split);
      split.retain();
      split.feed(bytes.subarray(at));
      expect([...first, ...take(split)]).toEqual([vector.hex]);
    }
  });
});

describe('a request', () => {
  it.each(of('request'))('$name: shows K and operation, and its tag verifies', (vector) => {
    const request = opened(vector);
    const keys = keysOf(request);
    expect(request).toMatchObject({ key: vector.key, keyVersion: 1 });
    expect(request.isSignedWith(keys.request)).toBe(true);
    expect(request.isSignedWith(keys.reply)).toBe(false);
    expect(framingOf(vector).look(bytesOf(vector.hex))).toEqual({
      kind: 'request',
      key: vector.key,
      keyVersion: 1,
      op: request.op,
    });
    if (vector.op !== undefined) {
      expect(request).toMatchObject({ op: vector.op, stored: vector.stored ?? false });
    }
  });

  it.each(of('request'))('$name: decodes to what the vector says', (vector) => {
    const decoded = opened(vector).decode(NOW_MS);
    if (vector.refused === undefined) {
      expect(decoded).toEqual({ ok: true, value: vector.request });
    } else {
      expect(decoded).toMatchObject({ ok: false, ...vector.refused });
      expect(decoded.ok ? '' : decoded.reason).toMatch(new RegExp(`^${vector.refused.field}: `));
    }
  });

  it.each(vectors.filter(({ kind }) => kind === 'request' || kind === 'reply'))(
    '$name: encodes to the same bytes again',
    (vector) => {
      const envelope = framingOf(vector).toEnvelope(bytesOf(vector.hex));
      const read = readEnvelope(envelope);
      expect(read).toBeDefined();
      const fields = new Map(read?.message.parts.map(({ field, value }) => [field, value]));
      const again = read && writeMessage(read.preset, read.message.mti, fields);
      expect(toHex(again ?? new Uint8Array())).toBe(toHex(envelope.subarray(1)));
    },
  );

  it('has one digest for all its copies, and another for anything else', () => {
    const digests = new Map(
      of('request').map((vector) => [vector.name, toHex(opened(vector).digest(pureCrypto))]),
    );
    const repeats = of('request').filter(({ repeats: name }) => name !== undefined);
    expect(repeats.length).toBeGreaterThan(3);
    for (const { name, repeats: original = '' } of repeats) {
      expect(digests.get(name)).toBe(digests.get(original));
    }
    const distinct = of('request').filter(({ length }) => length === 'binary');
    const mtis = distinct.filter(({ mti = '' }) => mti.endsWith('1')).length;
    expect(new Set(digests.values()).size).toBeGreaterThan(distinct.length - mtis - 3);
    for (const vector of of('request')) {
      const frame = bytesOf(vector.hex);
      expect(toHex(framingOf(vector).digest(pureCrypto, frame))).toBe(digests.get(vector.name));
    }
  });
});

describe('an answer', () => {
  it.each(of('reply'))('$name: is the bytes that the foreign terminal expects', (vector) => {
    const { length, request = '', reply } = vector as IsoVector & { request?: string };
    const asked = opened({ hex: request, length });
    const answer = asked.encode(reply as never, keysOf(asked));
    const framing = framingOf({ length });
    const frame = bytesOf(request);
    expect(toHex(framing.fromEnvelope(answer, frame))).toBe(vector.hex);
    expect(framing.isAnswerTo(answer, frame)).toBe(true);
    expect(framing.look(bytesOf(vector.hex))).toMatchObject({ kind: 'other' });
  });

  it('belongs to the request with its type, terminal, number and batch', () => {
    const [vector] = of('reply') as readonly (IsoVector & { request?: string })[];
    const framing = framingOf({ length: 'binary' });
    const answer = framing.toEnvelope(bytesOf(vector?.hex ?? ''));
    const others = of('request').filter(({ hex }) => hex !== vector?.request);
    const taken = others.filter(({ hex }) => framing.isAnswerTo(answer, bytesOf(hex)));
    // Only copies of a sale under the same K: the tag, which the terminal checks, tells them apart.
    expect(
      taken.every(
        ({ key, mti, preset }) =>
          key?.sequence === 1_000_007 && mti?.startsWith('020') && preset === 'iso87-binary',
      ),
    ).toBe(true);
    expect(framing.isAnswerTo(Uint8Array.of(9), bytesOf(vector?.request ?? ''))).toBe(false);
  });
});

describe('a frame that is no request', () => {
  it.each(of('other'))('$name: is refused with the field at fault', (vector) => {
    const framing = framingOf(vector);
    const frame = bytesOf(vector.hex);
    const look = framing.look(frame);
    expect(look.kind).toBe(/type that|answer|issuer/.test(vector.name) ? 'other' : 'unreadable');
    expect(look.refused).toMatch(new RegExp(`^${vector.refused?.field}: `));
    const isLegible = !/version 1993|class 9|type that|answer|issuer/.test(vector.name);
    const fault = framing.encodeFault({ code: 'frame_malformed', frame }, link.down);
    expect(fault !== undefined).toBe(isLegible);
    const element = vector.refused?.field ?? '';
    if (isLegible && element.startsWith('DE ')) {
      expect(Buffer.from(fault ?? []).toString('latin1')).toContain(element);
    }
    if (vector.refused?.field !== 'message') {
      expect(codec.open(framing.toEnvelope(frame))).toEqual({ unopened: 'frame_malformed' });
    }
  });
});

it('an envelope without a preset is malformed', () => {
  for (const hex of ['', '00', '04', '010200', '01']) {
    expect(codec.open(bytesOf(hex))).toEqual({ unopened: 'frame_malformed' });
  }
});

describe('sign-on and echo', () => {
  it.each([...of('hello'), ...of('ping')])('$name: is for the bridge', (vector) => {
    const framing = framingOf(vector);
    const frame = bytesOf(vector.hex);
    expect(framing.look(frame)).toEqual({ kind: vector.kind, key: vector.key, keyVersion: 1 });
    expect(framing.isSignedWith(frame, link.up)).toBe(true);
    expect(framing.isSignedWith(frame, link.down)).toBe(false);
    expect(codec.open(framing.toEnvelope(frame))).toEqual({ unopened: 'frame_malformed' });
    const hello = framing.decodeHello(frame, NOW_MS);
    if (vector.refusedHello !== undefined) {
      expect(hello).toMatchObject({ ok: false, field: vector.refusedHello });
    } else {
      expect(hello).toEqual({ ok: true, value: vector.hello ?? {} });
    }
  });
});
