import { expect, it } from 'vitest';
import { type Counters, createCounters } from '#bridge/counters.ts';
import { Door } from '#bridge/door.ts';

const made = (shutOut: readonly string[] = []): { door: Door; counters: Counters } => {
  const counters = createCounters();
  const failed = {
    count: () => false,
    isShutOut: (address: string) => shutOut.includes(address),
    size: 0,
    worst: 0,
  };
  const log = { write: () => undefined };
  const settings = { connectionsMax: 100, strangersPerAddressMax: 64, memoryBytesMax: 1_000 };
  return { counters, door: new Door({ counters, failed, log }, settings) };
};

it('lets in as many connections as the task may have', () => {
  const { door, counters } = made();
  expect(door.admits('a', 99)).toBe(true);
  expect(door.admits('a', 100)).toBe(false);
  expect(counters.connections_over_limit).toBe(1);
});

it('lets 64 connections of one address in that have not signed on, whatever others do', () => {
  const { door, counters } = made();
  for (let index = 0; index < 64; index += 1) {
    expect(door.admits('a', index)).toBe(true);
    door.entered('a');
  }
  expect(door.admits('a', 64)).toBe(false);
  expect(door.admits('b', 64)).toBe(true);
  expect(counters.connections_per_address).toBe(1);
  door.settled('a');
  expect(door.admits('a', 63)).toBe(true);
});

it('keeps nothing of an address whose connections have all settled', () => {
  const { door } = made();
  door.entered('a');
  door.entered('a');
  door.settled('a');
  expect(door.size).toBe(1);
  door.settled('a');
  expect(door.size).toBe(0);
});

it('lets nobody new in while memory is short', () => {
  const { door, counters } = made();
  door.memory(1_000);
  expect(door.admits('a', 0)).toBe(true);
  door.memory(1_001);
  expect(door.admits('a', 0)).toBe(false);
  door.memory(1_000);
  expect(door.admits('a', 0)).toBe(true);
  expect(counters.connections_over_memory).toBe(1);
});

it('lets nobody in from an address that is shut out', () => {
  const { door, counters } = made(['a']);
  expect([door.admits('a', 0), door.admits('b', 0)]).toEqual([false, true]);
  expect(counters.connections_shut_out).toBe(1);
});
