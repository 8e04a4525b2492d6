import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createTerminalKeys } from '#functions/pay/terminal-keys.ts';
import { encodeUtf8 } from '#protocol/bytes.ts';
import { cp1Codec } from '#protocol/cp1/codec.ts';
import type { Crypto, MacKey } from '#protocol/crypto.ts';
import type { OpenedRequest } from '#protocol/dialect.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { ForeignCodec } from '#test/support/foreign-terminal.ts';

const CURRENT = Buffer.alloc(32, 1);
const PREVIOUS = Buffer.alloc(32, 2);
const STRANGER = Buffer.alloc(32, 3);

/** A STATUS of the terminal, tagged by hand under a key that Node derives. */
const frameOf = (terminal: number, master: Buffer, keyVersion = 1): Buffer => {
  const suffix = Buffer.alloc(5);
  suffix.writeUInt32BE(terminal);
  suffix.writeUInt8(keyVersion, 4);
  const info = Buffer.concat([Buffer.from('cp1 message'), suffix]);
  const key = Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), info, 32)).toString('hex');
  const keys = { terminal, keyVersion, linkKey: '00'.repeat(32), messageKey: key };
  return new ForeignCodec(keys).encode(5, 9, new Map([[1, 7]]));
};

/** That STATUS as the functions open it, with K as `claimed` where another is claimed. */
const opened = (
  terminal: number,
  master: Buffer,
  keyVersion = 1,
  claimed: Partial<OpenedRequest['key']> = {},
): Parameters<ReturnType<typeof createTerminalKeys>['keysOf']>[0] => {
  const request = cp1Codec.open(frameOf(terminal, master, keyVersion));
  if ('unopened' in request) {
    throw new Error(request.unopened);
  }
  const key = { ...request.key, ...claimed };
  return {
    key,
    keyVersion: key.keyVersion,
    labels: request.labels,
    isSignedWith: (macKey) => request.isSignedWith(macKey),
  };
};

/** Keys for at most `entriesMax` terminals, and how often a key had to be derived. */
const prepare = (entriesMax?: number) => {
  const seen = { macs: 0 };
  const counting: Crypto = {
    ...pureCrypto,
    macKey: (key) => {
      seen.macs += 1;
      return pureCrypto.macKey(key);
    },
    hmacSha256: (key, data) => {
      seen.macs += 1;
      return pureCrypto.hmacSha256(key, data);
    },
  };
  const keys = createTerminalKeys(counting, [CURRENT, PREVIOUS], entriesMax);
  const isDerived = (terminal: number, master = CURRENT): boolean => {
    const before = seen.macs;
    expect(keys.keysOf(opened(terminal, master))).toBeDefined();
    return seen.macs > before;
  };
  return { keys, isDerived };
};

describe('the keys of terminals', () => {
  it('verify a frame of either generation, and none of another', () => {
    const { keys } = prepare();
    expect(keys.keysOf(opened(1, CURRENT))).toBeDefined();
    expect(keys.keysOf(opened(1, PREVIOUS))).toBeDefined();
    expect(keys.keysOf(opened(1, STRANGER))).toBeUndefined();
    expect(keys.keysOf(opened(1, CURRENT, 1, { terminal: 2 }))).toBeUndefined();
    expect(keys.keysOf(opened(1, CURRENT, 1, { keyVersion: 2 }))).toBeUndefined();
    expect(keys.keysOf(opened(1, CURRENT, 2))).toBeDefined();
  });

  it('are those that the protocol page defines', () => {
    const { keys } = prepare();
    const found = keys.keysOf(opened(1001, CURRENT));
    const info = Buffer.concat([Buffer.from('cp1 message'), Buffer.from('000003e901', 'hex')]);
    const messageKey = Buffer.from(hkdfSync('sha256', CURRENT, Buffer.alloc(0), info, 32));
    const reply = createHmac('sha256', messageKey).update('cp1 reply').digest();
    const data = new Uint8Array([1, 2, 3]);
    const tag = Buffer.alloc(8);
    found?.reply.writeTag(data, data.length, tag, 0);
    expect(tag).toEqual(createHmac('sha256', reply).update(data).digest().subarray(0, 8));
  });

  it('are derived once, while at most the bound of terminals is seen', () => {
    const { isDerived } = prepare(3);
    expect([1, 2, 3].map((terminal) => isDerived(terminal))).toEqual([true, true, true]);
    expect([1, 2, 3].map((terminal) => isDerived(terminal))).toEqual([false, false, false]);
  });

  it('of the least recently seen terminal make room for one more', () => {
    const { isDerived } = prepare(3);
    for (const terminal of [1, 2, 3, 1, 4]) {
      isDerived(terminal);
    }
    expect([1, 3, 4].map((terminal) => isDerived(terminal))).toEqual([false, false, false]);
    expect(isDerived(2)).toBe(true);
  });

  it('are pushed out by no number of forged frames', () => {
    const { keys, isDerived } = prepare(1);
    isDerived(1);
    for (let terminal = 2; terminal < 10; terminal += 1) {
      expect(keys.keysOf(opened(terminal, STRANGER))).toBeUndefined();
    }
    expect(isDerived(1)).toBe(false);
  });

  it('are those of the dialect that the request is in', () => {
    const { keys } = prepare();
    const cp1 = keys.keysOf(opened(1, CURRENT));
    const tagged: MacKey[] = [];
    const labels = { request: encodeUtf8('other request'), reply: encodeUtf8('other reply') };
    const other = keys.keysOf({
      ...opened(1, CURRENT),
      labels,
      isSignedWith: (key) => tagged.push(key) > 0,
    });
    expect(other?.request).toBe(tagged[0]);
    expect(other?.messageKey).toEqual(cp1?.messageKey);
    expect(keys.keysOf(opened(1, CURRENT))?.request).not.toBe(other?.request);
  });

  it('follow a terminal from one generation to the other and back', () => {
    const { isDerived } = prepare();
    expect(isDerived(1, PREVIOUS)).toBe(true);
    expect(isDerived(1, PREVIOUS)).toBe(false);
    expect(isDerived(1, CURRENT)).toBe(true);
    expect(isDerived(1, PREVIOUS)).toBe(true);
  });
});
