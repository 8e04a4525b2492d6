/** One audit of a table, told in the log: a line for each kind of violation, and one for the end. */
import { createAuditReader } from '#adapters/dynamodb/audit-reader.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { auditTable, type TableAudit } from '#core/audit-table.ts';
import type { Clock, Timers } from '#core/ports.ts';
import type { Log } from '../json-log.ts';

const HOUR_MS = 3_600_000;
/** Milliseconds that all readings together may take: within the function's fifteen minutes, with time to tell. */
export const AUDIT_MS_MAX: number = 13 * 60_000;

export interface AuditDeps extends TableAccess {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly shares: number;
}

/** Names of accounts and keys are in what it resolves with, and never in the log. Rejects where it could not read everything. */
export const runAudit = async (deps: AuditDeps): Promise<TableAudit> => {
  const { clock, timers, log, shares, client, table } = deps;
  const begunMs = clock.nowMs();
  const reader = createAuditReader({ client, table, clock, endMs: begunMs + AUDIT_MS_MAX });
  const share = { number: Math.floor(begunMs / HOUR_MS), of: shares };
  const audit = await auditTable({ reader, clock, timers, share });
  const { violations, busy } = audit;
  for (const kind of new Set(violations.map((violation) => violation.kind))) {
    const count = violations.filter((violation) => violation.kind === kind).length;
    log('error', 'audit_violation', { reason: kind, count });
  }
  const outcome = violations.length === 0 ? 'right' : 'wrong';
  const ms = clock.nowMs() - begunMs;
  log(outcome === 'right' ? 'info' : 'error', 'audit', { outcome, count: violations.length, ms });
  if (busy > 0) {
    log('info', 'audit_busy', { count: busy });
  }
  return audit;
};
