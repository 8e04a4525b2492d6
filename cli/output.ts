/** What a command prints: tables for people, 80 columns wide, and JSON for programs. */
import { displayWidth, fitColumns } from '#client/ui/display-width.ts';

export const COLUMNS = 80;
/** Columns between two cells. */
const GAP = 2;
/** The least that is left of a column that has to give way. */
const CELL_MIN = 6;

export type Row = Readonly<Record<string, string | number | undefined>>;

/** With a head, one line per row. Wide columns give way until everything fits; nothing wraps. */
export const tableText = (names: readonly string[], rows: readonly Row[]): string => {
  const cells = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))];
  const widths = names.map((_, at) =>
    Math.max(...cells.map((line) => displayWidth(line[at] ?? ''))),
  );
  const most = COLUMNS - GAP * (names.length - 1);
  while (widths.reduce((sum, width) => sum + width, 0) > most) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= CELL_MIN) {
      break;
    }
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return cells
    .map((line) =>
      line
        .map((cell, at) => fitColumns(cell, widths[at] ?? 0))
        .join(' '.repeat(GAP))
        .trimEnd(),
    )
    .join('\n');
};

/** Fields of an object, a line each; what is nested as JSON. */
export const fieldsText = (object: object): string => {
  const entries = Object.entries(object).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const width = Math.max(...entries.map(([name = '']) => name.length));
  return entries.map(([name = '', value]) => `${name.padEnd(width + GAP)}${value}`).join('\n');
};

/** `2026-03-02 03:04:05Z` */
export const timeText = (atS: number): string =>
  new Date(atS * 1000).toISOString().replace('T', ' ').replace('.000', '');

export interface Output {
  readonly json: boolean;
  readonly out: (text: string) => void;
  /** What is no result: progress, advice. */
  readonly err: (text: string) => void;
  /** Whether a person looks at the standard error. */
  readonly isTty: boolean;
}

/** As it is for programs; by `text` for people. */
export const show = (output: Output, value: unknown, text: () => string): void =>
  output.out(output.json ? JSON.stringify(value) : text());

/** One line of JSON each for programs. */
export const showRows = <T>(
  output: Output,
  items: readonly T[],
  names: readonly string[],
  rowOf: (item: T) => Row,
): void => {
  if (output.json) {
    for (const item of items) {
      output.out(JSON.stringify(item));
    }
  } else {
    output.out(items.length === 0 ? 'None.' : tableText(names, items.map(rowOf)));
  }
};
