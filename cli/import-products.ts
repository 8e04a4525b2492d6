/** Sends many products, some at a time, and tells what became of every line. */
import type { Api } from './api.ts';
import { someAtOnce } from './at-once.ts';
import { CliError, EXIT } from './cli-error.ts';
import type { LineReport, Outcome } from './import-report.ts';
import type { ProductLine } from './product-csv.ts';
import { repeated } from './repeated.ts';

/** Products of one request: what the API takes. */
export const BATCH = 25;

interface Answered {
  readonly id: string;
  readonly outcome: Outcome;
  readonly errors?: readonly { readonly field: string; readonly expected: string }[];
}

/** In order of the lines. A batch that the API refuses as a whole is refused line by line; rejects only where the API cannot be asked. */
export const importProducts = async (
  api: Api,
  lines: readonly ProductLine[],
  options: { readonly dryRun: boolean; readonly onDone: (lines: number) => void },
): Promise<readonly LineReport[]> => {
  const batches: (readonly ProductLine[])[] = [];
  for (let at = 0; at < lines.length; at += BATCH) {
    batches.push(lines.slice(at, at + BATCH));
  }
  const reports = await someAtOnce(batches, async (batch) => {
    const told = await importBatch(api, batch, options.dryRun);
    options.onDone(batch.length);
    return told;
  });
  return reports.flat();
};

const importBatch = async (
  api: Api,
  batch: readonly ProductLine[],
  dryRun: boolean,
): Promise<readonly LineReport[]> => {
  // Lines whose id stands in an earlier line of the same batch.
  const twice = repeated(batch, ({ product }) => product.id);
  const sent = batch.filter((line) => !twice.has(line));
  const items = sent.map(({ product }) => ({ id: '', ...product }));
  const answers = items.length === 0 ? [] : await answersOf(api, items, dryRun);
  return batch.map((line) => {
    const { line: number, product } = line;
    const id = String(product.id ?? '');
    const answer = answers[sent.indexOf(line)];
    const errors = (answer?.errors ?? []).map(({ field, expected }) => `${field}: ${expected}`);
    return twice.has(line)
      ? {
          line: number,
          id,
          outcome: 'refused',
          errors: ['id: one that is not in the lines just above'],
        }
      : { line: number, id, outcome: answer?.outcome ?? 'refused', errors };
  });
};

const answersOf = async (
  api: Api,
  items: readonly object[],
  dryRun: boolean,
): Promise<readonly Answered[]> => {
  try {
    const { body } = await api.ask('PUT', '/v1/products', {
      body: dryRun ? { dryRun, items } : { items },
    });
    return body.items as readonly Answered[];
  } catch (error) {
    if (items.length === 1 && error instanceof CliError && error.exit === EXIT.refused) {
      const errors = [{ field: 'line', expected: error.message }];
      return [{ id: '', outcome: 'refused', errors }];
    }
    if (!(error instanceof CliError) || error.exit !== EXIT.refused) {
      throw error;
    }
    // One line spoils the others: each is asked about alone.
    const alone: Answered[] = [];
    for (const item of items) {
      alone.push(...(await answersOf(api, [item], dryRun)));
    }
    return alone;
  }
};
