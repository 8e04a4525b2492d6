/**
 * Anything at all, thrown at the JSON dialect: a result, never an exception. What is accepted means what JSON.parse says,
 * and means one thing only. `SEED=… COUNT=… vitest run --project fuzz test/fuzz/protocol` repeats or lengthens a run.
 */
import { describe, expect, it } from 'vitest';
import { maskedHex } from '#bridge/capture-mask.ts';
import { jsonCodec } from '#protocol/json/codec.ts';
import { jsonFraming } from '#protocol/json/framing.ts';
import { canonicalText, parseObject } from '#protocol/json/json-value.ts';
import { LineReader } from '#protocol/json/line-reader.ts';
import { JSON_LINE_BYTES_MAX } from '#protocol/limits.ts';
import {
  canonical,
  ForeignJsonCodec,
  type Json,
  type JsonFields,
} from '#test/support/foreign-json.ts';
import { expectNoGrowth, expectQuick } from '#test/support/fuzz-bounds.ts';
import { randomFrom } from '#test/support/seeded-random.ts';

const SEED = Number(process.env.SEED ?? '20261125');
const MUTANTS = Number(process.env.COUNT ?? '200000');
const KEY = '0f'.repeat(32);

const foreign = new ForeignJsonCodec({
  terminal: 1001,
  keyVersion: 1,
  linkKey: KEY,
  messageKey: KEY,
});
const item = { sku: 'LIP-01', quantity: 1, unitPriceMinor: 12_900 };
const bodies: readonly (readonly [string, JsonFields])[] = [
  [
    'pay',
    {
      identifier: '7000\n"42',
      entryMode: 3,
      amountMinor: 12_900,
      currency: 410,
      items: [item],
      deadlineMs: 20_000,
      mode: 'sale',
    },
  ],
  ['confirm', { paymentSequence: 5, amountMinor: 1 }],
  ['reverse', { paymentSequence: 5, reason: 1, paymentKeyVersion: 1 }],
  ['status', { paymentSequence: 5 }],
  ['catalogue', { knownVersion: 0, cursor: '0102' }],
  ['hello', { nonce: '0102030405060708', locale: 'ko-KR', signal: 99, modem: '모뎀 😀' }],
  ['ping', { 'x-note': [null, true, { a: -1 }] }],
];
const corpus = bodies.map(([op, fields]) => Buffer.from(foreign.line(op, 7, fields).trimEnd()));
const STRANGE = Buffer.from('{}[]":,\\ \t\r\n0-9.eEu\u0000\u007f', 'latin1');

/** One to four changes: a bit, a telling byte, a byte less, a byte more, a piece of another line. */
const mutate = (below: (bound: number) => number): Buffer => {
  let bytes = Buffer.from(corpus[below(corpus.length)] ?? []);
  for (let count = 1 + below(4); count > 0; count -= 1) {
    const at = below(Math.max(1, bytes.length));
    switch (below(5)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
        break;
      case 1:
        bytes[at] = STRANGE[below(STRANGE.length)] ?? 0;
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
        break;
      case 3:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.of(STRANGE[below(STRANGE.length)] ?? 0),
          bytes.subarray(at),
        ]);
        break;
      default: {
        const other = corpus[below(corpus.length)] ?? Buffer.alloc(0);
        const from = below(other.length);
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + 1 + below(24))]);
      }
    }
  }
  return bytes;
};

/** Throws where JSON.parse reads something else, or the decoder takes one line for two things. */
const check = (line: Buffer): 'accepted' | 'refused' => {
  const text = line.toString('utf8');
  const parsed = Buffer.from(text).equals(line) ? parseObject(text) : undefined;
  if (parsed?.ok) {
    const value = JSON.parse(text) as Json;
    if (canonicalText(parsed.value) !== canonical(value)) {
      throw new Error('read otherwise than by JSON.parse');
    }
  }
  const look = jsonFraming.look(line);
  if (look.kind === 'hello') {
    jsonFraming.decodeHello(line, 0);
  }
  const opened = jsonCodec.open(line);
  if ((look.kind === 'request') !== !('unopened' in opened)) {
    throw new Error('bridge and function disagree about what is a request');
  }
  if ('unopened' in opened) {
    return 'refused';
  }
  return opened.decode(0).ok ? 'accepted' : 'refused';
};

