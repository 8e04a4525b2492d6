/** Files of comma separated values (RFC 4180) as commands take them: a line of names, then lines that are numbered for whoever has to mend one. */
import { readFileSync, statSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { CliError, EXIT } from './cli-error.ts';

/** Bytes of a file: some hundred thousand products. */
export const CSV_BYTES_MAX = 64_000_000;

export interface CsvLine {
  /** Of the file, from 1, its head included. */
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** Throws CliError where it cannot be read, or is too large. */
export const readCsv = (file: string): string => {
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

/** Throws CliError on what is no CSV with a column `id`; `example`: of a first line. */
export const linesOf = (text: string, example: string): readonly CsvLine[] => {
  const lines = parsed(text);
  const [head] = lines;
  if (head === undefined || !('id' in head.cells)) {
    throw new CliError(
      EXIT.usage,
      'The file has no column `id`.',
      `Begin it with a line of names, such as \`${example}\`.`,
    );
  }
  return lines;
};

const parsed = (text: string): readonly CsvLine[] => {
  try {
    const records = parse(text, {
      bom: true,
      columns: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as readonly {
      readonly record: Readonly<Record<string, string>>;
      readonly info: { readonly lines: number };
    }[];
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    throw new CliError(
      EXIT.usage,
      `The file is no CSV: ${error instanceof Error ? error.message : 'unreadable'}`,
      'It must be UTF-8, with commas, and as many cells in each line as in the first.',
    );
  }
};
