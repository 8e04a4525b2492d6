/** Many at once, as CSV: products, users, sale windows. */
import { CliError, EXIT } from '../cli-error.ts';
import { type Context, listAll, type Register } from '../context.ts';
import { readCsv } from '../csv-file.ts';
import {
  type Document,
  type DocumentKind,
  type Entry,
  importDocuments,
} from '../import-documents.ts';
import { importProducts } from '../import-products.ts';
import { type LineReport, tellReports } from '../import-report.ts';
import { productsCsv, productsOf } from '../product-csv.ts';
import { createProgress } from '../progress.ts';
import { repeated } from '../repeated.ts';
import { USERS, usersCsv, usersOf } from '../user-csv.ts';
import { WINDOWS, windowsCsv, windowsOf } from '../window-csv.ts';
import { groupOf } from './resources.ts';

/** Documents of one export. */
const DOCUMENTS_MAX = 1_000_000;

interface Filed {
  readonly name: string;
  readonly plural: string;
  readonly path: string;
  readonly write: (documents: readonly Document[]) => string;
  /** Reads a file and takes it to the API. */
  readonly take: (
    context: Context,
    text: string,
    dryRun: boolean,
  ) => Promise<readonly LineReport[]>;
}

const documents =
  (plural: string, kind: DocumentKind, read: (text: string) => readonly Entry[]): Filed['take'] =>
  async ({ api, output }, text, dryRun) => {
    const entries = read(text);
    const [twice] = repeated(entries, ({ id }) => id);
    if (twice !== undefined) {
      throw new CliError(
        EXIT.usage,
        `Line ${twice.line} has the id ${twice.id} again.`,
        'Leave one line for each.',
      );
    }
    const onDone = createProgress(output, plural, entries.length);
    return importDocuments(api, kind, entries, { dryRun, onDone });
  };

const FILED: readonly Filed[] = [
  {
    ...{ name: 'product', plural: 'products', path: '/v1/products', write: productsCsv },
    take: async ({ api, output }, text, dryRun) => {
      const lines = productsOf(text);
      const onDone = createProgress(output, 'products', lines.length);
      return importProducts(api, lines, { dryRun, onDone });
    },
  },
  {
    ...{ name: 'user', plural: 'users', path: USERS.path, write: usersCsv },
    take: documents('users', USERS, usersOf),
  },
  {
    ...{ name: 'window', plural: 'windows', path: WINDOWS.path, write: windowsCsv },
    take: documents('windows', WINDOWS, windowsOf),
  },
];

export const registerCsv: Register = (program, run) => {
  for (const { name, plural, path, write, take } of FILED) {
    const group = groupOf(program, name);
    group
      .command('import <csv>')
      .description(`makes or changes ${plural}; run again, it changes nothing`)
      .option('--dry-run', 'tells what would happen')
      .action(
        run(async (context: Context, file: string, { dryRun = false }: { dryRun?: boolean }) =>
          tellReports(context.output, await take(context, readCsv(file), dryRun), dryRun),
        ),
      );
    group
      .command('export')
      .description(`all ${plural} as CSV, which import takes`)
      .action(
        run(async (context: Context) => {
          const all = await listAll<Document>(context, path, {}, DOCUMENTS_MAX);
          context.output.out(write(all).trimEnd());
        }),
      );
  }
};
