import { describe, expect, it } from 'vitest';
import { PendingTable } from '#bridge/pending-table.ts';
import type { Session } from '#bridge/session.ts';

/** As much of a session as the table looks at. */
const waiting = (number: number): Session => ({ pending: { number } }) as unknown as Session;
const put = (table: PendingTable): { number: number; session: Session } => {
  const number = table.nextNumber();
  const session = waiting(number);
  table.add(number, session);
  return { number, session };
};

describe('the table of pending requests', () => {
  it('finds each session by its number, and no other', () => {
    const table = new PendingTable(4);
    const put4 = [put(table), put(table), put(table), put(table)];
    expect(put4.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(table.size).toBe(4);
    for (const { number, session } of put4) {
      expect(table.get(number)).toBe(session);
      expect(table.get(number + 8), 'the same place, another number').toBeUndefined();
      table.delete(number);
      expect(table.get(number)).toBeUndefined();
    }
    expect(table.size).toBe(0);
  });

  it('never gives a number again, and passes over those whose place is taken', () => {
    const table = new PendingTable(2);
    const first = put(table);
    const given = [first.number];
    for (let round = 0; round < 20; round += 1) {
      const { number } = put(table);
      given.push(number);
      table.delete(number);
    }
    expect(new Set(given).size).toBe(given.length);
    expect(given.filter((number) => number % 4 === first.number % 4)).toEqual([first.number]);
    expect(table.get(first.number)).toBe(first.session);
  });

  it.each([1, 2, 3, 2_000])('holds as many as %d that wait at a time', (max) => {
    const table = new PendingTable(max);
    const all = Array.from({ length: max }, () => put(table));
    expect(all.every(({ number, session }) => table.get(number) === session)).toBe(true);
  });

  it('goes on past numbers of 32 bits', () => {
    const table = new PendingTable(4, 2 ** 32 - 3);
    const all = [put(table), put(table), put(table), put(table)];
    expect(all.map(({ number }) => number)).toEqual([
      2 ** 32 - 2,
      2 ** 32 - 1,
      2 ** 32,
      2 ** 32 + 1,
    ]);
    expect(all.every(({ number, session }) => table.get(number) === session)).toBe(true);
    expect(table.get(0)).toBeUndefined();
  });
});
