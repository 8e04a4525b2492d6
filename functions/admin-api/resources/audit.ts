/** The trail: who changed what, by day. Read only. */
import { z } from '@hono/zod-openapi';
import { listAudit } from '#adapters/dynamodb/audit-trail.ts';
import { answerPage, PageQuery, pageOf, UtcDay } from '../http/fields.ts';
import { type Operation, reads } from '../http/operation.ts';

const AuditEntry = z
  .strictObject({
    id: z.string(),
    atMs: z.int(),
    actor: z.string(),
    requestedBy: z.string().optional(),
    operation: z.string(),
    subject: z.string(),
    detail: z.unknown().optional(),
  })
  .openapi('AuditEntry');

export const AUDIT_OPERATIONS: readonly Operation[] = [
  reads({
    id: 'audit.list',
    method: 'get',
    path: '/v1/audit',
    roles: ['security'],
    summary: 'What was changed on a day, the newest first',
    query: PageQuery.extend({ day: UtcDay }),
    answers: pageOf(AuditEntry),
    problems: ['cursor_invalid'],
    read: ({ access }, { query }) =>
      answerPage(
        query,
        `audit ${query.day}`,
        ({ limit, after }) => listAudit(access, query.day, { limit, before: after }),
        (entry) => ({ place: entry.id, view: entry }),
      ),
  }),
];
