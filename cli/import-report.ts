/** What became of every line of an import, for people and for programs. */
import { CliError, EXIT } from './cli-error.ts';
import { type Output, tableText } from './output.ts';

export type Outcome = 'created' | 'changed' | 'unchanged' | 'refused';

export interface LineReport {
  readonly line: number;
  readonly id: string;
  readonly outcome: Outcome;
  /** `field: expected`, of a line that is refused. */
  readonly errors: readonly string[];
}

/** Lines of a report for people; `--json` has all. */
const REPORT_LINES_MAX = 50;

/** Throws CliError where a line was refused. */
export const tellReports = (
  output: Output,
  reports: readonly LineReport[],
  dryRun: boolean,
): void => {
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
