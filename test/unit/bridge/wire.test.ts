import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { createCounters } from '#bridge/counters.ts';
import { Session } from '#bridge/session.ts';
import { TimerWheel } from '#bridge/timer-wheel.ts';
import { Wire } from '#bridge/wire.ts';

/** A peer that takes nothing: every byte written stays unsent. */
const deafSession = (): Session =>
  new Session(
    1,
    new Duplex({ write: () => undefined, read: () => undefined }) as Socket,
    '192.0.2.1',
  );

it('keeps a reader that has 8 KB unread, and cuts it with one byte more', () => {
  const counters = createCounters();
  const wire = new Wire(counters, new TimerWheel(0, () => undefined));
  const session = deafSession();
  wire.write(session, new Uint8Array(8_000));
  wire.write(session, new Uint8Array(192));
  expect([session.socket.writableLength, session.socket.destroyed]).toEqual([8_192, false]);
  wire.write(session, new Uint8Array(1));
  expect(session.socket.destroyed).toBe(true);
  expect(counters.slow_readers).toBe(1);
});

it('counts what is gathered as one write', () => {
  const counters = createCounters();
  const wire = new Wire(counters, new TimerWheel(0, () => undefined));
  const session = deafSession();
  wire.gather(session);
  wire.write(session, new Uint8Array(8_000));
  wire.write(session, new Uint8Array(193));
  expect(session.socket.writableLength).toBe(0);
  wire.flush(session);
  expect(session.socket.destroyed).toBe(true);
});