describe('the JSON dialect', () => {
  it(`survives ${MUTANTS} mutants of its lines (seed ${SEED})`, () => {
    const below = randomFrom(SEED);
    const seen = { accepted: 0, refused: 0 };
    expectNoGrowth(() => {
      for (let index = 0; index < MUTANTS; index += 1) {
        const line = mutate(below);
        try {
          expect(maskedHex('json', line)).toHaveLength(2 * line.length);
          seen[check(line)] += 1;
        } catch (error) {
          throw new Error(`mutant ${index}: ${line.toString('latin1')}`, { cause: error });
        }
      }
    });
    // Both outcomes must be common, or the mutants test nothing.
    expect(seen.accepted).toBeGreaterThan(MUTANTS / 200);
    expect(seen.refused).toBeGreaterThan(MUTANTS / 2);
  });

  it('cuts the same lines out of any segmentation', () => {
    const below = randomFrom(SEED);
    for (let round = 0; round < 2_000; round += 1) {
      const lines = Array.from({ length: 1 + below(5) }, () => mutate(below));
      const stream = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
      const cut = (chunks: readonly Buffer[]): readonly string[] => {
        const reader = new LineReader();
        const found: string[] = [];
        for (const chunk of chunks) {
          reader.feed(chunk);
          for (let next = reader.next(); next && !('fault' in next); next = reader.next()) {
            found.push(Buffer.from(next).toString('hex'));
          }
          reader.retain();
        }
        return found;
      };
      const chunks: Buffer[] = [];
      for (let at = 0; at < stream.length; ) {
        const end = at + 1 + below(40);
        chunks.push(stream.subarray(at, end));
        at = end;
      }
      expect(cut(chunks)).toEqual(cut([stream]));
    }
  });
});

/** A line as long as any, whose content is `part` again and again. */
const filled = (head: string, part: (at: number) => string, tail: string): Buffer => {
  let text = head;
  for (let at = 0; text.length + part(at).length + tail.length <= JSON_LINE_BYTES_MAX; at += 1) {
    text += part(at);
  }
  return Buffer.from(text + tail);
};
const HEAD = '{"v":1,"t":1001,"k":1,"s":7,"op":"pay"';

describe('no line', () => {
  it.each([
    ['of arrays in arrays', filled(`${HEAD},"x":`, () => '[', '')],
    ['of objects in objects', filled(`${HEAD},"x":`, () => '{"a":', '')],
    ['of as many keys as fit', filled(HEAD, (at) => `,"${at.toString(36)}":0`, '}')],
    ['of one key again and again', filled(HEAD, () => ',"a":0', '}')],
    ['of one number', filled(`${HEAD},"x":1`, () => '0', '}')],
    ['of a fraction', filled(`${HEAD},"x":0.`, () => '1', 'e9}')],
    ['of escapes', filled(`${HEAD},"x":"`, () => '\\u0000', '"}')],
    ['of backslashes', filled(`${HEAD},"x":"`, () => '\\\\', '"}')],
    ['of text without an end', filled(`${HEAD},"x":"`, () => '모', '')],
    ['of as many items as fit', filled(`${HEAD},"items":[{}`, () => ',{}', ']}')],
  ])('takes 5 ms: one %s', (_, line) => {
    expectQuick(() => {
      const look = jsonFraming.look(line);
      jsonCodec.open(line);
      if (look.kind === 'hello') {
        jsonFraming.decodeHello(line, 0);
      }
    });
  });
});
