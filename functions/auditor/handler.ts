/** Composition root of the auditor: proves the books every hour; whoever invokes it by hand gets what it found. */
import { systemClock } from '#adapters/node/system-clock.ts';
import { systemTimers } from '#adapters/node/system-timers.ts';
import type { TableAudit } from '#core/audit-table.ts';
import { createDynamodbClient } from '../dynamodb-client.ts';
import { stdoutLog } from '../json-log.ts';
import { readAuditorConfig } from './config.ts';
import { runAudit } from './run-audit.ts';

const config = readAuditorConfig();
/** Attempts of one page: an audit has time, and begins anew where a page is missing. */
const PAGE_ATTEMPTS_MAX = 5;
const access = { client: createDynamodbClient(PAGE_ATTEMPTS_MAX), table: config.table };

export const handler = (): Promise<TableAudit> =>
  runAudit({
    ...access,
    clock: systemClock,
    timers: systemTimers,
    log: stdoutLog,
    shares: config.shares,
  });
