import { describe, expect, it } from 'vitest';
import type { ExpiryStore } from '#core/ports.ts';
import type { RequestRecord } from '#core/records.ts';
import { PAGE_MAX, PAGES_MAX, SWEEP_MS_MAX, sweep } from '#functions/janitor/sweep.ts';

const NOW_MS = 1_790_000_000_000;

const held = (sequence: number): RequestRecord => ({
  key: { terminal: 1001, keyVersion: 1, sequence },
  op: 'pay',
  code: 'approved',
  decidedAtS: NOW_MS / 1000 - 300,
  lines: [],
  payment: {
    state: 'held',
    revision: 1,
    amountMinor: 100,
    postedMinor: 0,
    refundedMinor: 0,
    currency: 410,
    user: 'u-1',
    merchant: 'm-1',
    dueS: NOW_MS / 1000,
  },
});

/** `due` holds are due; each page takes `pageMs`; `failing` of them are given up by somebody else. */
const prepare = ({ due = 0, pageMs = 0, lost = 0 } = {}) => {
  const seen = { nowMs: NOW_MS, limits: [] as number[], expired: [] as number[] };
  const waiting = Array.from({ length: due }, (_, at) => held(at + 1));
  const store: ExpiryStore = {
    readDue: async (nowS, limit) => {
      expect(nowS).toBe(Math.floor(seen.nowMs / 1000));
      seen.limits.push(limit);
      seen.nowMs += pageMs;
      return waiting.splice(0, limit).map((record) => ({
        ...record,
        payment: { ...record.payment, dueS: nowS } as NonNullable<RequestRecord['payment']>,
      }));
    },
    expire: async ({ key }) => {
      if (key.sequence <= lost) {
        return false;
      }
      seen.expired.push(key.sequence);
      return true;
    },
  };
  return { seen, run: () => sweep({ store, clock: { nowMs: () => seen.nowMs } }) };
};

describe('a sweep', () => {
  it('reads once where nothing is due', async () => {
    const { seen, run } = prepare();
    expect(await run()).toBe(0);
    expect(seen.limits).toEqual([PAGE_MAX]);
  });

  it('ends with a page that is not full, and reads on after one that is', async () => {
    const part = prepare({ due: PAGE_MAX - 1 });
    expect(await part.run()).toBe(PAGE_MAX - 1);
    expect(part.seen.limits).toHaveLength(1);
    const full = prepare({ due: PAGE_MAX });
    expect(await full.run()).toBe(PAGE_MAX);
    expect(full.seen.limits).toHaveLength(2);
  });

  it('counts only the holds that it ended itself', async () => {
    const { seen, run } = prepare({ due: 3, lost: 1 });
    expect(await run()).toBe(2);
    expect(seen.expired).toEqual([2, 3]);
  });

  it('leaves what is beyond its last page to the next run', async () => {
    const { seen, run } = prepare({ due: PAGE_MAX * PAGES_MAX + 1 });
    expect(await run()).toBe(PAGE_MAX * PAGES_MAX);
    expect(seen.limits).toHaveLength(PAGES_MAX);
  });

  it('begins no page once its time is over, and one in the last millisecond', async () => {
    const late = prepare({ due: 10 * PAGE_MAX, pageMs: SWEEP_MS_MAX });
    expect(await late.run()).toBe(PAGE_MAX);
    const inTime = prepare({ due: 10 * PAGE_MAX, pageMs: SWEEP_MS_MAX - 1 });
    expect(await inTime.run()).toBe(2 * PAGE_MAX);
  });
});
