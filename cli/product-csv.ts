/** Products as CSV: `id,name,category,listed,…,price.KR,price.CN`; what is exported can be imported again and changes nothing. */
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { CliError, EXIT } from './cli-error.ts';
import { guarded, unguarded } from './csv-cells.ts';

/** Bytes of a file: some hundred thousand products. */
export const CSV_BYTES_MAX = 64_000_000;
const PRICE = 'price.';

export interface ProductLine {
  /** Of the file, from 1, its head included. */
  readonly line: number;
  readonly product: Readonly<Record<string, unknown>>;
}

/** Throws CliError on what is no CSV with a column `id`. Values are checked by the API, which names the field. */
export const productsOf = (text: string): readonly ProductLine[] => {
  const records = parsed(text);
  const [head] = records;
  if (head === undefined || !('id' in head.record)) {
    throw new CliError(
      EXIT.usage,
      'The file has no column `id`.',
      'Begin it with a line of names, such as `id,name,category,listed,price.KR`.',
    );
  }
  return records.map(({ record, info }) => ({ line: info.lines, product: productOf(record) }));
};

interface Parsed {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

const parsed = (text: string): readonly Parsed[] => {
  try {
    return parse(text, {
      bom: true,
      columns: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as readonly Parsed[];
  } catch (error) {
    throw new CliError(
      EXIT.usage,
      `The file is no CSV: ${error instanceof Error ? error.message : 'unreadable'}`,
      'It must be UTF-8, with commas, and as many cells in each line as in the first.',
    );
  }
};

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
