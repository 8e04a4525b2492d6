/** How long a value is used, and what becomes of reads that fail. */
import { expect, it } from 'vitest';
import { cached } from '#functions/cached.ts';

const rig = (read: (call: number) => Promise<number> = (call) => Promise.resolve(call)) => {
  let nowMs = 0;
  let calls = 0;
  const get = cached(
    () => {
      calls += 1;
      return read(calls);
    },
    { clock: { nowMs: () => nowMs }, forMs: 10 },
  );
  const at = (ms: number): Promise<number> => {
    nowMs = ms;
    return get();
  };
  return { get, at };
};

it('reads again once the value is as old as it may be', async () => {
  const { at } = rig();
  expect([await at(0), await at(9), await at(10), await at(19)]).toEqual([1, 1, 2, 2]);
});

it('shares a read under way', async () => {
  const { get } = rig();
  expect(await Promise.all([get(), get()])).toEqual([1, 1]);
});

it('does not keep a read that failed', async () => {
  const { at } = rig((call) =>
    call === 1 ? Promise.reject(new Error('away')) : Promise.resolve(call),
  );
  await expect(at(0)).rejects.toThrow('away');
  expect(await at(1)).toBe(2);
});

it('keeps a newer value where an older read fails late', async () => {
  let fail = (_error: Error): void => undefined;
  const { at } = rig((call) =>
    call === 1
      ? new Promise((_, reject) => {
          fail = reject;
        })
      : Promise.resolve(call),
  );
  const first = at(0);
  expect(await at(10)).toBe(2);
  fail(new Error('away'));
  await expect(first).rejects.toThrow('away');
  expect(await at(11)).toBe(2);
});
