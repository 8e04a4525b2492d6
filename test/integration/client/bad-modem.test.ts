/** A sale through a modem that loses its bearer, its socket, or single bits of what it says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AtError } from '#client/at/at-error.ts';
import { createSim800Driver } from '#client/at/sim800-driver.ts';
import { createSeededRandom } from '#client/modem/seeded-random.ts';
import type { Personality } from '#client/modem/virtual-personality.ts';
import { createVirtualSim800, type VirtualSim800 } from '#client/modem/virtual-sim800.ts';
import { createModemDialer } from '#client/modem-dialer.ts';
import { type Outbox, openFileOutbox } from '#client/outbox/file-outbox.ts';
import { type SaleOutcome, Terminal } from '#client/terminal.ts';
import { TYPE } from '../../support/foreign-terminal.ts';
import { ManualTime, runThrough } from '../../unit/client/support/manual-time.ts';
import { KEYS } from '../../unit/client/support/scripted-bridge.ts';
import { LINK_KEYS, MESSAGE_KEYS, SALE } from '../../unit/client/support/terminal-rig.ts';
import { openTcpBridge, type TcpBridge } from './support/tcp-bridge.ts';

const REVERSE_MS = 600_000;
/** Seeds of the altered bits; each is a sale from power-on to its end. */
const SEEDS = 40;

const closers: (() => void)[] = [];
const closeAll = (): void => {
  for (const close of closers.splice(0).reverse()) {
    close();
  }
};
afterEach(closeAll);

interface ModemRig extends TcpBridge {
  readonly time: ManualTime;
  readonly modem: VirtualSim800;
  readonly outbox: Outbox;
  readonly reports: () => number;
  /** From power-on to the outcome, or to the AtError of the bring-up. */
  sell(): Promise<SaleOutcome | AtError>;
}

const openRig = async (personality: Partial<Personality>, seed: number): Promise<ModemRig> => {
  const tcp = await openTcpBridge();
  const time = new ManualTime();
  const modem = createVirtualSim800({ timers: time, personality, seed });
  const driver = createSim800Driver({ port: modem, clock: time, timers: time, apn: 'internet' });
  const folder = mkdtempSync(join(tmpdir(), 'modem-'));
  const outbox = openFileOutbox(folder);
  let reports = 0;
  const terminal = new Terminal({
    terminal: KEYS.terminal,
    keyVersion: KEYS.keyVersion,
    linkKeys: LINK_KEYS,
    messageKeys: MESSAGE_KEYS,
    firmware: '1.0',
    modem: 'SIM800',
    locale: 'ko-KR',
    mode: 'on_demand',
    outbox,
    dial: createModemDialer({
      driver,
      timers: time,
      host: '127.0.0.1',
      port: tcp.port,
      onReport: () => {
        reports += 1;
      },
    }),
    signal: () => 20,
    clock: time,
    timers: time,
    random: createSeededRandom(seed),
  });
  closers.push(() => {
    terminal.close();
    void modem.close();
    outbox.close();
    tcp.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const sell = async (): Promise<SaleOutcome | AtError> => {
    try {
      await runThrough(time, driver.bringUp());
    } catch (error) {
      if (error instanceof AtError) {
        return error;
      }
      throw error;
    }
    return await runThrough(time, terminal.pay(SALE, REVERSE_MS));
  };
  return { ...tcp, time, modem, outbox, reports: () => reports, sell };
};

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
    expect(rig.outbox.pending?.kind, where).toBe('reverse');
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
