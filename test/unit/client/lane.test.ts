/** One in flight: customers go first, and wait a moment for what is in flight already. */
import { describe, expect, it } from 'vitest';
import { backOffMs } from '#client/back-off.ts';
import { Lane, YIELD_MS } from '#client/lane.ts';
import { ManualTime, settle } from './support/manual-time.ts';

describe('the lane', () => {
  const rig = (): { lane: Lane; time: ManualTime; log: string[] } => {
    const time = new ManualTime();
    return { time, lane: new Lane(time), log: [] };
  };

  it('runs customers one after another, in their order, also after one that failed', async () => {
    const { lane, time, log } = rig();
    const task = (name: string) => async (): Promise<void> => {
      log.push(`${name} begins`);
      await time.sleep(100);
      log.push(`${name} ends`);
      if (name === 'a') {
        throw new Error('a failed');
      }
    };
    const first = lane.urgent(task('a')).catch(() => log.push('a is told'));
    const second = lane.urgent(task('b'));
    await time.advance(300);
    await Promise.all([first, second]);
    expect(log).toEqual(['a begins', 'a ends', 'a is told', 'b begins', 'b ends']);
  });

  it.each([
    ['lets what ends in time end', YIELD_MS - 1, false],
    ['stops what takes longer', YIELD_MS + 1, true],
  ])('%s before a customer', async (_name, ms, stopped) => {
    const { lane, time, log } = rig();
    const background = lane.background(async (signal) => {
      await time.sleep(ms, signal);
      return signal.aborted;
    });
    const urgent = lane.urgent(() => Promise.resolve(log.push('customer')));
    await time.advance(YIELD_MS - 2);
    expect(log).toEqual([]);
    await time.advance(3);
    await urgent;
    expect(await background).toBe(stopped);
  });

  it('begins nothing in the background while a customer is served', async () => {
    const { lane, time } = rig();
    const urgent = lane.urgent(() => time.sleep(10));
    expect(await lane.background(() => Promise.resolve('ran'))).toBeUndefined();
    await time.advance(10);
    await urgent;
    expect(await lane.background(() => Promise.resolve('ran'))).toBe('ran');
  });

  it('runs one thing in the background', async () => {
    const { lane, time } = rig();
    const first = lane.background(() => time.sleep(10));
    expect(await lane.background(() => Promise.resolve('ran'))).toBeUndefined();
    await time.advance(10);
    await first;
    await settle();
  });
});

describe('the pause after a failure', () => {
  const least = { below: (bound: number) => bound - 1 };
  const most = { below: () => 0 };
  const table = [5_000, 3_600_000];
  it.each([
    [0, 3_750, 5_000],
    [1, 2_700_000, 3_600_000],
    [9_999, 2_700_000, 3_600_000],
  ])('number %i is between %i and %i ms', (round, min, max) => {
    expect(backOffMs(table, round, least)).toBe(min);
    expect(backOffMs(table, round, most)).toBe(max);
  });
});
