/** What the terminal does while nobody buys: stored sales in order, REVERSE until it is answered, a connection that lives. */
import { afterEach, describe, expect, it } from 'vitest';
import { BACKOFF_MS, LINGER_MS, STANDING_LOOK_MS } from '#client/timings.ts';
import { TYPE } from '../../../support/foreign-terminal.ts';
import { runThrough } from '../support/manual-time.ts';
import type { Script } from '../support/scripted-bridge.ts';
import {
  createTerminalRig,
  type RigOptions,
  SALE,
  type TerminalRig,
} from '../support/terminal-rig.ts';

const HEARTBEAT_MS = 300_000;
const HOUR_MS = 3_600_000;
const rigs: TerminalRig[] = [];
afterEach(() => {
  for (const rig of rigs.splice(0)) {
    rig.close();
  }
});
const rigWith = (script: Script, options: RigOptions = {}): TerminalRig => {
  const rig = createTerminalRig(options);
  rig.bridge.script = script;
  rigs.push(rig);
  return rig;
};
const STORED = 2;
const kinds = (rig: TerminalRig): string[] => rig.outbox.open.map(({ kind }) => kind);

describe('stored sales', () => {
  it('go out in their order, one in flight, with their flag and device time, and leave on their answer', async () => {
    let inFlight = 0;
    const rig = rigWith((frame, line) => {
      inFlight += 1;
      expect(inFlight).toBe(1);
      const answer = rig.bridge.carryOut(frame);
      void rig.time.sleep(700).then(() => {
        inFlight -= 1;
        line.send(answer);
      });
      return 'done';
    });
    const soldAtS = Math.floor(rig.time.nowMs() / 1000);
    for (let count = 0; count < 5; count += 1) {
      rig.terminal.store(SALE);
    }
    rig.terminal.start();
    await rig.time.advance(5_000);
    const { requests } = rig.bridge;
    expect(requests.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(requests.map(({ flags }) => flags)).toEqual([2, 2, 2, 2, 2]);
    expect(requests.map(({ body }) => body.get(8))).toEqual([1, 2, 3, 4, 5].map(() => soldAtS));
    expect(rig.outbox.open).toEqual([]);
    expect(rig.delivered.map(({ kind }) => kind)).toEqual([1, 2, 3, 4, 5].map(() => 'settled'));
  });

  it('tell the bridge first by how much the clock is off', async () => {
    const rig = rigWith(() => 'serve');
    await rig.time.advance(90_000);
    rig.terminal.store(SALE);
    rig.terminal.start();
    await rig.time.advance(1_000);
    expect(rig.bridge.hellos.map(({ body }) => body.get(7))).toEqual([undefined, 90]);
    expect(rig.outbox.open).toEqual([]);
  });

  it('say nothing of a clock that is right', async () => {
    const rig = rigWith(() => 'serve');
    rig.terminal.store(SALE);
    rig.terminal.start();
    await rig.time.advance(1_000);
    expect(rig.bridge.hellos).toHaveLength(1);
    expect(rig.outbox.open).toEqual([]);
  });

  it('are asked again with the same bytes until the answer to that very request comes', async () => {
    const rig = rigWith((frame, line, nth) => {
      if (nth === 1) {
        line.send(rig.bridge.reply({ ...frame, sequence: frame.sequence + 1 }, [[1, 0]]));
        return 'done';
      }
      return nth > 4 ? 'serve' : 'done';
    });
    rig.terminal.store(SALE);
    rig.terminal.store(SALE);
    rig.terminal.start();
    await rig.time.advance(20_000);
    expect(kinds(rig)).toEqual(['stored', 'stored']);
    await rig.time.advance(200_000);
    expect(rig.outbox.open).toEqual([]);
    const sequences = rig.bridge.requests.map(({ sequence }) => sequence);
    expect(sequences).toEqual([1, 1, 1, 1, 1, 2]);
    expect(new Set(rig.bridge.originals(TYPE.pay)).size).toBe(2);
    expect(rig.bridge.repeats(TYPE.pay)).toEqual([false, true, true, true, true, false]);
  });

  it('that are refused leave too, and are told to the operator', async () => {
    const rig = rigWith(() => 'serve');
    rig.bridge.declines = true;
    rig.terminal.store(SALE);
    rig.terminal.start();
    await rig.time.advance(1_000);
    expect(rig.outbox.open).toEqual([]);
    expect(rig.delivered).toMatchObject([
      { kind: 'settled', reply: { code: 'insufficient_funds' } },
    ]);
  });

  it('wait while a customer pays, and go on afterwards with the bytes they had', async () => {
    const rig = rigWith((frame) => {
      const stored = (frame.flags & STORED) !== 0;
      return stored && rig.bridge.requests.length < 3 ? 'done' : 'serve';
    });
    rig.terminal.store(SALE);
    const kept = Buffer.from(rig.outbox.open[0]?.frame ?? []).toString('hex');
    rig.terminal.start();
    await rig.time.advance(1_000);
    const begun = rig.time.nowMs();
    const outcome = await runThrough(rig.time, rig.terminal.pay(SALE, 60_000));
    expect(outcome).toMatchObject({ kind: 'answered', reply: { code: 'approved' } });
    expect(rig.time.nowMs() - begun).toBeLessThan(5_000);
    await rig.time.advance(60_000);
    expect(rig.outbox.open).toEqual([]);
    const flagsAndNumbers = rig.bridge.requests.map(({ flags, sequence }) => [flags, sequence]);
    expect(flagsAndNumbers).toEqual([
      [2, 1],
      [0, 2],
      [3, 1],
    ]);
    expect(rig.bridge.originals(TYPE.pay)[0]).toBe(kept);
    expect(rig.bridge.originals(TYPE.pay)[2]).toBe(kept);
  });

  it('of an earlier run go out with REPEAT', async () => {
    const rig = rigWith(() => 'serve');
    rig.terminal.store(SALE);
    rig.terminal.close();
    rig.outbox.close();
    const again = rigWith(() => 'serve', { bridge: rig.bridge, folder: rig.folder });
    again.terminal.start();
    await again.time.advance(1_000);
    expect(again.bridge.repeats(TYPE.pay)).toEqual([true]);
    expect(again.outbox.open).toEqual([]);
  });
});

describe('the steps on the screen', () => {
  it('are those of the customer, not those of what is delivered meanwhile', async () => {
    const rig = rigWith(() => 'serve');
    rig.terminal.store(SALE);
    rig.terminal.start();
    await rig.time.advance(1_000);
    expect(rig.outbox.open).toEqual([]);
    expect(rig.steps).toEqual([]);
    await runThrough(rig.time, rig.terminal.pay(SALE, 1_000), 50);
    expect(rig.steps).toEqual(['kept', 'sent', 'answered']);
  });
});

describe('REVERSE', () => {
  it('goes on for days at the pauses of its table, and lets new sales through', async () => {
    let lost = true;
    const askedAt: number[] = [];
    const rig = rigWith((frame) => {
      if (frame.type === TYPE.reverse) {
        askedAt.push(rig.time.nowMs());
      }
      return lost && frame.sequence < 4 ? 'done' : 'serve';
    });
    const outcome = await runThrough(rig.time, rig.terminal.pay(SALE, 1_000));
    expect(outcome).toMatchObject({ kind: 'unknown', sequence: 3 });
    rig.terminal.start();
    await runThrough(rig.time, rig.time.sleep(48 * HOUR_MS), 60_000);
    expect(kinds(rig)).toEqual(['reverse']);
    const lastMs = askedAt.at(-1) ?? 0;
    const pauses = askedAt.slice(1).map((at, index) => at - (askedAt[index] ?? 0));
    const longest = Math.max(...pauses);
    expect(longest).toBeGreaterThan(HOUR_MS * 0.75);
    expect(longest).toBeLessThanOrEqual((BACKOFF_MS.at(-1) ?? 0) + 60_000);
    expect(rig.time.nowMs() - lastMs).toBeLessThan(HOUR_MS + 60_000);
    expect(await runThrough(rig.time, rig.terminal.pay(SALE, 1_000))).toMatchObject({
      kind: 'answered',
    });
    lost = false;
    await rig.time.advance(60_000);
    expect(rig.outbox.open).toEqual([]);
    expect(new Set(rig.bridge.originals(TYPE.reverse)).size).toBe(1);
  });

  it('takes the place of a payment that a power cut left behind', async () => {
    const rig = rigWith(() => 'done');
    void rig.terminal.pay(SALE, 1_000);
    await rig.time.advance(100);
    rig.terminal.close();
    rig.outbox.close();
    const again = rigWith(() => 'serve', { bridge: rig.bridge, folder: rig.folder });
    again.terminal.start();
    await again.time.advance(1_000);
    expect(again.outbox.open).toEqual([]);
    expect(again.bridge.requests.map(({ type }) => type)).toEqual([TYPE.pay, TYPE.reverse]);
  });

  it('is not sent for a number that names another sale: the operator looks first', async () => {
    const rig = rigWith((frame, line) => {
      line.send(rig.bridge.fault(71, frame.sequence));
      return 'done';
    });
    const outcome = await runThrough(rig.time, rig.terminal.pay(SALE, 1_000));
    expect(outcome).toEqual({ kind: 'stopped', code: 'conflict' });
    rig.terminal.start();
    await rig.time.advance(HOUR_MS);
    expect(rig.bridge.originals(TYPE.reverse)).toEqual([]);
    expect(kinds(rig)).toEqual(['pay']);
    await expect(rig.terminal.pay(SALE, 1_000)).rejects.toThrow('outbox_busy');
  });
});

describe('a standing connection', () => {
  const standing = { mode: 'session', heartbeat: true } as const;

  it('is opened at once and pings as often as WELCOME says', async () => {
    const rig = rigWith(() => 'serve', standing);
    rig.terminal.start();
    await rig.time.advance(1_000);
    expect(rig.terminal.online).toBe(true);
    expect(rig.bridge.dials).toBe(1);
    const [first] = rig.bridge.pingedAt;
    await runThrough(rig.time, rig.time.sleep(3 * HEARTBEAT_MS + 10_000), 1_000);
    const pauses = rig.bridge.pingedAt
      .slice(1)
      .map((at, index) => at - (rig.bridge.pingedAt[index] ?? 0));
    expect(first).toBeDefined();
    expect(pauses.length).toBeGreaterThanOrEqual(3);
    for (const pause of pauses) {
      expect(pause).toBeGreaterThanOrEqual(HEARTBEAT_MS);
      expect(pause).toBeLessThanOrEqual(HEARTBEAT_MS + STANDING_LOOK_MS);
    }
    expect(rig.bridge.dials).toBe(1);
  });

  it('is made anew where PONG does not come, and where it closes', async () => {
    const rig = rigWith(() => 'serve', standing);
    rig.terminal.start();
    await rig.time.advance(1_000);
    rig.bridge.pongs = false;
    await rig.time.advance(HEARTBEAT_MS + 25_000);
    expect(rig.bridge.dials).toBeGreaterThan(1);
    rig.bridge.pongs = true;
    await rig.time.advance(60_000);
    expect(rig.terminal.online).toBe(true);
    const { dials } = rig.bridge;
    await rig.time.advance(60_000);
    expect(rig.bridge.dials).toBe(dials);
    rig.bridge.hangUp();
    await rig.time.advance(20_000);
    expect(rig.bridge.dials).toBe(dials + 1);
    expect(rig.terminal.online).toBe(true);
  });

  it('is given up for one per sale where WELCOME advises that', async () => {
    const rig = rigWith(() => 'serve', { mode: 'session' });
    rig.terminal.start();
    await rig.time.advance(LINGER_MS + STANDING_LOOK_MS + 1_000);
    expect(rig.bridge.dials).toBe(1);
    expect(rig.terminal.online).toBe(false);
    await rig.time.advance(HEARTBEAT_MS * 2);
    expect(rig.bridge.dials).toBe(1);
  });

  it('carries the sale, so that nothing is dialled for it', async () => {
    const rig = rigWith(() => 'serve', standing);
    rig.terminal.start();
    await rig.time.advance(1_000);
    const paying = rig.terminal.pay(SALE, 1_000);
    expect(await runThrough(rig.time, paying, 50)).toMatchObject({ kind: 'answered' });
    expect(rig.bridge.dials).toBe(1);
  });

  it('is tried for less and less often while there is no network', async () => {
    const rig = rigWith(() => 'serve', standing);
    let tries = 0;
    rig.bridge.onDial = () => {
      tries += 1;
      throw new Error('no network');
    };
    rig.terminal.start();
    await rig.time.advance(60_000);
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(10);
    tries = 0;
    await runThrough(rig.time, rig.time.sleep(HOUR_MS), 5_000);
    expect(tries).toBeLessThan(20);
    expect(rig.terminal.trouble).toBe('no network');
  });
});

describe('a connection per sale', () => {
  it('lingers for the next customer and is closed then', async () => {
    const rig = rigWith(() => 'serve');
    rig.terminal.start();
    await runThrough(rig.time, rig.terminal.pay(SALE, 1_000), 50);
    await rig.time.advance(LINGER_MS - 2_000);
    expect(rig.terminal.online).toBe(true);
    await rig.time.advance(2_000 + STANDING_LOOK_MS);
    expect(rig.terminal.online).toBe(false);
    expect(rig.bridge.dials).toBe(1);
  });
});

describe('a customer who walks away', () => {
  it('ends a sale of which nothing has left', async () => {
    const rig = rigWith(() => 'serve');
    rig.bridge.onDial = () => rig.time.sleep(60_000);
    const away = new AbortController();
    const paying = rig.terminal.pay(SALE, 1_000, away.signal);
    await rig.time.advance(20_000);
    away.abort();
    expect(await paying).toMatchObject({ kind: 'not_sent' });
    expect(rig.outbox.open).toEqual([]);
    await rig.time.advance(120_000);
    expect(rig.bridge.originals(TYPE.pay)).toEqual([]);
  });

  it('does not end a sale that was sent: its outcome is waited for', async () => {
    const rig = rigWith((_frame, _line, nth) => (nth > 1 ? 'serve' : 'done'));
    const away = new AbortController();
    const paying = rig.terminal.pay(SALE, 1_000, away.signal);
    await rig.time.advance(1_000);
    away.abort();
    expect(await runThrough(rig.time, paying)).toMatchObject({ kind: 'answered' });
  });
});
