/** What a sale takes of the quotas and per-user units of the windows that decide it. */
import { QUOTA_SHARDS_DEFAULT, QUOTA_SHARDS_MAX, type Take } from './allowances.ts';
import { decidingWindow } from './sale-window.ts';
import type { SaleWindow, Sheet, WindowUnits } from './sheet.ts';
import { dateOfDay } from './window-calendar.ts';
import { dayOfOpening, localDay, windowHours } from './window-hours.ts';

/** One product and how many of it. */
export interface SoldLine {
  readonly quantity: number;
  readonly sheet: Sheet;
}

/** Products whose deciding windows have one id share its counters. `user`: whose per-user units are counted; '' counts none. */
export const windowTakes = (
  lines: readonly SoldLine[],
  { atS, user }: { readonly atS: number; readonly user: string },
): readonly Take[] => {
  const sold = new Map<string, { readonly window: SaleWindow; units: number }>();
  for (const { sheet, quantity } of lines) {
    const window = decidingWindow(sheet.windows, atS);
    if (window !== undefined) {
      const known = sold.get(window.id);
      sold.set(window.id, { window, units: (known?.units ?? 0) + quantity });
    }
  }
  return [...sold.values()].flatMap(({ window, units }) => [
    ...quotaTake(window, units, atS),
    ...userTake(window, units, { atS, user }),
  ]);
};

const quotaTake = (window: SaleWindow, amount: number, atS: number): readonly Take[] => {
  const { quota } = window;
  return quota === undefined
    ? []
    : [
        {
          id: `${window.id}/${periodOf(window, quota, atS)}`,
          amount,
          max: quota.units,
          shards: Math.min(quota.shards ?? QUOTA_SHARDS_DEFAULT, QUOTA_SHARDS_MAX),
          refusal: 'sold_out',
        },
      ];
};

const userTake = (
  window: SaleWindow,
  amount: number,
  { atS, user }: { readonly atS: number; readonly user: string },
): readonly Take[] => {
  const { perUser } = window;
  return perUser === undefined || user === ''
    ? []
    : [
        {
          id: `${window.id}/${periodOf(window, perUser, atS)}/${user}`,
          amount,
          max: perUser.units,
          shards: 1,
          refusal: 'frequency_exceeded',
        },
      ];
};

/** Local date that the opening began on, local date, or `total`. */
const periodOf = (window: SaleWindow, { per }: WindowUnits, atS: number): string => {
  switch (per) {
    case 'opening':
      return dateOfDay(dayOfOpening(windowHours(window), atS));
    case 'day':
      return dateOfDay(localDay(window.zone, atS));
    case 'total':
      return 'total';
  }
};
