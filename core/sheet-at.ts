/** A sheet as one terminal sees it, the price that is chosen there, and when the terminal should look again. */
import type { Terminal } from './records.ts';
import { isOnSale, nextTurnS } from './sale-window.ts';
import type { ListedPrice, Places, Schedule, Sheet } from './sheet.ts';
import { holdsAt, scheduleHours } from './window-hours.ts';

export type Place = Pick<Terminal, 'merchant' | 'group'>;

/** What of a sheet is for sale in one way or another. */
export type Offered = Pick<Sheet, 'unitPriceMinor' | 'windows' | 'prices'>;

/** Whether a rule is for this place: each list that it has must name it. */
export const isAt = (at: Places | undefined, { merchant, group }: Place): boolean =>
  (at?.merchants?.includes(merchant) ?? true) &&
  (at?.groups === undefined || (group !== undefined && at.groups.includes(group)));

/** The sheet with the windows, prices and promotions that are for this place; the other merchants' are not there. */
export const sheetAt = <S extends Offered & Pick<Sheet, 'promotions'>>(
  sheet: S,
  place: Place,
): S => ({
  ...sheet,
  windows: sheet.windows.filter(({ at }) => isAt(at, place)),
  ...(sheet.prices && { prices: sheet.prices.filter(({ at }) => isAt(at, place)) }),
  ...(sheet.promotions && { promotions: sheet.promotions.filter(({ at }) => isAt(at, place)) }),
});

/** Whether a rule with this schedule holds at `atS`; without one it always does. */
export const isWhen = (when: Schedule | undefined, atS: number): boolean =>
  when === undefined || holdsAt(scheduleHours(when), atS);

/** The price at `atS`, and the list that it is of: of those that hold the highest priority, then the lowest price, then the lowest id; base where none holds. */
export const priceAt = (
  { unitPriceMinor, prices = [] }: Offered,
  atS: number,
): { readonly unitPriceMinor: number; readonly by?: ListedPrice } => {
  const [by] = prices.filter(({ when }) => isWhen(when, atS)).sort(choiceOrder);
  return by === undefined ? { unitPriceMinor } : { unitPriceMinor: by.unitPriceMinor, by };
};

/** The next instant (unix seconds) after `atS` at which the product opens, closes or has another price; undefined where none is in `AHEAD_DAYS_MAX`. */
export const nextSaleChangeS = (offered: Offered, atS: number): number | undefined => {
  const { windows, prices = [] } = offered;
  const schedules = [...windows, ...prices.flatMap(({ when }) => when ?? [])];
  if (schedules.length === 0) {
    return undefined;
  }
  const open = isOnSale(windows, atS);
  const price = priceAt(offered, atS).unitPriceMinor;
  return nextTurnS(
    schedules.map(scheduleHours),
    atS,
    (turnS) =>
      isOnSale(windows, turnS) !== open || priceAt(offered, turnS).unitPriceMinor !== price,
  );
};

/** A total order, as ids of lists are unique in a sheet. */
const choiceOrder = (a: ListedPrice, b: ListedPrice): number =>
  (b.priority ?? 0) - (a.priority ?? 0) ||
  a.unitPriceMinor - b.unitPriceMinor ||
  (a.list < b.list ? -1 : 1);
