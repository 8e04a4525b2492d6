/** Many products at once, as CSV. */
import { readFileSync, statSync } from 'node:fs';
import { CliError, EXIT } from '../cli-error.ts';
import { type Context, listAll, type Register } from '../context.ts';
import { importProducts, type LineReport } from '../import-products.ts';
import { tableText } from '../output.ts';
import { CSV_BYTES_MAX, productsCsv, productsOf } from '../product-csv.ts';
import { createProgress } from '../progress.ts';
import { groupOf } from './resources.ts';

/** Lines of a report for people; `--json` has all. */
const REPORT_LINES_MAX = 50;
const PRODUCTS_MAX = 1_000_000;

export const registerProducts: Register = (program, run) => {
  const product = groupOf(program, 'product');
  product
    .command('import <csv>')
    .description('makes or changes products; run again, it changes nothing')
    .option('--dry-run', 'tells what would happen')
    .action(run(importFile));
  product
    .command('export')
    .description('all products as CSV, which import takes')
    .action(
      run(async (context: Context) => {
        const products = await listAll<Readonly<Record<string, unknown>>>(
          context,
          '/v1/products',
          {},
          PRODUCTS_MAX,
        );
        context.output.out(productsCsv(products).trimEnd());
      }),
    );
};

const importFile = async (
  context: Context,
  file: string,
  { dryRun = false }: { readonly dryRun?: boolean },
): Promise<void> => {
  const { output } = context;
  const lines = productsOf(read(file));
  const onDone = createProgress(output, 'products', lines.length);
  const reports = await importProducts(context.api, lines, { dryRun, onDone });
  if (output.json) {
    for (const report of reports) {
      output.out(JSON.stringify(report));
    }
  } else {
    output.out(reportText(reports, dryRun));
  }
  if (reports.some(({ outcome }) => outcome === 'refused')) {
    throw new CliError(
      EXIT.refused,
      'Some lines were refused; the others are in.',
      'Correct those lines and run it again: what is in already stays as it is.',
    );
  }
};

const read = (file: string): string => {
  try {
    if (statSync(file).size <= CSV_BYTES_MAX) {
      return readFileSync(file, 'utf8');
    }
  } catch {
    // Told below.
  }
  throw new CliError(
    EXIT.usage,
    `${file} cannot be read, or is larger than 64 MB.`,
    'Check its path, or cut it into parts.',
  );
};

const reportText = (reports: readonly LineReport[], dryRun: boolean): string => {
  const count = (wanted: string): number =>
    reports.filter(({ outcome }) => outcome === wanted).length;
  const counts = ['created', 'changed', 'unchanged', 'refused'].map(
    (name) => `${count(name)} ${name}`,
  );
  const refused = reports.filter(({ outcome }) => outcome === 'refused');
  const rows = refused
    .slice(0, REPORT_LINES_MAX)
    .map(({ line, id, errors }) => ({ line, id, 'what is wrong': errors.join('; ') }));
  const more = refused.length - rows.length;
  return [
    ...(rows.length === 0 ? [] : [tableText(['line', 'id', 'what is wrong'], rows)]),
    ...(more > 0 ? [`and ${more} more: --json has all`] : []),
    `${dryRun ? 'It would be: ' : ''}${counts.join(', ')}.`,
  ].join('\n');
};
