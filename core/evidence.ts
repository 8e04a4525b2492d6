/** Why a payment was decided so, kept small enough that its record stays one write unit. */
import { utf8Length } from '#protocol/bytes.ts';
import type { Item } from '#protocol/request.ts';
import type { IdentifierHasher } from './identifier-hasher.ts';
import type { Evidence, StoredFlag } from './records.ts';
import { decidingWindow } from './sale-window.ts';
import type { Sheet } from './sheet.ts';
import { priceAt } from './sheet-at.ts';

/** UTF-8 bytes of the items, separators included: with the largest answer and names a record stays under 1 KB. */
export const EVIDENCE_BYTES_MAX = 320;

/** With `flag`, once. */
export const withFlag = (evidence: Evidence, flag: StoredFlag): Evidence => ({
  ...evidence,
  flags: [...new Set(evidence.flags).add(flag)],
});

/** `sku*quantity@version/window=price:list@version` of every item; their digest where that is too long. Empty while a sheet is missing. */
export const itemEvidence = (
  hasher: IdentifierHasher,
  {
    items,
    sheets,
    judgedAtS,
  }: {
    readonly items: readonly Item[];
    readonly sheets: readonly (Sheet | undefined)[];
    readonly judgedAtS: number;
  },
): Pick<Evidence, 'items' | 'itemsDigest'> => {
  const texts: string[] = [];
  for (const [at, item] of items.entries()) {
    const sheet = sheets[at];
    if (sheet === undefined) {
      return {};
    }
    const window = decidingWindow(sheet.windows, judgedAtS)?.id;
    const { unitPriceMinor, by } = priceAt(sheet, judgedAtS);
    const opened = window === undefined ? '' : `/${window}`;
    const listed = by === undefined ? '' : `:${by.list}@${by.version}`;
    texts.push(`${item.sku}*${item.quantity}@${sheet.version}${opened}=${unitPriceMinor}${listed}`);
  }
  const text = texts.join('\n');
  return utf8Length(text) <= EVIDENCE_BYTES_MAX
    ? { items: texts }
    : { itemsDigest: hasher.digest(text) };
};
