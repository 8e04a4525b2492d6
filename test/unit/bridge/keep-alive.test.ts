import { describe, expect, it } from 'vitest';
import { KeepAlive, prefixOf } from '#bridge/keep-alive.ts';

const HERE = '192.0.2.1';
const dies = (keepAlive: KeepAlive, terminal = 1, address = HERE, times = 1): void => {
  for (let time = 0; time < times; time += 1) {
    const { heartbeatS } = keepAlive.advice(terminal, address);
    expect(keepAlive.died(terminal, address, heartbeatS, heartbeatS)).toBe(true);
  }
};

describe('the advice on heartbeats', () => {
  it('is the longest where nothing ever died', () => {
    const keepAlive = new KeepAlive(300);
    keepAlive.survived(1, HERE);
    expect(keepAlive.advice(1, HERE)).toEqual({ heartbeatS: 300 });
    expect(keepAlive.size).toBe(0);
  });

  it('halves with each silent death of the terminal, down to 60 s', () => {
    const keepAlive = new KeepAlive(300);
    const heard: number[] = [];
    for (let death = 0; death < 4; death += 1) {
      dies(keepAlive);
      heard.push(keepAlive.advice(1, '198.51.100.1').heartbeatS);
    }
    expect(heard).toEqual([150, 75, 60, 60]);
  });

  it('takes a silence of four fifths of the heartbeat for one of the network, and no shorter one', () => {
    const keepAlive = new KeepAlive(300);
    expect(keepAlive.died(1, HERE, 239.9, 300)).toBe(false);
    expect(keepAlive.size).toBe(0);
    expect(keepAlive.died(1, HERE, 240, 300)).toBe(true);
    expect(keepAlive.advice(1, HERE).heartbeatS).toBe(150);
  });

  it('rises by 15 s with every twenty silences survived, and is forgotten at the longest', () => {
    const keepAlive = new KeepAlive(300);
    dies(keepAlive);
    for (let silence = 1; silence < 20; silence += 1) {
      keepAlive.survived(1, HERE);
    }
    expect(keepAlive.advice(1, HERE).heartbeatS).toBe(150);
    keepAlive.survived(1, HERE);
    expect(keepAlive.advice(1, HERE).heartbeatS).toBe(165);
    for (let silence = 0; silence < 20 * 9; silence += 1) {
      keepAlive.survived(1, '198.51.100.1');
    }
    expect(keepAlive.advice(1, HERE).heartbeatS).toBe(300);
    // What is left is the network's, in which one connection has died.
    expect(keepAlive.size).toBe(1);
  });

  it('counts survivals from the last death on', () => {
    const keepAlive = new KeepAlive(300);
    dies(keepAlive);
    for (let round = 0; round < 3; round += 1) {
      for (let silence = 1; silence < 20; silence += 1) {
        keepAlive.survived(1, HERE);
      }
      dies(keepAlive);
    }
    expect(keepAlive.advice(1, HERE).heartbeatS).toBe(60);
  });

  it('holds for a network after three deaths in it, and for no other', () => {
    const keepAlive = new KeepAlive(300);
    dies(keepAlive, 1, '192.0.2.1');
    dies(keepAlive, 2, '192.0.2.2');
    expect(keepAlive.advice(9, '192.0.2.9').heartbeatS).toBe(300);
    dies(keepAlive, 3, '::ffff:192.0.2.3');
    expect(keepAlive.advice(9, '192.0.2.9').heartbeatS).toBe(150);
    expect(keepAlive.advice(9, '192.0.3.9').heartbeatS).toBe(300);
    for (let silence = 0; silence < 199; silence += 1) {
      keepAlive.survived(9, '192.0.2.9');
    }
    expect(keepAlive.advice(9, '192.0.2.9').heartbeatS).toBe(150);
    keepAlive.survived(9, '192.0.2.9');
    expect(keepAlive.advice(9, '192.0.2.9').heartbeatS).toBe(165);
  });

  it('is to connect per sale after three deaths at the shortest, until silences are survived again', () => {
    const keepAlive = new KeepAlive(300);
    dies(keepAlive, 1, HERE, 5);
    expect(keepAlive.advice(1, HERE)).toEqual({ heartbeatS: 60 });
    dies(keepAlive);
    expect(keepAlive.advice(1, HERE)).toEqual({ heartbeatS: 60, mode: 'on_demand' });
    expect(keepAlive.advice(2, HERE).mode).toBeUndefined();
    for (let silence = 0; silence < 20; silence += 1) {
      keepAlive.survived(1, HERE);
    }
    expect(keepAlive.advice(1, HERE).mode).toBeUndefined();
  });

  it('is never above the longest, even where that is below 60 s', () => {
    const keepAlive = new KeepAlive(30);
    dies(keepAlive);
    expect(keepAlive.advice(1, HERE).heartbeatS).toBe(30);
  });

  it('is kept for 40,000 terminals and 10,000 networks: what died longest ago goes first', () => {
    const keepAlive = new KeepAlive(300);
    for (let terminal = 0; terminal < 40_000; terminal += 1) {
      keepAlive.died(terminal, `10.${terminal >> 8}.${terminal & 255}.1`, 300, 300);
    }
    expect(keepAlive.size).toBe(50_000);
    keepAlive.died(0, '10.0.0.1', 300, 300);
    keepAlive.died(40_000, '11.0.0.1', 300, 300);
    expect(keepAlive.size).toBe(50_000);
    expect(keepAlive.advice(0, '11.0.0.1').heartbeatS).toBe(75);
    expect(keepAlive.advice(1, '11.0.0.1').heartbeatS).toBe(300);
  });
});

it.each([
  ['192.0.2.77', '192.0.2'],
  ['::ffff:192.0.2.77', '192.0.2'],
  ['2001:db8:1:2::3', '2001:db8:1'],
  ['', ''],
])('the network of %j is %j', (address, prefix) => {
  expect(prefixOf(address)).toBe(prefix);
});
