/** How much may be sold offline: both sides of every limit. */
import { describe, expect, it } from 'vitest';
import type { OpenRequest } from '#client/outbox/outbox-log.ts';
import {
  refuseStored,
  STORED_AGE_S_MAX,
  STORED_COUNT_MAX,
  type StoredLimits,
  type StoredSale,
  storedSales,
} from '#client/outbox/stored-sales.ts';
import { createTerminalRig, SALE } from '../support/terminal-rig.ts';

const NOW_S = 1_790_000_000;
const LIMITS: StoredLimits = {
  countMax: STORED_COUNT_MAX,
  amountMinorMax: 50_000,
  totalMinorMax: 1_000_000,
  ageSMax: STORED_AGE_S_MAX,
};
const waiting = (count: number, amountMinor = 100, soldAtS = NOW_S): StoredSale[] =>
  Array.from({ length: count }, (_, at) => ({
    sequence: at + 1,
    amountMinor,
    currency: 410,
    soldAtS,
  }));
const refuse = (sales: readonly StoredSale[], amountMinor = 100): string | undefined =>
  refuseStored(sales, { amountMinor, nowS: NOW_S }, LIMITS);

describe('a stored sale', () => {
  it('may cost what the limit says, and no more', () => {
    expect(refuse([], 50_000)).toBeUndefined();
    expect(refuse([], 50_001)).toBe('stored_amount');
  });

  it('may be the last of its number, and not one further', () => {
    expect(refuse(waiting(STORED_COUNT_MAX - 1))).toBeUndefined();
    expect(refuse(waiting(STORED_COUNT_MAX))).toBe('stored_count');
  });

  it('may fill the total, and not pass it', () => {
    expect(refuse(waiting(20, 49_995), 100)).toBeUndefined();
    expect(refuse(waiting(20, 49_995), 101)).toBe('stored_total');
  });

  it('is taken while the oldest is seven days old, and not a second later', () => {
    expect(refuse(waiting(1, 100, NOW_S - STORED_AGE_S_MAX))).toBeUndefined();
    expect(refuse(waiting(1, 100, NOW_S - STORED_AGE_S_MAX - 1))).toBe('stored_age');
  });

  it('is read from its own bytes, and nothing else is', () => {
    const rig = createTerminalRig();
    rig.terminal.store(SALE);
    rig.outbox.begin(() => Uint8Array.of(1));
    const other: OpenRequest = { kind: 'stored', sequence: 9, about: 0, frame: new Uint8Array(30) };
    expect(storedSales([...rig.outbox.open, other])).toEqual([
      { sequence: 1, amountMinor: 12_900, currency: 410, soldAtS: NOW_S },
    ]);
    rig.close();
  });
});
