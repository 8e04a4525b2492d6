/** `npm run audit`: proves the books of the local system that runs, or of a table that is named; exit 0 right, 1 wrong, 2 not audited. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createAuditReader } from '#adapters/dynamodb/audit-reader.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { systemClock } from '#adapters/node/system-clock.ts';
import { systemTimers } from '#adapters/node/system-timers.ts';
import { auditTable, type TableAudit } from '#core/audit-table.ts';
import { LocalError } from './local-error.ts';
import { createProgress } from './progress.ts';
import type { LocalInfo } from './start-local.ts';
import { localDynamodb } from './template/deployment-context.ts';

/** Milliseconds that all readings may take: nobody waits longer for a laptop. */
const AUDIT_MS_MAX = 3_600_000;

const EXIT_WRONG = 1;
const EXIT_NOT_AUDITED = 2;

/** Throws `usage` or `not_running`. */
const tableOf = (args: readonly string[]): TableAccess => {
  const { table, region } = parse(args);
  if (table !== undefined) {
    const client = new DynamoDBClient(region === undefined ? {} : { region });
    return { client, table };
  }
  const info = readInfo(join(process.env.COSMOPAY_DIR ?? '.cosmopay', 'local.json'));
  return {
    client: localDynamodb(info.table.region, info.table.endpoint),
    table: info.table.name,
  };
};

const parse = (args: readonly string[]): { readonly table?: string; readonly region?: string } => {
  try {
    const options = { table: { type: 'string' }, region: { type: 'string' } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch {
    throw new LocalError(
      'usage',
      'The flags are not valid.',
      'npm run audit -- [--table NAME [--region REGION]]; without: the local system that runs.',
    );
  }
};

const readInfo = (file: string): LocalInfo => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LocalInfo;
  } catch {
    throw new LocalError(
      'not_running',
      'No local system runs that could be audited.',
      'Start one with npm start, and run this beside it; COSMOPAY_DIR names its data folder.',
    );
  }
};

const conclude = ({ violations, records, entries, owners, busy }: TableAudit): string =>
  [
    ...violations.map(({ kind, what }) => `  ${kind}: ${what}`),
    `${records} records, ${entries} entries, ${owners} accounts and totals` +
      `${busy === 0 ? '' : `; ${busy} moved all the time and were not judged`}.`,
    violations.length === 0
      ? 'The books are right.'
      : `The books are WRONG: ${violations.length} violations (docs/operations.md).`,
  ].join('\n');

const run = async (): Promise<number> => {
  const access = tableOf(process.argv.slice(2));
  const progress = createProgress(process.stdout);
  try {
    let rows = 0;
    const reader = createAuditReader({
      ...access,
      clock: systemClock,
      endMs: systemClock.nowMs() + AUDIT_MS_MAX,
      onPage: (items) => {
        rows += items;
        progress.begin(`${rows} rows read`);
      },
    });
    const audit = await auditTable({
      reader,
      clock: systemClock,
      timers: systemTimers,
      onReading: (number) => {
        if (number > 1) {
          progress.done('something looks wrong: looking again, which takes ten seconds at least');
        }
      },
    });
    progress.done(`${rows} rows read`);
    console.log(conclude(audit));
    return audit.violations.length === 0 ? 0 : EXIT_WRONG;
  } finally {
    progress.end();
    access.client.destroy();
  }
};

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const known = error instanceof LocalError;
    console.error(known ? `${error.code}: ${error.message}\n${error.advice}` : error);
    process.exit(EXIT_NOT_AUDITED);
  },
);
