/** Products as CSV: `id,name,category,listed,…,price.KR,price.CN`; what is exported can be imported again and changes nothing. */
import { stringify } from 'csv-stringify/sync';
import { guarded, unguarded } from './csv-cells.ts';
import { linesOf } from './csv-file.ts';

const PRICE = 'price.';

export interface ProductLine {
  /** Of the file, from 1, its head included. */
  readonly line: number;
  readonly product: Readonly<Record<string, unknown>>;
}

/** Throws CliError on what is no CSV with a column `id`. Values are checked by the API, which names the field. */
export const productsOf = (text: string): readonly ProductLine[] =>
  linesOf(text, 'id,name,category,listed,price.KR').map(({ line, cells }) => ({
    line,
    product: productOf(cells),
  }));

const productOf = (record: Readonly<Record<string, string>>): Record<string, unknown> => {
  const product: Record<string, unknown> = {};
  const prices: Record<string, unknown> = {};
  for (const [name, cell] of Object.entries(record)) {
    if (cell === '') {
      continue;
    }
    if (name.startsWith(PRICE)) {
      prices[name.slice(PRICE.length)] = /^\d+$/.test(cell) ? Number(cell) : cell;
    } else {
      product[name] = cellValue(name, unguarded(cell));
    }
  }
  return { ...product, basePriceMinor: prices };
};

/** Text stays text, so that a name may be a number. */
const cellValue = (name: string, cell: string): unknown =>
  name === 'listed' && /^(?:true|false)$/.test(cell) ? cell === 'true' : cell;

/** A line each, with a column for every region that one of them has a price for. */
export const productsCsv = (products: readonly Readonly<Record<string, unknown>>[]): string => {
  const prices = (product: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> =>
    (product.basePriceMinor ?? {}) as Readonly<Record<string, number>>;
  const regions = [...new Set(products.flatMap((product) => Object.keys(prices(product))))].sort();
  const fields = [
    ...new Set(
      products.flatMap((product) => Object.keys(product).filter((name) => !LEFT_OUT.has(name))),
    ),
  ];
  return stringify(
    [
      [...fields, ...regions.map((region) => `${PRICE}${region}`)],
      ...products.map((product) => [
        ...fields.map((name) =>
          product[name] === undefined ? '' : guarded(String(product[name])),
        ),
        ...regions.map((region) => prices(product)[region] ?? ''),
      ]),
    ],
    { record_delimiter: 'windows' },
  );
};

const LEFT_OUT: ReadonlySet<string> = new Set(['basePriceMinor', 'version', 'changedAtS']);
