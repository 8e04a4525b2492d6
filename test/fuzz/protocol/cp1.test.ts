/**
 * Anything at all, thrown at framing and decoders: a result, never an exception, and no growth. What is accepted must be
 * canonical. `SEED=… COUNT=… vitest run --project fuzz test/fuzz/protocol` repeats or lengthens a run.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskedHex } from '#bridge/capture-mask.ts';
import { FRAME_TYPES, frameHeader } from '#protocol/cp1/frame.ts';
import { FrameReader } from '#protocol/cp1/frame-reader.ts';
import { cp1Framing } from '#protocol/cp1/framing.ts';
import { decodeReply } from '#protocol/cp1/reply-codec.ts';
import { decodeRequest, encodeRequest } from '#protocol/cp1/request-codec.ts';
import { decodeReplyEnvelope, decodeRequestEnvelope } from '#protocol/queue-codec.ts';
import type { CommonRequest, Item } from '#protocol/request.ts';
import {
  allDecoders,
  bytesOf,
  decodeAs,
  encodeAgain,
  frameVectors,
  hexOf,
  macKeys,
  vectorFile,
} from '#test/support/cp1-vectors.ts';
import { decodeCbor } from '#test/support/foreign-cbor.ts';
import { expectNoGrowth, expectQuick } from '#test/support/fuzz-bounds.ts';
import { type Mutation, mutate } from '#test/support/mutants.ts';
import { randomFrom } from '#test/support/seeded-random.ts';

const SEED = Number(process.env.SEED ?? '20261123');
const MUTANTS = Number(process.env.COUNT ?? '200000');

const corpus = frameVectors.map(({ hex }) => bytesOf(hex));
const STRANGE = [
  0x00, 0x17, 0x18, 0x19, 0x1b, 0x1f, 0x3f, 0x5f, 0x7f, 0x9f, 0xa0, 0xbf, 0xc0, 0xf4, 0xf7, 0xfb,
  0xff,
];

const CORPUS: Mutation = { corpus, strange: STRANGE, bytesMin: 22, bytesMax: 1_024 };

const readStream = (bytes: Uint8Array): void => {
  const reader = new FrameReader();
  reader.feed(bytes);
  for (let next = reader.next(); next instanceof Uint8Array; next = reader.next()) {
    expect(next.length).toBeGreaterThanOrEqual(22);
    expect(next.length).toBeLessThanOrEqual(1024);
  }
};

describe('mutants of the vectors', () => {
  it(`are answered with a result by every decoder, ${MUTANTS} of them from seed ${SEED}`, () => {
    const below = randomFrom(SEED);
    let accepted = 0;
    expectNoGrowth(() => {
      for (let index = 0; index < MUTANTS; index += 1) {
        const bytes = mutate(CORPUS, below);
        readStream(bytes);
        expect(maskedHex('cp1', bytes)).toHaveLength(2 * bytes.length);
        for (const decode of allDecoders) {
          const result = decode(bytes);
          accepted += Number(result.ok);
          if (!result.ok && result.code !== 'frame_malformed' && result.code !== 'field_invalid') {
            throw new Error(`unexpected ${result.code} for ${hexOf(bytes)}`);
          }
        }
      }
    });
    expect(accepted).toBeGreaterThan(0);
  });

  it('that are accepted encode to the very bytes again, unless they carry extensions', () => {
    const below = randomFrom(SEED + 1);
    let compared = 0;
    for (let index = 0; index < MUTANTS / 20; index += 1) {
      const bytes = mutate(CORPUS, below);
      for (const vector of KINDS) {
        const result = decodeAs(vector.kind, bytes);
        if (!result.ok || hasExtension(bytes) || bytes.length === 22) {
          continue;
        }
        const again = encodeAgain(vector, bytes, result.value);
        expect(hexOf(again.subarray(14, -8))).toBe(hexOf(bytes.subarray(14, -8)));
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(100);
  });
});

/** Kinds whose encoding is the inverse of decoding: a FAULT or reply of a later version is not. */
const KINDS = ['request', 'hello', 'welcome', 'busy', 'goaway'].map((kind) => ({
  name: kind,
  hex: '',
  kind,
  key: 'request' as const,
}));

const hasExtension = (frame: Uint8Array): boolean => {
  let body: unknown;
  try {
    body = decodeCbor(frame.subarray(14, -8));
  } catch {
    // The second CBOR knows no simple values: they occur in extensions only.
    return true;
  }
  return body instanceof Map && [...body.keys()].some((key) => key >= 64);
};

describe('anything at all', () => {
  it('gets a result from every decoder', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 22, maxLength: 200 }), (bytes) => {
        readStream(bytes);
        for (const decode of allDecoders) {
          expect(decode(bytes)).toHaveProperty('ok');
        }
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });

  it('gets a result as an envelope', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.constant(vectorFile.linkKey)), (text) => {
        expect(decodeRequestEnvelope(text)).toHaveProperty('ok', false);
        expect(decodeReplyEnvelope(text)).toHaveProperty('ok', false);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});

