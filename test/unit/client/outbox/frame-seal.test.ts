import { createDecipheriv, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createFrameSeal, SEAL_BYTES } from '#client/outbox/frame-seal.ts';

const KEY = new Uint8Array(32).fill(7);
const FRAME = new Uint8Array([1, 2, 3, 4, 5]);
const PLACE = new Uint8Array([9, 9]);
const seal = createFrameSeal(KEY);

describe('a sealed frame', () => {
  it('is AES-256-GCM under a key that follows from the message key', () => {
    const sealed = Buffer.from(seal.seal(FRAME, PLACE));
    const key = createHmac('sha256', KEY).update('cosmopay outbox').digest();
    const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
    cipher.setAAD(PLACE).setAuthTag(sealed.subarray(-16));
    const opened = Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]);
    expect(opened).toEqual(Buffer.from(FRAME));
    expect(sealed).toHaveLength(FRAME.length + SEAL_BYTES);
  });

  it('opens again, and is another each time', () => {
    const [one, two] = [seal.seal(FRAME, PLACE), seal.seal(FRAME, PLACE)];
    expect(one).not.toEqual(two);
    expect([seal.open(one, PLACE), seal.open(two, PLACE)]).toEqual([FRAME, FRAME]);
    expect(seal.open(seal.seal(new Uint8Array(), PLACE), PLACE)).toEqual(new Uint8Array());
  });

  it('opens nowhere else, under no other key, and with no byte changed', () => {
    const sealed = seal.seal(FRAME, PLACE);
    expect(seal.open(sealed, new Uint8Array([9, 8]))).toBeUndefined();
    expect(createFrameSeal(new Uint8Array(32)).open(sealed, PLACE)).toBeUndefined();
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(seal.open(changed, PLACE), `byte ${at}`).toBeUndefined();
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(seal.open(sealed.slice(0, length), PLACE)).toBeUndefined();
    }
  });
});
