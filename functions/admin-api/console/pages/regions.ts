/** The regions that forms offer. */
import type { RegionDocument } from '#core/catalogue-documents.ts';
import { isRefusal } from '../../http/problems.ts';
import type { PageContext } from '../context.ts';
import { currencyOf } from '../format.ts';

export type Region = RegionDocument & { readonly id: string };

/** All of them: there are 50 at most, one page. None where they cannot be read. */
export const regionsOf = async ({ api }: Pick<PageContext, 'api'>): Promise<readonly Region[]> => {
  const listed = await api.ask<{ readonly items: readonly Region[] }>('regions.list');
  return isRefusal(listed) ? [] : listed.body.items;
};

/** Currencies of the regions, for a choice. */
export const currencyChoices = (
  regions: readonly Region[],
): readonly (readonly [string, string])[] =>
  [...new Set(regions.map(({ currency }) => currency))].map((currency) => [
    String(currency),
    currencyOf(currency).letters,
  ]);
