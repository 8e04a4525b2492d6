/** Sale windows as CSV: a line for each of its hours, `id,days,from,to,…`; what has no column stays as it is. */
import { stringify } from 'csv-stringify/sync';
import { CliError, EXIT } from './cli-error.ts';
import { type CsvLine, linesOf } from './csv-file.ts';
import type { Document, DocumentKind, Entry } from './import-documents.ts';

const HOURS = ['days', 'from', 'to'];
const TEXTS = ['zone', 'effect', 'status', 'validFrom', 'validTo'];
const SCOPES = ['skus', 'categories', 'regions', 'merchants', 'groups'];
const HEAD = ['id', ...HOURS, ...TEXTS, 'priority', ...SCOPES];

export const WINDOWS: DocumentKind = {
  path: '/v1/windows',
  added: ['id', 'version', 'changedAtS'],
  merge: (before, fields) => ({ ...before, ...fields }),
};

interface Hours {
  readonly days: readonly unknown[];
  readonly from: string;
  readonly to: string;
}

/** A window as far as its lines were read. */
interface WindowLines extends Entry {
  readonly weekly: Hours[];
  /** Whether the file has columns for hours at all. */
  readonly hasHours: boolean;
}

const linesAt = (line: number, cells: CsvLine['cells']): WindowLines => ({
  line,
  id: cells.id ?? '',
  fields: fieldsOf(cells),
  weekly: [],
  hasHours: 'days' in cells,
});

/** Lines of one id that follow one another are one window; what is not hours stands in the first of them. Throws CliError on what is no CSV with a column `id`. */
export const windowsOf = (text: string): readonly Entry[] => {
  const entries: WindowLines[] = [];
  const ids = new Set<string>();
  for (const { line, cells } of linesOf(text, 'id,days,from,to,zone,skus')) {
    const id = cells.id ?? '';
    const known = entries.at(-1);
    const entry = known?.id === id ? known : linesAt(line, cells);
    if (entry !== known) {
      if (ids.has(id)) {
        throw new CliError(
          EXIT.usage,
          `Line ${line} goes on with ${id}, which ended above.`,
          'Put the lines of one window under one another.',
        );
      }
      entries.push(entry);
      ids.add(id);
    }
    if (cells.days || cells.from || cells.to) {
      entry.weekly.push(hoursOf(cells));
    }
  }
  return entries.map(({ line, id, fields, weekly, hasHours }) => ({
    line,
    id,
    fields: hasHours ? { ...fields, weekly } : fields,
  }));
};

const fieldsOf = (cells: CsvLine['cells']): Record<string, unknown> => {
  const named = SCOPES.filter((name) => name in cells);
  const scope = Object.fromEntries(
    named.map((name) => [name, listOf(cells[name])]).filter(([, list]) => list?.length !== 0),
  ) as Record<string, unknown>;
  return {
    ...Object.fromEntries(
      TEXTS.filter((name) => name in cells).map((name) => [name, cells[name] || undefined]),
    ),
    ...('priority' in cells
      ? { priority: cells.priority === '' ? undefined : numberOf(cells.priority) }
      : {}),
    ...(named.length === 0 ? {} : { scope: Object.keys(scope).length === 0 ? undefined : scope }),
  };
};

/** What is no number stays text, for the API to say what it expects. */
const numberOf = (text = ''): unknown => (/^-?\d+$/.test(text) ? Number(text) : text);

const listOf = (cell = ''): readonly string[] => cell.split(/\s+/).filter((part) => part !== '');

const hoursOf = ({ days = '', from = '', to = '' }: CsvLine['cells']): Hours => ({
  days: listOf(days).flatMap((part) => {
    const [, first, last] = /^([1-7])-([1-7])$/.exec(part) ?? [];
    return first === undefined || last === undefined
      ? [numberOf(part)]
      : Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => Number(first) + at);
  }),
  from,
  to,
});

export const windowsCsv = (windows: readonly Document[]): string =>
  stringify([HEAD, ...windows.flatMap(rowsOf)], { record_delimiter: 'windows' });

const rowsOf = (window: Document): readonly unknown[][] => {
  const weekly = window.weekly as readonly Hours[];
  const scope = (window.scope ?? {}) as Readonly<Record<string, readonly string[]>>;
  const more = [
    ...TEXTS.map((name) => window[name] ?? ''),
    window.priority ?? '',
    ...SCOPES.map((name) => (scope[name] ?? []).join(' ')),
  ];
  const hours = weekly.length === 0 ? [{ days: [], from: '', to: '' }] : weekly;
  return hours.map(({ days, from, to }, at) => [
    window.id,
    days.join(' '),
    from,
    to,
    ...(at === 0 ? more : more.map(() => '')),
  ]);
};
