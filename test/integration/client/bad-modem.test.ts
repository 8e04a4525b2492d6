/** A sale through a modem that loses its bearer, its socket, or single bits of what it says. */
import { afterEach, describe, expect, it } from 'vitest';
import { AtError } from '#client/at/at-error.ts';
import { TYPE } from '../../support/foreign-terminal.ts';
import { closeAll, openRig } from './support/modem-rig.ts';

/** Seeds of the altered bits; each is a sale from power-on to its end. */
const SEEDS = 40;

afterEach(closeAll);

const approved = {
  kind: 'answered',
  via: 'reply',
  reply: { code: 'approved', amountMinor: 12_900 },
};

describe('in the middle of a sale', () => {
  it('the bearer is lost: the terminal brings the modem up and asks again with the same bytes', async () => {
    const rig = await openRig({}, 1);
    rig.bridge.script = (frame, _line, nth) => {
      if (nth > 1) {
        return 'serve';
      }
      rig.bridge.carryOut(frame);
      rig.modem.loseBearer();
      return 'done';
    };
    expect(await rig.sell()).toMatchObject(approved);
    expect(rig.reports()).toBe(1);
    expect(rig.bridge.dials).toBe(2);
    expect(new Set(rig.bridge.originals(TYPE.pay)).size).toBe(1);
    expect(rig.bridge.repeats(TYPE.pay)).toEqual([false, true]);
    expect(rig.bridge.posted).toHaveLength(1);
  });

  it('the socket is closed: the terminal connects again without a new bring-up', async () => {
    const rig = await openRig({}, 1);
    rig.bridge.script = (frame, line, nth) => {
      if (nth > 1) {
        return 'serve';
      }
      rig.bridge.carryOut(frame);
      line.end();
      return 'done';
    };
    expect(await rig.sell()).toMatchObject(approved);
    expect(rig.reports()).toBe(0);
    expect(rig.bridge.repeats(TYPE.pay)).toEqual([false, true]);
    expect(new Set(rig.bridge.originals(TYPE.pay)).size).toBe(1);
  });

  it('the bearer is lost before the first byte: the sale is sent once, after a new bring-up', async () => {
    const rig = await openRig({}, 1);
    rig.modem.loseBearer();
    expect(await rig.sell()).toMatchObject(approved);
    expect(rig.bridge.repeats(TYPE.pay)).toEqual([false]);
  });
});

/** Sells once at one seed; throws where the books and the outcome disagree. */
const sellAt = async (corruptRate: number, seed: number): Promise<string> => {
  const rig = await openRig({ corruptRate }, seed);
  const end = await rig.sell();
  const where = `seed ${seed}`;
  expect(new Set(rig.bridge.originals(TYPE.pay)).size, where).toBeLessThanOrEqual(1);
  if (end instanceof AtError) {
    expect(rig.bridge.requests, where).toEqual([]);
    return 'typed error';
  }
  if (end.kind === 'answered') {
    expect(end.reply.code, where).toBe('approved');
    expect(rig.bridge.posted, where).toHaveLength(1);
  } else if (end.kind === 'unknown') {
    expect(rig.outbox.open[0]?.kind, where).toBe('reverse');
  } else {
    expect(['reversed', 'not_sent'], where).toContain(end.kind);
    expect(rig.bridge.posted, where).toEqual([]);
  }
  return end.kind;
};

describe('a line that alters single bits of what the modem says', () => {
  it.each([
    [0.01, 30],
    [0.05, 15],
    [0.2, 1],
  ])('never makes a wrong answer, at a rate of %d', async (corruptRate, answeredMin) => {
    const ends: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      ends.push(await sellAt(corruptRate, seed));
      closeAll();
    }
    expect(ends.filter((end) => end === 'answered').length).toBeGreaterThanOrEqual(answeredMin);
  });
});
