/** Envelopes written and read by the fast path are what plain JSON with node's own base64 makes of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReplyEnvelope, RequestEnvelope } from '#protocol/envelope.ts';
import {
  decodeReplyEnvelope,
  encodeReplyEnvelope,
  encodeRequestEnvelope,
} from '#protocol/queue-codec.ts';
import { carve, carveCopy } from '#protocol/slab.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const word = fc.oneof(text, fc.stringMatching(/^[\w.+-]{0,40}$/));
const request: fc.Arbitrary<RequestEnvelope> = fc.record({
  v: fc.constant(1 as const),
  slot: fc.nat(999),
  fence: fc.maxSafeNat(),
  corr: word,
  dialect: fc.constantFrom('cp1' as const, 'iso8583' as const, 'json' as const),
  terminal: fc.nat(),
  region: word,
  receivedAtMs: fc.maxSafeNat(),
  hello: fc.record({ locale: word, clockOffsetS: fc.integer() }, { requiredKeys: [] }),
  frame: fc.uint8Array({ maxLength: 200 }),
});
const reply: fc.Arbitrary<Extract<ReplyEnvelope, { kind: 'frame' }>> = fc.record({
  v: fc.constant(1 as const),
  fence: fc.maxSafeNat(),
  corr: fc.stringMatching(/^[\w.+-]{1,64}$/),
  kind: fc.constant('frame' as const),
  frame: fc.uint8Array({ minLength: 1, maxLength: 200 }),
});
const asJson = (envelope: RequestEnvelope | Extract<ReplyEnvelope, { kind: 'frame' }>): string =>
  JSON.stringify({ ...envelope, frame: Buffer.from(envelope.frame).toString('base64') });

describe('the fast path of an envelope', () => {
  it('writes a request as JSON.stringify does', () => {
    fc.assert(
      fc.property(request, (envelope) => {
        expect(JSON.parse(encodeRequestEnvelope(envelope))).toEqual(JSON.parse(asJson(envelope)));
      }),
    );
  });

  it('reads a reply as it reads the same JSON spelled otherwise', () => {
    fc.assert(
      fc.property(reply, (envelope) => {
        const usual = asJson(envelope);
        expect(encodeReplyEnvelope(envelope)).toBe(usual);
        expect(decodeReplyEnvelope(usual)).toEqual({ ok: true, value: envelope });
        expect(decodeReplyEnvelope(` ${usual}`)).toEqual(decodeReplyEnvelope(usual));
      }),
    );
  });

  it('reads any text with a character changed as it reads the same text behind a space', () => {
    fc.assert(
      fc.property(reply, fc.nat(), fc.string({ maxLength: 2 }), (envelope, at, put) => {
        const usual = asJson(envelope);
        const from = at % usual.length;
        const changed = usual.slice(0, from) + put + usual.slice(from + 1);
        expect(decodeReplyEnvelope(changed)).toEqual(decodeReplyEnvelope(` ${changed}`));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('memory for small arrays', () => {
  it('is shared by no two of them, and holds zeros, on both sides of the largest that is carved', () => {
    const arrays = [1_024, 1_025, 0, 75, 1_024, 7_000, 1_024].map(carve);
    for (const [index, array] of arrays.entries()) {
      expect(array.every((byte) => byte === 0)).toBe(true);
      array.fill(index + 1);
    }
    expect(arrays.every((array, index) => array.every((byte) => byte === index + 1))).toBe(true);
    expect(arrays.map(({ length }) => length)).toEqual([1_024, 1_025, 0, 75, 1_024, 7_000, 1_024]);
  });

  it('takes copies that do not change with what was copied', () => {
    const original = Uint8Array.of(1, 2, 3);
    const copy = carveCopy(original);
    original.fill(9);
    expect(copy).toEqual(Uint8Array.of(1, 2, 3));
  });
});
