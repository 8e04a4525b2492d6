/**
 * Anything at all, thrown at ISO 8583: a result, never an exception, and little work for any input. What is accepted encodes
 * to the same bytes. `SEED=… COUNT=… vitest run --project fuzz test/fuzz/protocol` repeats or lengthens a run.
 */
import { describe, expect, it } from 'vitest';
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { maskedHex } from '#bridge/capture-mask.ts';
import { toHex } from '#protocol/bytes.ts';
import type { StreamReader } from '#protocol/dialect.ts';
import { explainFrame } from '#protocol/explain/explain.ts';
import { renderExplanation } from '#protocol/explain/render.ts';
import { createIso8583Codec } from '#protocol/iso8583/codec.ts';
import { readMessage } from '#protocol/iso8583/message-reader.ts';
import { writeMessage } from '#protocol/iso8583/message-writer.ts';
import { presetById } from '#protocol/iso8583/presets.ts';
import { LENGTH_KINDS } from '#protocol/iso8583/transport.ts';
import { ISO8583_FRAME_BYTES_MAX } from '#protocol/limits.ts';
import { foreignFrame, foreignMessage, foreignObject } from '#test/support/foreign-iso8583.ts';
import { expectNoGrowth, expectQuick } from '#test/support/fuzz-bounds.ts';
import { bytesOf, framingOf, isoVectors } from '#test/support/iso8583-vectors.ts';
import { type Mutation, mutate } from '#test/support/mutants.ts';
import { randomFrom } from '#test/support/seeded-random.ts';

const SEED = Number(process.env.SEED ?? '20261126');
const MUTANTS = Number(process.env.COUNT ?? '200000');
const NOW_MS = isoVectors.nowS * 1000;

const codec = createIso8583Codec(nodeTextCodec);
const framing = framingOf({ length: 'binary' });
const corpus = isoVectors.vectors.map(({ hex }) => bytesOf(hex));
/** Of the envelope that each vector would travel in. */
const envelopes = isoVectors.vectors
  .filter(({ kind, length }) => kind !== 'other' && length === 'binary')
  .map(({ hex }) => framing.toEnvelope(bytesOf(hex)));
const STRANGE = [
  0x00, 0x01, 0x0a, 0x0f, 0x10, 0x20, 0x2f, 0x3a, 0x60, 0x7f, 0x80, 0x99, 0xa0, 0xff,
];

const SIZES = { strange: STRANGE, bytesMin: 1, bytesMax: ISO8583_FRAME_BYTES_MAX };
const FRAMES: Mutation = { corpus, ...SIZES };
const ENVELOPES: Mutation = { corpus: envelopes, ...SIZES };

/** Everything that the functions do with an envelope; whether a request came of it. */
const openAll = (envelope: Uint8Array): boolean => {
  const opened = codec.open(envelope);
  if ('unopened' in opened) {
    return false;
  }
  const { terminal, keyVersion, sequence } = opened.key;
  expect(terminal >= 1 && keyVersion <= 255 && sequence <= 4_294_967_295).toBe(true);
  const decoded = opened.decode(NOW_MS);
  if (!decoded.ok) {
    const { code, reason, field = '' } = decoded;
    expect(['field_invalid', 'card_number_refused']).toContain(code);
    expect(reason.startsWith(`${field}: `)).toBe(true);
  }
  return decoded.ok;
};

/** Everything that the bridge does with a frame. */
const lookAll = (frame: Uint8Array): void => {
  const look = framing.look(frame);
  if (look.kind === 'hello') {
    expect(framing.decodeHello(frame, NOW_MS)).toHaveProperty('ok');
  }
  if (look.kind === 'other' || look.kind === 'unreadable') {
    expect(look.refused).toMatch(/^(DE \d+|MTI|bitmap|message): /);
    framing.encodeFault({ code: 'frame_malformed', frame }, undefined);
  } else {
    expect(framing.toEnvelope(frame)[0]).toBeGreaterThan(0);
  }
};

const encodesAgain = (envelope: Uint8Array): boolean => {
  const preset = presetById(envelope[0] ?? 0);
  if (preset === undefined) {
    return false;
  }
  const { mti, parts, refusal } = readMessage(preset, envelope, 1);
  if (refusal !== undefined) {
    return false;
  }
  const fields = new Map(parts.map(({ field, value }) => [field, value]));
  expect(toHex(writeMessage(preset, mti, fields))).toBe(toHex(envelope.subarray(1)));
  return true;
};

