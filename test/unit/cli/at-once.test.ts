import { describe, expect, it } from 'vitest';
import { AT_ONCE, someAtOnce } from '#cli/at-once.ts';
import { repeated } from '#cli/repeated.ts';

describe('someAtOnce', () => {
  it('keeps so many under way and no more, and the order of the items', async () => {
    const items = Array.from({ length: 3 * AT_ONCE + 1 }, (_, at) => at);
    let underWay = 0;
    let most = 0;
    const results = await someAtOnce(items, async (item) => {
      underWay += 1;
      most = Math.max(most, underWay);
      // The earlier ones take longer.
      for (let turn = items.length - item; turn > 0; turn -= 1) {
        await Promise.resolve();
      }
      underWay -= 1;
      return item * 10;
    });
    expect(most).toBe(AT_ONCE);
    expect(results).toEqual(items.map((item) => item * 10));
  });

  it('begins no more than there are', async () => {
    expect(await someAtOnce([7], async (item) => item)).toEqual([7]);
    expect(await someAtOnce([], async (item) => item)).toEqual([]);
  });

  it('rejects where one fails', async () => {
    const broken = async (): Promise<never> => {
      throw new Error('down');
    };
    await expect(someAtOnce([1, 2], broken)).rejects.toThrow('down');
  });
});

describe('repeated', () => {
  it('has every later one of an id, and not the first', () => {
    const rows = ['a', 'b', 'a', 'c', 'b', 'a'].map((id, line) => ({ id, line }));
    expect([...repeated(rows, ({ id }) => id)].map(({ line }) => line)).toEqual([2, 4, 5]);
  });
});
