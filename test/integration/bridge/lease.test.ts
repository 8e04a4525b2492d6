import { afterEach, describe, expect, it } from 'vitest';
import { Rig } from '#test/support/bridge-rig.ts';

const rigs: Rig[] = [];
const newRig = (): Rig => {
  const rig = new Rig();
  rigs.push(rig);
  return rig;
};

/** Frees slot 1 from the given round on; counts the rounds. */
const freeFrom = (rig: Rig, round: number): { rounds: () => number } => {
  let asked = 0;
  rig.acquire = async (slot) => {
    asked += 1;
    return slot === 1 && Math.ceil(asked / 3) >= round ? { fence: 3 } : undefined;
  };
  return { rounds: () => Math.ceil(asked / 3) };
};

afterEach(async () => {
  for (const rig of rigs.splice(0)) {
    await rig.bridge?.close();
  }
});

describe('the slot of a bridge', () => {
  it('is asked for once a second until one is free', async () => {
    const rig = newRig();
    const { rounds } = freeFrom(rig, 3);
    const starting = rig.start();
    await rig.until(() => rig.logged.includes('no_slot_free'));
    await rig.advance(1_900);
    expect(rounds()).toBe(2);
    await rig.advance(100);
    await starting;
    expect(rig.bridge.stats()).toMatchObject({ slot: 1, fence: 3, status: 'serving' });
    expect(rig.logged.filter((event) => event === 'no_slot_free')).toHaveLength(2);
  });

  it('is still taken in the last of 45 rounds', async () => {
    const rig = newRig();
    freeFrom(rig, 45);
    const starting = rig.start();
    await rig.until(() => rig.logged.includes('no_slot_free'));
    await rig.advance(44_000);
    await starting;
    expect(rig.bridge.stats().slot).toBe(1);
  });

  it('is given up for after 45 rounds: the process ends with that', async () => {
    const rig = new Rig();
    freeFrom(rig, 46);
    const starting = expect(rig.start()).rejects.toThrow('no reply slot is free');
    await rig.until(() => rig.logged.includes('no_slot_free'));
    await rig.advance(45_000);
    await starting;
  });

  it('is lost when its lease belongs to another', async () => {
    const rig = await newRig().start();
    rig.renew = async () => false;
    await rig.advance(5_000);
    await rig.bridge.lost;
    expect(rig.bridge.stats().status).toBe('lame');
    expect(rig.pollClosed).toBe(true);
    await rig.bridge.close();
    expect(rig.released, 'what is not ours is not given back').toBe(0);
  });

  it('survives renewals that fail for less than 20 s', async () => {
    const rig = await newRig().start();
    rig.renew = () => Promise.reject(new Error('table is down'));
    await rig.advance(19_900);
    expect(rig.bridge.stats().status).toBe('serving');
    await rig.advance(100);
    await rig.bridge.lost;
    expect(rig.bridge.counters.lease_lost).toBe(1);
  });

  it('counts 20 s from the last renewal that went through', async () => {
    const rig = await newRig().start();
    await rig.advance(15_000);
    rig.renew = () => Promise.reject(new Error('table is down'));
    await rig.advance(19_900);
    expect(rig.bridge.stats().status).toBe('serving');
    await rig.advance(100);
    expect(rig.bridge.stats().status).toBe('lame');
  });

  it('is lost after 20 s even if a renewal hangs for ever', async () => {
    const rig = await newRig().start();
    rig.renew = () => new Promise(() => undefined);
    await rig.advance(20_000);
    expect(rig.bridge.stats().status).toBe('lame');
  });
});
