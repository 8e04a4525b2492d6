import { describe, expect, it } from 'vitest';
import { LineReader } from '#protocol/json/line-reader.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const text = (frame: unknown): string =>
  frame instanceof Uint8Array ? Buffer.from(frame).toString() : JSON.stringify(frame);
/** Everything that a reader makes of the chunks; each chunk is wiped after it was retained, as the bridge does. */
const read = (reader: LineReader, ...chunks: readonly Uint8Array[]): readonly string[] => {
  const found: string[] = [];
  for (const chunk of chunks) {
    const shared = Uint8Array.from(chunk);
    reader.feed(shared);
    for (let line = reader.next(); line !== undefined; line = reader.next()) {
      found.push(text(line));
      if ('fault' in line) {
        return found;
      }
    }
    reader.retain();
    shared.fill(0xff);
  }
  return found;
};

describe('lines', () => {
  it('come without LF or CR LF, and empty ones not at all', () => {
    expect(read(new LineReader(), bytes('{"a":1}\n\n\r\n{"b":2}\r\n{'))).toEqual([
      '{"a":1}',
      '{"b":2}',
    ]);
  });

  it('are the same whatever the segmentation', () => {
    const stream = bytes('{"a":1}\r\n{"b":"가"}\n\n{"c":3}\n');
    const whole = read(new LineReader(), stream);
    expect(whole).toHaveLength(3);
    for (let first = 0; first <= stream.length; first += 1) {
      for (let second = first; second <= stream.length; second += 1) {
        const parts = [
          stream.subarray(0, first),
          stream.subarray(first, second),
          stream.subarray(second),
        ];
        expect(read(new LineReader(), ...parts)).toEqual(whole);
      }
    }
    expect(read(new LineReader(), ...Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual(
      whole,
    );
  });

  it('are views of the chunk where they lie whole in it', () => {
    const reader = new LineReader();
    const chunk = bytes('{"a":1}\n');
    reader.feed(chunk);
    const line = reader.next();
    expect(line instanceof Uint8Array && line.buffer === chunk.buffer).toBe(true);
  });

  it('that are fed before the last chunk was retained are not lost', () => {
    const reader = new LineReader();
    reader.feed(bytes('{"a"'));
    reader.feed(bytes(':1}\n'));
    expect(text(reader.next())).toBe('{"a":1}');
  });

  it('may have 4096 bytes, in one chunk or in many, and not one more', () => {
    const line = `${'x'.repeat(4_096)}\r\n`;
    const long = `${'x'.repeat(4_097)}\n`;
    const parts = (from: string): readonly Uint8Array[] =>
      (from.match(/[\s\S]{1,1000}/g) ?? []).map(bytes);
    for (const cut of [(from: string) => [bytes(from)], parts]) {
      expect(read(new LineReader(), ...cut(line))).toEqual(['x'.repeat(4_096)]);
      expect(read(new LineReader(), ...cut(long)).at(-1)).toContain('"fault":64');
    }
  });

  it('that never end are a fault as soon as they are too long, for ever', () => {
    const reader = new LineReader();
    expect(read(reader, bytes('x'.repeat(4_097)))).toEqual([]);
    expect(reader.begun).toBe(true);
    expect(read(reader, bytes('x'))).toEqual([expect.stringContaining('"fault":64')]);
    expect(reader.begun).toBe(false);
    reader.retain();
    expect(read(reader, bytes('{}\n'))).toEqual([expect.stringContaining('"fault":64')]);
  });

  it('have begun when there is a byte of them', () => {
    const reader = new LineReader();
    expect(reader.begun).toBe(false);
    read(reader, bytes('{"a":1}\n'));
    expect(reader.begun).toBe(false);
    read(reader, bytes('{'));
    expect(reader.begun).toBe(true);
    expect(read(reader, bytes('}\n'))).toEqual(['{}']);
    expect(reader.begun).toBe(false);
  });
});
