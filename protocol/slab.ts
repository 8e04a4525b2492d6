/** Memory for small arrays that live for a short time. */

/**
 * Small arrays are carved out of slabs: an array of its own has memory outside the heap, which costs more than filling it.
 * Bytes; small enough that an array which is kept for long keeps little besides itself.
 */
const SLAB_BYTES = 8_192;
/** Bytes of the largest array out of a slab: a CP1 frame. */
const CARVED_BYTES_MAX = 1_024;
let slab = new Uint8Array(SLAB_BYTES);
let slabUsed = 0;

/** An array of zeros that shares memory with nothing else in use. */
export const carve = (length: number): Uint8Array => {
  if (length > CARVED_BYTES_MAX) {
    return new Uint8Array(length);
  }
  if (slabUsed + length > SLAB_BYTES) {
    slab = new Uint8Array(SLAB_BYTES);
    slabUsed = 0;
  }
  slabUsed += length;
  return slab.subarray(slabUsed - length, slabUsed);
};

/** A copy that is cheap to make and meant to be kept for a short time. */
export const carveCopy = (bytes: Uint8Array): Uint8Array => {
  const copy = carve(bytes.length);
  copy.set(bytes);
  return copy;
};
