/** Measures what docs/performance.md promises and says which goals were reached: `npm run bench -- [--quick] [--only name]`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Suite } from './metric.ts';
import {
  headLine,
  machineLine,
  metricLine,
  resultPage,
  type SuiteResult,
  summaryLine,
} from './report.ts';

/** Each group is loaded when its turn comes: one that cannot load must not take the others with it. */
const SUITES: Readonly<Record<string, () => Promise<Suite>>> = {
  codec: async () => (await import('./codec/suite.ts')).codecSuite,
  sockets: async () => (await import('./sockets/suite.ts')).socketSuite,
  accept: async () => (await import('./sockets/accept-suite.ts')).acceptSuite,
  attack: async () => (await import('./sockets/attack-suite.ts')).attackSuite,
  memory: async () => (await import('./sockets/memory-suite.ts')).memorySuite,
  bundle: async () => (await import('./bundle/suite.ts')).bundleSuite,
  aws: async () => (await import('./aws/suite.ts')).awsSuite,
  console: async () => (await import('./console/suite.ts')).consoleSuite,
  system: async () => (await import('./system/suite.ts')).systemSuite,
};

const RESULT_FILE = new URL('./results/latest.md', import.meta.url);

const progress = (suite: string, step: string): void => {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\u001b[K  ${suite}: ${step}`);
  } else {
    process.stderr.write(`  ${suite}: ${step}\n`);
  }
};

const clearProgress = (): void => {
  if (process.stderr.isTTY) {
    process.stderr.write('\r\u001b[K');
  }
};

const notLoaded = (name: string): Suite => ({ name, method: [], run: async () => [] });

const runSuite = async (name: string, quick: boolean): Promise<SuiteResult> => {
  let suite = notLoaded(name);
  try {
    suite = (await SUITES[name]?.()) ?? suite;
    const metrics = await suite.run({ quick, progress: (step) => progress(name, step) });
    clearProgress();
    for (const metric of metrics) {
      console.log(metricLine(metric));
    }
    return { suite, metrics };
  } catch (error) {
    clearProgress();
    const failure = error instanceof Error ? error.message : String(error);
    console.log(`${name}: not measured: ${failure}`);
    return { suite, metrics: [], failure };
  }
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true }, quick: { type: 'boolean' } },
  });
  const names = values.only ?? Object.keys(SUITES);
  const unknown = names.filter((name) => !(name in SUITES));
  if (unknown.length > 0) {
    console.error(
      `No such group: ${unknown.join(', ')}. There are: ${Object.keys(SUITES).join(', ')}.`,
    );
    process.exitCode = 2;
    return;
  }
  const quick = values.quick === true;
  const startedAtMs = performance.now();
  console.log(`${machineLine()}\n\n${headLine()}\n${'-'.repeat(80)}`);
  const results: SuiteResult[] = [];
  for (const name of names) {
    results.push(await runSuite(name, quick));
  }
  const seconds = (performance.now() - startedAtMs) / 1000;
  console.log(`\n${summaryLine(results)} ${Math.round(seconds)} s.`);
  if (values.only === undefined) {
    mkdirSync(new URL('.', RESULT_FILE), { recursive: true });
    writeFileSync(RESULT_FILE, resultPage(results, { mode: quick ? 'quick' : 'full', seconds }));
    console.log('Kept in bench/results/latest.md.');
  } else {
    console.log('Part of the groups only, so bench/results/latest.md stays as it is.');
  }
};

await main();
