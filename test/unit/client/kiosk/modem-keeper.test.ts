/** The modem is kept running: opened again after it died, with growing pauses, and switched off and on by hand. */
import { describe, expect, it } from 'vitest';
import { AtError } from '#client/at/at-error.ts';
import type { ModemDriver } from '#client/at/modem-driver.ts';
import { ModemKeeper, type ModemState, SIGNAL_MS } from '#client/kiosk/modem-keeper.ts';
import { ManualTime, settle } from '../support/manual-time.ts';

const REPORT = {
  family: 'sim800',
  identity: 'SIM800',
  operator: 'Test',
  signal: 20,
  address: '10.0.0.1',
} as const;

/** A modem that does what the test says. */
const rigWith = (
  script: { open?: () => void; bringUp?: () => void; signal?: () => number } = {},
) => {
  const time = new ManualTime();
  const states: ModemState[] = [];
  let opened = 0;
  let shut = 0;
  const driver: ModemDriver = {
    sendBytesMax: 1_460,
    readBytesMax: 1_460,
    bringUp: async () => {
      script.bringUp?.();
      return REPORT;
    },
    open: () => Promise.reject(new AtError('port_closed', 'AT+CIPSTART', 'gone')),
    send: () => Promise.resolve(),
    read: () => Promise.resolve({ bytes: new Uint8Array(0), left: 0 }),
    isOpen: () => Promise.resolve(true),
    unacknowledged: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
    signal: async () => script.signal?.() ?? 20,
    operator: () => Promise.resolve('Test'),
    shutDown: async () => {
      shut += 1;
    },
  };
  const keeper = new ModemKeeper({
    open: async () => {
      opened += 1;
      script.open?.();
      return { driver };
    },
    host: '127.0.0.1',
    port: 1,
    clock: time,
    timers: time,
    random: { below: () => 0 },
    onChange: (state) => states.push(state),
  });
  return { keeper, time, states, opened: () => opened, shut: () => shut };
};
const kinds = (states: readonly ModemState[]): string[] => states.map(({ kind }) => kind);

describe('the modem keeper', () => {
  it('brings the modem up and reads its signal again and again', async () => {
    let signal = 20;
    const { keeper, time, states } = rigWith({ signal: () => signal });
    expect([keeper.signal, keeper.family]).toEqual([99, '']);
    keeper.start();
    await settle();
    expect([keeper.signal, keeper.family]).toEqual([20, 'SIM800']);
    signal = 7;
    await time.advance(SIGNAL_MS - 1);
    expect(keeper.signal).toBe(20);
    await time.advance(1);
    expect(keeper.signal).toBe(7);
    expect(new Set(kinds(states))).toEqual(new Set(['starting', 'ready']));
    await keeper.stop();
  });

  it('opens a modem that does not come up again, after 2, 5, 15, 60 and 60 seconds', async () => {
    const { keeper, time, opened, states } = rigWith({
      bringUp: () => {
        throw new AtError('sim_missing', 'AT+CPIN?', '+CME ERROR: 10');
      },
    });
    keeper.start();
    await settle();
    expect(kinds(states)).toEqual(['starting', 'down']);
    for (const [index, pauseMs] of [2_000, 5_000, 15_000, 60_000, 60_000].entries()) {
      await time.advance(pauseMs - 1);
      expect(opened()).toBe(index + 1);
      await time.advance(1);
      expect(opened()).toBe(index + 2);
    }
    expect(keeper.state).toMatchObject({
      kind: 'down',
      trouble: expect.stringContaining('sim_missing'),
    });
    await expect(keeper.dial()).rejects.toThrow('sim_missing');
    await keeper.stop();
  });

  it('opens a port anew that is gone, and begins with the shortest pause', async () => {
    let missing = true;
    const { keeper, time } = rigWith({
      open: () => {
        if (missing) {
          throw new AtError('port_missing', 'open /dev/ttyUSB0', 'no such file');
        }
      },
    });
    keeper.start();
    await settle();
    expect(keeper.state.kind).toBe('down');
    missing = false;
    await time.advance(2_000);
    expect(keeper.state.kind).toBe('ready');
    await keeper.stop();
  });

  it('notices at the next connection that the modem died, and starts it anew', async () => {
    const { keeper, time, opened, shut } = rigWith();
    keeper.start();
    await settle();
    await expect(keeper.dial()).rejects.toThrow('port_closed');
    await settle();
    expect(keeper.state.kind).toBe('down');
    expect(shut()).toBe(1);
    await time.advance(2_000);
    expect(keeper.state.kind).toBe('ready');
    expect(opened()).toBe(2);
    await keeper.stop();
  });

  it('is off until it is switched on again', async () => {
    const { keeper, time, opened } = rigWith();
    keeper.start();
    await settle();
    await keeper.stop();
    expect(keeper.state).toEqual({ kind: 'off' });
    await time.advance(600_000);
    expect(opened()).toBe(1);
    await expect(keeper.dial()).rejects.toThrow('not ready');
    keeper.start();
    await settle();
    expect(keeper.state.kind).toBe('ready');
    await keeper.stop();
  });
});
