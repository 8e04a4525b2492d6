/** FrameReader: pulled frame by frame, copying only what it must, stopping at the first byte that is wrong. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from '#protocol/cp1/frame-reader.ts';
import { bytesOf, hexOf, readAll, vectorFile } from '#test/support/cp1-vectors.ts';

const PING = bytesOf(vectorFile.vectors.find(({ name }) => name === 'PING')?.hex ?? '');
const PAY = bytesOf(
  vectorFile.vectors.find(({ name }) => name === 'PAY of the worked example')?.hex ?? '',
);
/** The largest frame: framing does not look into its body. */
const LARGEST = new Uint8Array(1024).fill(0xc5);
LARGEST.set([0xc5, 0x10, 0x03, 0xfc, 0x02]);
const both = new Uint8Array(Buffer.concat([PING, PAY]));

describe('FrameReader', () => {
  it('gives whole frames as views of the chunk, and parts as its own copy', () => {
    const reader = new FrameReader();
    const chunk = new Uint8Array(Buffer.concat([both, PING.subarray(0, 9)]));
    reader.feed(chunk);
    for (const expected of [PING, PAY]) {
      const frame = reader.next();
      expect(frame).toEqual(expected);
      expect(frame instanceof Uint8Array && frame.buffer).toBe(chunk.buffer);
    }
    expect(reader.next()).toBeUndefined();
    chunk.fill(0);
    reader.feed(PING.subarray(9));
    const last = reader.next();
    expect(last).toEqual(PING);
    expect(last instanceof Uint8Array && last.buffer.byteLength).toBe(1024);
  });

  it('can be left in the middle of a chunk once the rest is retained', () => {
    const reader = new FrameReader();
    const chunk = new Uint8Array(both);
    reader.feed(chunk);
    reader.next();
    reader.retain();
    chunk.fill(0);
    expect(reader.begun).toBe(true);
    expect(reader.next()).toEqual(PAY);
    reader.retain();
    expect(reader.begun).toBe(false);
    expect(reader.next()).toBeUndefined();
  });

  it('copies what it retains of a Buffer too, whose own slice is but a view', () => {
    const reader = new FrameReader();
    const chunk = Buffer.from(both);
    reader.feed(chunk);
    reader.next();
    reader.retain();
    chunk.fill(0);
    expect(reader.next()).toEqual(PAY);
  });

  it('keeps what was not taken in front of what is fed next', () => {
    const reader = new FrameReader();
    reader.feed(both);
    expect(reader.next()).toEqual(PING);
    reader.feed(PING);
    expect(reader.next()).toEqual(PAY);
    expect(reader.next()).toEqual(PING);
    expect(reader.next()).toBeUndefined();
  });

  it('knows whether a frame has begun', () => {
    const reader = new FrameReader();
    expect(reader.begun).toBe(false);
    reader.feed(PING.subarray(0, 1));
    expect(reader.next()).toBeUndefined();
    expect(reader.begun).toBe(true);
    reader.feed(new Uint8Array(0));
    expect(reader.next()).toBeUndefined();
    reader.feed(PING.subarray(1));
    expect(reader.next()).toEqual(PING);
    expect(reader.begun).toBe(false);
  });

  it('reads the largest frame and the smallest', () => {
    expect(readAll([LARGEST, PING])).toEqual([hexOf(LARGEST), hexOf(PING)]);
    expect(readAll([LARGEST.subarray(0, 1023), LARGEST.subarray(1023)])).toEqual([hexOf(LARGEST)]);
  });

  it.each([
    ['47', 1, 64],
    ['c520', 2, 65],
    ['c500', 2, 65],
    ['c514', 2, 64],
    ['c518', 2, 64],
    ['c51004', 3, 64],
    ['c510ff', 3, 64],
    ['c5100011', 4, 64],
    ['c51003fd', 4, 64],
  ])('finds the fault in %s at its byte %i', (hex, count, fault) => {
    const bytes = bytesOf(hex);
    for (const chunks of [[bytes], [...bytes].map((byte) => Uint8Array.of(byte))]) {
      const reader = new FrameReader();
      chunks.forEach((chunk, index) => {
        reader.feed(chunk);
        const isLast = index === chunks.length - 1;
        const found = reader.next();
        expect(found === undefined).toBe(!isLast);
        expect(isLast ? found : undefined).toEqual(
          isLast ? expect.objectContaining({ fault }) : undefined,
        );
      });
      expect(bytes).toHaveLength(count);
    }
  });

  it('gives the same fault for ever, and takes in nothing more', () => {
    const reader = new FrameReader();
    reader.feed(Uint8Array.of(0x47));
    const fault = reader.next();
    expect(fault).toMatchObject({ fault: 64 });
    reader.feed(PING);
    expect(reader.next()).toBe(fault);
    expect(reader.begun).toBe(false);
  });

  it('gives the frames in front of a fault first', () => {
    expect(readAll([bytesOf(`${hexOf(PING)}00`)])).toEqual([hexOf(PING), 64]);
  });

  it('gives the same for any segmentation of any mixture of frames and garbage', () => {
    const piece = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(PING, PAY, LARGEST) },
      { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 6 }) },
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.array(fc.nat(3000), { maxLength: 12 }),
        (pieces, cuts) => {
          const stream = new Uint8Array(Buffer.concat(pieces));
          const edges = [0, ...cuts.map((cut) => Math.min(cut, stream.length)), stream.length].sort(
            (a, b) => a - b,
          );
          const chunks = edges.slice(1).map((end, index) => stream.subarray(edges[index], end));
          expect(readAll(chunks)).toEqual(readAll([stream]));
        },
      ),
    );
  });
});