const text = (bytesMax: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((value) => Buffer.byteLength(value) <= bytesMax && Buffer.byteLength(value) > 0);
const items: fc.Arbitrary<Item[]> = fc.uniqueArray(
  fc.record({
    sku: text(24),
    quantity: fc.integer({ min: 1, max: 9999 }),
    unitPriceMinor: fc.integer({ min: 0, max: 1_000_000 }),
  }),
  { minLength: 1, maxLength: 8, selector: ({ sku }) => sku },
);
const payment = {
  paymentSequence: fc.integer({ min: 0, max: 99 }),
  paymentKeyVersion: fc.integer({ min: 0, max: 255 }),
};
const about: { requiredKeys: ('op' | 'paymentSequence')[] } = {
  requiredKeys: ['op', 'paymentSequence'],
};
const amountMinor = fc.integer({ min: 1, max: 999_999_999_999 });
const requests: fc.Arbitrary<CommonRequest> = fc.oneof(
  fc
    .record(
      {
        op: fc.constant('pay' as const),
        identifier: text(100),
        entryMode: fc.constantFrom(1 as const, 3 as const, 5 as const, 7 as const),
        currency: fc.integer({ min: 1, max: 999 }),
        items,
        deadlineMs: fc.integer({ min: 1, max: 60_000 }),
        mode: fc.constantFrom('sale' as const, 'hold' as const),
        deviceTimeS: fc.integer({ min: 0, max: 2 ** 33 }),
        catalogueVersion: fc.maxSafeNat(),
        promotionCode: text(64),
        secondFactor: text(64),
      },
      {
        requiredKeys: ['op', 'identifier', 'entryMode', 'currency', 'items', 'deadlineMs', 'mode'],
      },
    )
    .map((pay) => ({
      ...pay,
      amountMinor: pay.items.reduce((sum, item) => sum + item.quantity * item.unitPriceMinor, 0),
    })),
  fc.record({ op: fc.constant('confirm' as const), ...payment, amountMinor }, about),
  fc.record({ op: fc.constant('refund' as const), ...payment, amountMinor }, about),
  fc.record({ op: fc.constant('status' as const), ...payment }, about),
  fc.record(
    {
      op: fc.constant('reverse' as const),
      ...payment,
      reason: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
    },
    { requiredKeys: ['op', 'paymentSequence', 'reason'] },
  ),
  fc.record(
    {
      op: fc.constant('catalogue' as const),
      knownVersion: fc.maxSafeNat(),
      cursor: fc.uint8Array({ maxLength: 32 }),
    },
    { requiredKeys: ['op', 'knownVersion'] },
  ),
);

describe('any request', () => {
  it('comes back as it was sent, and a second CBOR reads the same keys', () => {
    fc.assert(
      fc.property(requests, fc.integer({ min: 100, max: 2 ** 32 - 1 }), (request, sequence) => {
        const key = { terminal: 1001, keyVersion: 1, sequence };
        const frame = encodeRequest(key, { repeat: true }, request, macKeys.request);
        expect(decodeRequest(frame)).toEqual({ ok: true, value: request });
        expect(frameHeader(frame)).toMatchObject({ ...key, repeat: true });
        const body = decodeCbor(frame.subarray(14, -8));
        const keys = body instanceof Map ? [...body.keys()] : [];
        expect(keys).toEqual([...keys].sort((a, b) => a - b));
        expect(decodeReply(frame)).toHaveProperty('ok', false);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});

/** Bodies that are as much work as any of their size. */
const FULL = 1_002;
const HEAVY: readonly (readonly [string, Buffer])[] = [
  ['arrays in arrays', Buffer.alloc(FULL, 0x81)],
  ['maps in maps', Buffer.alloc(FULL, Buffer.of(0xa1, 0x01))],
  [
    'an array of as many numbers as fit',
    Buffer.concat([Buffer.of(0x99, 3, 0xe7), Buffer.alloc(999)]),
  ],
  [
    'a map of as many keys as fit',
    Buffer.concat([
      Buffer.of(0xb8, 0xff),
      ...Array.from({ length: 249 }, (_, key) => Buffer.of(0x18, key, 0x18, 0x40)),
    ]),
  ],
  [
    'a list of maps',
    Buffer.concat([Buffer.of(0xa1, 0x05, 0x99, 3, 0xe3), Buffer.alloc(995, 0xa0)]),
  ],
  ['a long text', Buffer.concat([Buffer.of(0xa1, 0x01, 0x79, 3, 0xe4), Buffer.alloc(996, '모')])],
  ['tags', Buffer.alloc(FULL, 0xc1)],
  ['lengths of 2^64', Buffer.alloc(FULL, 0xbb)],
];

describe('no frame', () => {
  it.each(HEAVY)('of any type takes 5 ms: %s', (_, body) => {
    for (const type of Object.values(FRAME_TYPES)) {
      const length = 18 + body.length;
      const frame = new Uint8Array(4 + length);
      frame.set([0xc5, 0x10, length >> 8, length & 0xff, type, 0, 0, 3, 0xe9, 1]);
      frame.set(body, 14);
      expectQuick(() => {
        readStream(frame);
        cp1Framing.look(frame);
        for (const decode of allDecoders) {
          decode(frame);
        }
      });
    }
  });
});
