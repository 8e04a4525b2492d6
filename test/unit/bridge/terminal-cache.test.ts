import { describe, expect, it } from 'vitest';
import { type Counters, createCounters } from '#bridge/counters.ts';
import { createTerminalCache, type TerminalCache } from '#bridge/terminal-cache.ts';

interface World {
  nowMs: number;
  readonly counters: Counters;
  readonly asked: number[];
  readonly cache: TerminalCache;
}

const worldOf = (read: (terminal: number) => Promise<{ region: string } | undefined>): World => {
  const counters = createCounters();
  const asked: number[] = [];
  const world: World = {
    nowMs: 0,
    counters,
    asked,
    cache: createTerminalCache({
      nowMs: () => world.nowMs,
      counters,
      terminals: {
        readTerminal: (terminal) => {
          asked.push(terminal);
          return read(terminal);
        },
      },
    }),
  };
  return world;
};

const korea = async (): Promise<{ region: string }> => ({ region: 'KR' });
const learn = ({ cache }: World, terminal: number): Promise<string> =>
  new Promise((resolve) => {
    const known = cache.facts(terminal, ({ region }) => resolve(region));
    if (known !== undefined) {
      resolve(known.region);
    }
  });

describe('the terminals that a bridge remembers', () => {
  it('are believed for a minute', async () => {
    const world = worldOf(korea);
    expect(await learn(world, 1)).toBe('KR');
    world.nowMs = 59_999;
    expect(await learn(world, 1)).toBe('KR');
    expect(world.asked).toEqual([1]);
    world.nowMs = 60_000;
    expect(await learn(world, 1)).toBe('KR');
    expect(world.asked).toEqual([1, 1]);
  });

  it('are 40,000 at most: the oldest is forgotten for the next', async () => {
    const world = worldOf(korea);
    for (let terminal = 1; terminal <= 40_000; terminal += 1) {
      await learn(world, terminal);
    }
    await learn(world, 1);
    expect([world.cache.size, world.asked.length]).toEqual([40_000, 40_000]);
    await learn(world, 40_001);
    expect([world.cache.size, world.asked.length]).toEqual([40_000, 40_001]);
    await learn(world, 2);
    expect(world.asked).toHaveLength(40_001);
    await learn(world, 1);
    expect(world.asked).toHaveLength(40_002);
  });

  it('are read 200 at a time at most: the next terminal goes without at once', () => {
    const world = worldOf(() => new Promise(() => undefined));
    const never = (): void => undefined;
    for (let terminal = 1; terminal <= 200; terminal += 1) {
      expect(world.cache.facts(terminal, never)).toBeUndefined();
    }
    expect(world.cache.facts(200, never), 'joins the read that runs').toBeUndefined();
    expect(world.counters.region_failed).toBe(0);
    expect(world.cache.facts(201, never)).toEqual({ region: '' });
    expect(world.counters.region_failed).toBe(1);
    expect(world.asked).toHaveLength(200);
  });

  it('are empty where the table does not answer, and then asked for again', async () => {
    const world = worldOf(() => Promise.reject(new Error('table is down')));
    expect(await learn(world, 1)).toBe('');
    expect(await learn(world, 1)).toBe('');
    expect(world.asked).toHaveLength(2);
    expect(world.cache.size).toBe(0);
  });
});
