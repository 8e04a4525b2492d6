/** Which promotions may pay a part of a sale, in the order in which they are chosen (docs/prices.md). */
import { QUOTA_SHARDS_DEFAULT, type Take } from './allowances.ts';
import { usageDay } from './day-usage.ts';
import type { Offer, SaleCase } from './pay-case.ts';
import { ppmOf } from './ratio.ts';
import type { Promotion } from './sheet.ts';
import { isWhen } from './sheet-at.ts';

/** One of them pays: of the code that was told, else of the automatic ones; highest priority, then greatest discount, then lowest id. */
export const offersOf = (pay: SaleCase): readonly Offer[] => {
  const { request, promotionCode, judgedAtS } = pay;
  if (request.promotionCode !== undefined && !isValidAt(promotionCode, judgedAtS)) {
    return [];
  }
  const wanted = ({ id, by }: Promotion): boolean =>
    request.promotionCode === undefined ? by === 'automatic' : id === promotionCode?.promotion;
  return eligible(pay)
    .filter(({ promotion }) => wanted(promotion) && isWhen(promotion.when, judgedAtS))
    .flatMap((found) => offerOf(pay, found))
    .sort(
      (a, b) =>
        b.priority - a.priority ||
        b.discountMinor - a.discountMinor ||
        (a.promotion < b.promotion ? -1 : 1),
    );
};

const isValidAt = (code: SaleCase['promotionCode'], atS: number): boolean =>
  code !== undefined && atS >= (code.validFromS ?? atS) && atS < (code.validToS ?? Infinity);

interface Eligible {
  readonly promotion: Promotion;
  /** Price of the lines that it is for. */
  readonly priceMinor: number;
}

/** Every promotion of the sheets, with what it may pay a part of; where sheets have different versions of it, the newest says how much. */
const eligible = ({ lines }: SaleCase): readonly Eligible[] => {
  const found = new Map<string, Eligible>();
  for (const { sheet, priceMinor } of lines) {
    for (const promotion of sheet.promotions ?? []) {
      const known = found.get(promotion.id);
      const isNewer = known === undefined || promotion.version > known.promotion.version;
      found.set(promotion.id, {
        promotion: isNewer ? promotion : known.promotion,
        priceMinor: priceMinor + (known?.priceMinor ?? 0),
      });
    }
  }
  return [...found.values()];
};

/** None where nothing is taken off, or where its uses by each user cannot be counted: nobody knows whom a provider's code belongs to. */
const offerOf = (
  pay: SaleCase,
  { promotion, priceMinor }: Eligible,
): readonly (Offer & { readonly priority: number })[] => {
  const { off, id, version, perUser, priority = 0 } = promotion;
  const most = Math.min(priceMinor, pay.request.amountMinor);
  const discountMinor = Math.min('ppm' in off ? ppmOf(priceMinor, off.ppm) : off.minor, most);
  const countsNobody = perUser !== undefined && pay.entry.user === '';
  return discountMinor === 0 || countsNobody
    ? []
    : [
        {
          promotion: id,
          version,
          discountMinor,
          priority,
          takes: takesOf(pay, promotion, discountMinor),
        },
      ];
};

/** Id of one of its counted rights. */
const allowanceOf = (promotion: string, name: string): string => `promotion:${promotion}/${name}`;

/** The budget of a promotion among the counted rights (core/allowances.ts). */
export const budgetAllowance = (
  promotion: string,
  { shards = QUOTA_SHARDS_DEFAULT }: { readonly shards?: number },
): { readonly id: string; readonly shards: number } => ({
  id: allowanceOf(promotion, 'budget'),
  shards,
});

/** What it needs of its own bounds: budget, uses of the user, of the terminal, of the code. */
const takesOf = (
  { entry, terminal, judgedAtS, promotionCode }: SaleCase,
  { id, budget, perUser, perTerminal, zone }: Promotion,
  discountMinor: number,
): readonly Take[] => {
  const use = { amount: 1, shards: 1, refusal: 'promotion_invalid' } as const;
  const named = (name: string): string => allowanceOf(id, name);
  const takes: Take[] = [];
  if (budget !== undefined) {
    const spends = budget.of === 'spend';
    takes.push({
      ...use,
      ...budgetAllowance(id, budget),
      amount: spends ? discountMinor : 1,
      max: budget.max,
      ...(spends && { spends }),
    });
  }
  if (perUser !== undefined) {
    takes.push({ ...use, id: named(`user/${entry.user}`), max: perUser });
  }
  if (perTerminal !== undefined) {
    const period = perTerminal.per === 'day' ? usageDay(zone, judgedAtS) : 'total';
    takes.push({ ...use, id: named(`terminal/${terminal.id}/${period}`), max: perTerminal.uses });
  }
  if (promotionCode?.uses !== undefined) {
    takes.push({ ...use, id: named(`code/${promotionCode.use}`), max: promotionCode.uses });
  }
  return takes;
};
