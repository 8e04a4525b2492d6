/** The bridge's envelopes byte by byte: what it writes is what JSON.stringify means, what it reads is what JSON.parse reads. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplyText, RequestText, type SessionFacts } from '#protocol/envelope-text.ts';
import { ENVELOPE_FRAME_BYTES_MAX } from '#protocol/limits.ts';
import {
  decodeReplyEnvelope,
  decodeRequestEnvelope,
  encodeReplyEnvelope,
} from '#protocol/queue-codec.ts';

const INSTANCE = 'a1b2';
const FENCE = 12;
const FACTS: SessionFacts = {
  slot: 3,
  fence: FENCE,
  dialect: 'cp1',
  terminal: 1001,
  region: 'KR',
  hello: { locale: 'ko-KR', clockOffsetS: -3 },
};
const NUMBER_MAX = 10 ** 12 - 1;
const TIME_MAX = 10 ** 13 - 1;
const corrOf = (number: number): string => `${INSTANCE}.${String(number).padStart(12, '0')}`;
const parse = (text: Uint8Array): unknown => JSON.parse(Buffer.from(text).toString());
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const word = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.stringMatching(/^[\w.+-]{0,40}$/),
);
const facts: fc.Arbitrary<SessionFacts> = fc.record({
  slot: fc.nat(999),
  fence: fc.maxSafeNat(),
  dialect: fc.constantFrom('cp1' as const, 'iso8583' as const, 'json' as const),
  terminal: fc.nat(2 ** 32 - 1),
  region: word,
  hello: fc.record(
    { locale: word, clockOffsetS: fc.integer(), contested: fc.constant(true as const) },
    { requiredKeys: [] },
  ),
});
const number = fc.maxSafeNat().map((any) => any % (NUMBER_MAX + 1));
const time = fc.maxSafeNat().map((any) => any % (TIME_MAX + 1));
const frame = fc.uint8Array({ minLength: 1, maxLength: 300 });

describe('a request', () => {
  it('is written as JSON.stringify would, again and again', () => {
    fc.assert(
      fc.property(
        facts,
        fc.array(fc.tuple(number, time, frame), { minLength: 1, maxLength: 4 }),
        (session, requests) => {
          const text = new RequestText(INSTANCE, session);
          // Copies: the next request is written over the last.
          const written = requests.map((request) => Uint8Array.from(text.write(...request)));
          for (const [index, [n, receivedAtMs, bytes]] of requests.entries()) {
            expect(parse(written[index] as Uint8Array)).toEqual(
              JSON.parse(
                JSON.stringify({
                  ...{ v: 1, ...session, corr: corrOf(n), receivedAtMs },
                  frame: base64(bytes),
                }),
              ),
            );
          }
        },
      ),
    );
  });

  it.each([0, 1, 999_999, 1_000_000, NUMBER_MAX])('has the number %d', (n) => {
    const text = new RequestText(INSTANCE, FACTS).write(n, 1, Uint8Array.of(1));
    expect(parse(text)).toMatchObject({ corr: corrOf(n) });
  });

  it.each([0, 5, 999_999, 1_000_000, 999_999_999_999, 10 ** 12, TIME_MAX])(
    'has the time %d',
    (receivedAtMs) => {
      const text = new RequestText(INSTANCE, FACTS).write(1, receivedAtMs, Uint8Array.of(1));
      expect(parse(text)).toMatchObject({ receivedAtMs });
    },
  );

  it('is read by a function, up to the longest frame', () => {
    for (const length of [1, 2, 3, 75, 1_024, ENVELOPE_FRAME_BYTES_MAX]) {
      const bytes = new Uint8Array(length).fill(0xc5);
      const text = new RequestText(INSTANCE, FACTS).write(7, 1_790_000_000_123, bytes);
      expect(decodeRequestEnvelope(Buffer.from(text).toString())).toEqual({
        ok: true,
        value: {
          ...{ v: 1, ...FACTS, corr: corrOf(7), receivedAtMs: 1_790_000_000_123 },
          frame: bytes,
        },
      });
    }
  });
});

const replies = new ReplyText(INSTANCE, FENCE);
const answer = (n: number, bytes: Uint8Array): string =>
  encodeReplyEnvelope({ v: 1, fence: FENCE, corr: corrOf(n), kind: 'frame', frame: bytes });
/** What the plain JSON of a text means to this bridge. */
const meant = (text: string): object | undefined => {
  const decoded = decodeReplyEnvelope(text);
  const reply = decoded.ok ? decoded.value : undefined;
  const n = reply && replies.numberOf(reply.corr);
  return reply?.kind === 'frame' && reply.fence === FENCE && n !== undefined
    ? { number: n, frame: reply.frame }
    : undefined;
};

describe('a reply', () => {
  it('is read as a function writes it, without a detour', () => {
    fc.assert(
      fc.property(number, frame, (n, bytes) => {
        const text = answer(n, bytes);
        expect(text).toBe(
          `{"v":1,"fence":12,"corr":"${corrOf(n)}","kind":"frame","frame":"${base64(bytes)}"}`,
        );
        expect(replies.read(Buffer.from(text))).toEqual({ number: n, frame: bytes });
      }),
    );
  });

  it('that is read means the same as JSON, whatever is changed in it', () => {
    fc.assert(
      fc.property(number, frame, fc.nat(), fc.string({ maxLength: 2 }), (n, bytes, place, put) => {
        const usual = answer(n, bytes);
        const at = place % usual.length;
        const changed = usual.slice(0, at) + put + usual.slice(at + 1);
        const read = replies.read(Buffer.from(changed));
        expect(read ?? meant(changed)).toEqual(meant(changed));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is left alone where it is cut short, at any byte', () => {
    const text = Buffer.from(answer(7, Uint8Array.of(1, 2, 3, 4)));
    for (let length = 0; length < text.length; length += 1) {
      expect(replies.read(text.subarray(0, length))).toBeUndefined();
    }
  });

  it.each([
    ['another lease', new ReplyText(INSTANCE, FENCE + 1)],
    ['a lease whose fence begins alike', new ReplyText(INSTANCE, 1)],
    ['another process', new ReplyText('b1b2', FENCE)],
  ])('of %s is left alone', (_, others) => {
    expect(others.read(Buffer.from(answer(7, Uint8Array.of(1))))).toBeUndefined();
  });

  it('has a frame of 1 to 4,096 bytes', () => {
    const read = (length: number): unknown =>
      replies.read(Buffer.from(answer(7, new Uint8Array(length))));
    expect(read(0)).toBeUndefined();
    expect(read(1)).toBeDefined();
    expect(read(ENVELOPE_FRAME_BYTES_MAX)).toBeDefined();
    expect(read(ENVELOPE_FRAME_BYTES_MAX + 1)).toBeUndefined();
  });
});

describe('a correlation', () => {
  it.each([
    [corrOf(0), 0],
    [corrOf(NUMBER_MAX), NUMBER_MAX],
    [`${INSTANCE}.7`, undefined],
    [`${INSTANCE}.0000000000070`, undefined],
    [`${INSTANCE}.00000000000x`, undefined],
    [`${INSTANCE}.00000000000\u0130`, undefined],
    ['b1b2.000000000007', undefined],
    ['', undefined],
  ])('%j names request %s of this process', (corr, n) => {
    expect(replies.numberOf(corr)).toBe(n);
  });
});
