import { describe, expect, it } from 'vitest';
import { createBatcher } from '#adapters/sqs/batcher.ts';

const prepare = (itemsMax = 100) => {
  const calls: {
    items: readonly number[];
    finish: (outcomes: readonly (Error | undefined)[]) => void;
    fail: (error: Error) => void;
  }[] = [];
  const batcher = createBatcher<number>({
    itemsMax,
    full: () => new Error('full'),
    call: (items) =>
      new Promise((resolve, reject) => {
        calls.push({ items, finish: resolve, fail: reject });
      }),
  });
  return { batcher, calls };
};
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);

describe('a batcher', () => {
  it('calls at once when idle, and gathers a part batch while a call is in flight', async () => {
    const { batcher, calls } = prepare();
    const first = batcher.add(0);
    const rest = range(1, 10).map((item) => batcher.add(item));
    expect(calls.map(({ items }) => items)).toEqual([[0]]);
    calls[0]?.finish([undefined]);
    await first;
    await Promise.resolve();
    expect(calls[1]?.items).toEqual(range(1, 10));
    calls[1]?.finish([]);
    await Promise.all(rest);
    expect(batcher.size).toBe(0);
  });

  it('does not let a full batch wait for the call in flight', () => {
    const { batcher, calls } = prepare();
    for (const item of range(0, 11)) {
      batcher.add(item).catch(() => undefined);
    }
    expect(calls.map(({ items }) => items.length)).toEqual([1, 10]);
  });

  it('takes itemsMax items and refuses the next', async () => {
    const { batcher } = prepare(3);
    const held = [0, 1, 2].map((item) => batcher.add(item));
    await expect(batcher.add(3)).rejects.toThrow('full');
    expect(held).toHaveLength(3);
    expect(batcher.size).toBe(3);
  });

  it('has room again by the time an item is settled', async () => {
    const { batcher, calls } = prepare(1);
    for (const [at, outcome] of [undefined, new Error('refused'), undefined].entries()) {
      const item = batcher.add(at);
      calls[at]?.finish([outcome]);
      await item.catch(() => undefined);
    }
    expect(calls.map(({ items }) => items)).toEqual([[0], [1], [2]]);
  });

  it('rejects the items that failed, and all of them where the call failed', async () => {
    const { batcher, calls } = prepare();
    const first = batcher.add(0);
    const [second, third] = [batcher.add(1), batcher.add(2)];
    calls[0]?.fail(new Error('down'));
    await expect(first).rejects.toThrow('down');
    await Promise.resolve();
    calls[1]?.finish([undefined, new Error('refused')]);
    await expect(second).resolves.toBeUndefined();
    await expect(third).rejects.toThrow('refused');
  });

  it('settles what it holds before it is closed, and refuses what comes after', async () => {
    const { batcher, calls } = prepare();
    const item = batcher.add(0);
    const closing = batcher.close();
    await expect(batcher.add(1)).rejects.toThrow('full');
    calls[0]?.finish([undefined]);
    await Promise.all([item, closing]);
  });
});
