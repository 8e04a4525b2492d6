/** Adds up vitest's JSON reports given as arguments; prints `N passed, N failed`. A missing report counts as a failure. */
import { readFileSync } from 'node:fs';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
}

const count = (file: string): readonly [number, number] => {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    // A file that does not even load has no failed test of its own.
    const failed = report.numFailedTests || Math.min(report.numFailedTestSuites, 1);
    return [report.numPassedTests, failed];
  } catch {
    console.error(`no report of a test run at ${file}`);
    return [0, 1];
  }
};

const counts = process.argv.slice(2).map(count);
const sum = (index: 0 | 1): number => counts.reduce((total, pair) => total + pair[index], 0);
console.log(`${sum(0)} passed, ${sum(1)} failed`);
process.exitCode = sum(1) === 0 && sum(0) > 0 ? 0 : 1;
