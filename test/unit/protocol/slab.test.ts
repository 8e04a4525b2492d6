import { expect, test } from 'vitest';
import { carve, carveCopy } from '#protocol/slab.ts';

/** Bytes of the largest array out of a slab, and of a slab. */
const CARVED_BYTES_MAX = 1_024;
const SLAB_BYTES = 8_192;

test.each([0, 1, CARVED_BYTES_MAX, CARVED_BYTES_MAX + 1])('%i bytes are zeros', (length) => {
  const bytes = carve(length);
  expect(bytes).toHaveLength(length);
  expect(bytes.every((byte) => byte === 0)).toBe(true);
});

test('up to 1,024 bytes come out of a slab, more have memory of their own', () => {
  expect(carve(CARVED_BYTES_MAX).buffer.byteLength).toBe(SLAB_BYTES);
  expect(carve(CARVED_BYTES_MAX + 1).buffer.byteLength).toBe(CARVED_BYTES_MAX + 1);
});

test('none shares a byte with another, over the end of many slabs', () => {
  const arrays = Array.from({ length: 100 }, (_, at) => carve(1_000).fill(at + 1));
  for (const [at, bytes] of arrays.entries()) {
    expect(bytes.every((byte) => byte === at + 1)).toBe(true);
  }
  expect(new Set(arrays.map(({ buffer }) => buffer)).size).toBeGreaterThan(10);
});

test('a copy is one', () => {
  const bytes = Uint8Array.from([1, 2, 3]);
  const copy = carveCopy(bytes);
  bytes[0] = 9;
  expect([...copy]).toEqual([1, 2, 3]);
});
