/** Prints the metrics as a table of 80 columns and as the page that is kept. */
import { arch, cpus, platform, totalmem } from 'node:os';
import { isReached, type Metric, type Suite } from './metric.ts';

const NAME_COLUMNS = 40;
const VALUE_COLUMNS = 8;
const RANGE_COLUMNS = 13;
const GOAL_COLUMNS = 8;
const GIB = 2 ** 30;

export interface SuiteResult {
  readonly suite: Suite;
  readonly metrics: readonly Metric[];
  /** Why it did not run, in its place. */
  readonly failure?: string;
}

const figure = (value: number): string => {
  if (Math.abs(value) >= 100) {
    return value.toFixed(0);
  }
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
};

const valueCell = ({ value, unit }: Metric): string => `${figure(value)}${unit}`;
const rangeCell = ({ min, max }: Metric): string =>
  min === max ? '' : `${figure(min)} - ${figure(max)}`;
const goalCell = ({ goal }: Metric): string =>
  goal === undefined ? '' : `${goal.direction === 'at least' ? '>=' : '<='} ${goal.value}`;

const verdictCell = (metric: Metric): string => {
  const reached = isReached(metric);
  if (reached === undefined) {
    return '';
  }
  return reached ? 'reached' : 'MISSED';
};

/** What the figures were measured on. Host name and user are nobody's business. */
export const machineLine = (): string => {
  const [cpu] = cpus();
  const model = (cpu?.model ?? 'unknown CPU').trim();
  const memory = `${Math.round(totalmem() / GIB)} GiB`;
  return `${cpus().length} x ${model}, ${memory}, ${platform()}-${arch()}, Node ${process.version}`;
};

export const headLine = (): string =>
  [
    'metric'.padEnd(NAME_COLUMNS),
    'value'.padStart(VALUE_COLUMNS),
    'min - max'.padStart(RANGE_COLUMNS),
    'goal'.padStart(GOAL_COLUMNS),
  ].join(' ');

export const metricLine = (metric: Metric): string =>
  [
    metric.name.slice(0, NAME_COLUMNS).padEnd(NAME_COLUMNS),
    valueCell(metric).padStart(VALUE_COLUMNS),
    rangeCell(metric).padStart(RANGE_COLUMNS),
    goalCell(metric).padStart(GOAL_COLUMNS),
    verdictCell(metric),
  ]
    .join(' ')
    .trimEnd();

/** The whole table; the verdict stands in the last columns. */
export const tableText = (results: readonly SuiteResult[]): string => {
  const lines = [headLine(), '-'.repeat(80)];
  for (const { suite, metrics, failure } of results) {
    for (const metric of metrics) {
      lines.push(metricLine(metric));
    }
    if (failure !== undefined) {
      lines.push(`${suite.name}: not measured: ${failure}`);
    }
  }
  return lines.join('\n');
};

/** One sentence on how many goals were reached. */
export const summaryLine = (results: readonly SuiteResult[]): string => {
  const judged = results
    .flatMap(({ metrics }) => metrics.map(isReached))
    .filter((one) => one !== undefined);
  const reached = judged.filter((one) => one).length;
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  const rest = failed === 0 ? '' : `; ${failed} groups could not be measured`;
  return `${reached} of ${judged.length} goals reached${rest}.`;
};

/** The page that is kept under bench/results. */
export const resultPage = (
  results: readonly SuiteResult[],
  run: { readonly mode: string; readonly seconds: number },
): string => {
  const lines = [
    '# Latest run of `npm run bench`',
    '',
    `Machine: ${machineLine()}. Mode: ${run.mode}, ${Math.round(run.seconds)} s.`,
    'Ratios of medians of CPU time in interleaved pairs within this run; min and max are of single pairs.',
    'How to read them: `docs/performance.md`.',
    '',
    '```text',
    tableText(results),
    '```',
    '',
    summaryLine(results),
    '',
  ];
  for (const { suite, metrics } of results) {
    lines.push(`## ${suite.name}`, '', ...suite.method.map((line) => `- ${line}`), '');
    lines.push(...metrics.map(({ name, detail }) => `- **${name}**: ${detail}`), '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
};