describe('mutants of the vectors', () => {
  it(`get a result from the functions' half, and encode again: ${MUTANTS} from seed ${SEED}`, () => {
    const below = randomFrom(SEED);
    let accepted = 0;
    let written = 0;
    expectNoGrowth(() => {
      for (let index = 0; index < MUTANTS; index += 1) {
        const envelope = mutate(ENVELOPES, below);
        accepted += Number(openAll(envelope));
        written += Number(envelope.length <= 1_300 && encodesAgain(envelope));
      }
    });
    expect(accepted).toBeGreaterThan(MUTANTS / 500);
    expect(written).toBeGreaterThan(accepted);
  });

  it(`get a result from the bridge's half: ${MUTANTS} from seed ${SEED + 1}`, () => {
    const below = randomFrom(SEED + 1);
    expectNoGrowth(() => {
      for (let index = 0; index < MUTANTS; index += 1) {
        const frame = mutate(FRAMES, below);
        lookAll(frame);
        expect(maskedHex('iso8583', frame)).toHaveLength(2 * frame.length);
      }
    });
  });

  it('are explained, within their columns, and none of it is left out', () => {
    const below = randomFrom(SEED + 2);
    for (let index = 0; index < MUTANTS / 20; index += 1) {
      const bytes = mutate(FRAMES, below);
      const explanation = explainFrame(bytes, nodeTextCodec, { nowMs: NOW_MS });
      expect(explanation.parts.reduce((at, part) => (part.at === at ? part.end : -1), 0)).toBe(
        bytes.length,
      );
      renderExplanation(explanation);
    }
  });
});

/** What comes out of a stream up to its end or its fault. */
const take = (reader: StreamReader): readonly string[] => {
  const found: string[] = [];
  for (let next = reader.next(); next !== undefined; next = reader.next()) {
    if (!(next instanceof Uint8Array)) {
      return [...found, next.reason];
    }
    found.push(toHex(next));
  }
  return found;
};

/** The same in chunks, whose buffer is used again as the bridge does. */
const takeInPieces = (
  reader: StreamReader,
  stream: Buffer,
  below: (bound: number) => number,
): readonly string[] => {
  const found: string[] = [];
  for (let at = 0; at < stream.length && !found.some((text) => text.startsWith('length')); ) {
    const chunk = new Uint8Array(stream.subarray(at, at + 1 + below(below(2) === 0 ? 4 : 200)));
    reader.feed(chunk);
    found.push(...take(reader));
    reader.retain();
    at += chunk.length;
    chunk.fill(0xee);
  }
  return found;
};

describe('a stream', () => {
  it.each(LENGTH_KINDS)('with a length %s is the same frames however it is cut', (length) => {
    const below = randomFrom(SEED + 3);
    for (let round = 0; round < MUTANTS / 200; round += 1) {
      const frames = Array.from({ length: 1 + below(4) }, () =>
        foreignFrame(Buffer.from(envelopes[below(envelopes.length)] ?? []).subarray(1), { length }),
      );
      const stream = Buffer.concat([...frames, Buffer.alloc(below(3), 0x39)]);
      if (below(3) === 0) {
        stream.writeUInt8(below(256), below(stream.length));
      }
      const whole = framingOf({ length }).createReader();
      whole.feed(new Uint8Array(stream));
      const pieces = takeInPieces(framingOf({ length }).createReader(), stream, below);
      expect(pieces).toEqual(take(whole));
    }
  });
});

/** Inputs that are as much work as any of their size. */
const HEAVY: readonly (readonly [string, Buffer])[] = [
  ['as many items as fit', foreignObject('02', '')],
  ['as many extensions as fit', foreignObject('99', '')],
].map(([name, object]) => {
  const objects = Buffer.concat(Array.from({ length: 199 }, () => object as Buffer));
  const fields = { 3: '000000', 11: '000001', 41: '00001001', 60: '000001', 48: objects };
  return [name as string, foreignMessage('iso87-binary', '0200', fields)] as const;
});
const EMPTY_ELEMENTS = foreignMessage(
  'iso87-ascii',
  '0200',
  Object.fromEntries([2, 35, 44, 48, 55, 60, 61, 62, 63].map((field) => [field, ''])),
);
const DEEP = foreignMessage('iso87-binary', '0200', {
  55: Buffer.concat(Array.from({ length: 63 }, () => Buffer.from('9a00', 'hex'))),
});

describe('no input', () => {
  it.each([
    ...HEAVY,
    ['no content at all', EMPTY_ELEMENTS],
    ['EMV data of many objects', DEEP],
  ] as const)('takes 5 ms: %s', (_, message) => {
    const frame = new Uint8Array(foreignFrame(message));
    expectQuick(() => {
      lookAll(frame);
      openAll(framing.toEnvelope(frame));
    });
  });
});
