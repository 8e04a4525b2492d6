import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { FrameRates } from '#bridge/frame-rates.ts';
import { Session } from '#bridge/session.ts';

const settings = { framesPerMinute: 30, framesBurst: 5 };
const sessionOf = (terminal: number): Session => {
  const session = new Session(1, {} as Socket, '');
  session.terminal = terminal;
  return session;
};
/** Frames that go through at one moment. */
const burst = (rates: FrameRates, session: Session, nowMs: number): number => {
  let frames = 0;
  while (frames < 1_000 && rates.waitMs(session, nowMs) === 0) {
    rates.count(session, nowMs);
    frames += 1;
  }
  return frames;
};

it('lets five frames through at once, then one every two seconds', () => {
  const rates = new FrameRates(settings, 10);
  const session = sessionOf(1);
  expect(burst(rates, session, 1_000)).toBe(5);
  expect(rates.waitMs(session, 1_000)).toBe(2_000);
  expect(rates.waitMs(session, 2_999)).toBe(1);
  expect(burst(rates, session, 3_000)).toBe(1);
  expect(burst(rates, session, 3_000 + 60_000)).toBe(5);
});

it('counts thirty frames in a minute, on top of the burst', () => {
  const rates = new FrameRates(settings, 10);
  const session = sessionOf(1);
  let frames = 0;
  for (let nowMs = 1; nowMs <= 60_000; nowMs += 100) {
    frames += burst(rates, session, nowMs);
  }
  expect(frames).toBe(5 + 29);
});

it('never makes a terminal wait for more than ten seconds', () => {
  const rates = new FrameRates(settings, 10);
  const session = sessionOf(1);
  for (let frame = 0; frame < 1_000; frame += 1) {
    rates.count(session, 1_000);
  }
  expect(rates.waitMs(session, 1_000)).toBe(10_000);
});

it('is one for a terminal, however often it reconnects', () => {
  const rates = new FrameRates(settings, 10);
  const first = sessionOf(1);
  expect(burst(rates, first, 1_000)).toBe(5);
  rates.keep(first, 1_000);
  const second = sessionOf(1);
  rates.resume(second, 1);
  expect(rates.waitMs(second, 1_000)).toBe(2_000);
  const other = sessionOf(2);
  rates.resume(other, 2);
  expect(burst(rates, other, 1_000)).toBe(5);
});

it('remembers those that just left: no more than it may, and none for longer than it matters', () => {
  const rates = new FrameRates(settings, 3);
  for (let terminal = 1; terminal <= 4; terminal += 1) {
    const session = sessionOf(terminal);
    burst(rates, session, 1_000);
    rates.keep(session, 1_000);
  }
  expect(rates.size).toBe(3);
  rates.keep(sessionOf(5), 1_000);
  expect(rates.size).toBeLessThanOrEqual(3);
  rates.keep(sessionOf(6), 12_000);
  expect(rates.size).toBe(0);
});

it('is off where the setting is 0', () => {
  const rates = new FrameRates({ framesPerMinute: 0, framesBurst: 1 }, 10);
  expect(burst(rates, sessionOf(1), 1_000)).toBe(1_000);
});
