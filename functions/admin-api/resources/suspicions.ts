/** Terminals that may have been copied: seen by bridge and projector, suspended by nobody but an operator (docs/limits.md). */
import { z } from '@hono/zod-openapi';
import { listSuspicions } from '#adapters/dynamodb/suspicions.ts';
import { usageDay } from '#core/day-usage.ts';
import { ANY_ROLE } from '../access/roles.ts';
import { answerPage, PageQuery, pageOf, UtcDay } from '../http/fields.ts';
import { type Operation, reads } from '../http/operation.ts';

const Suspicion = z
  .strictObject({
    id: z.string(),
    terminal: z.int(),
    reason: z.enum(['sequence_regression', 'two_connections']),
    keyVersion: z.int(),
    sequence: z.int().openapi({ description: 'Of the request that told' }),
    atS: z.int(),
  })
  .openapi('Suspicion');
export type SuspicionShown = z.output<typeof Suspicion>;

export const suspicionList: Operation = reads({
  id: 'suspicions.list',
  method: 'get',
  path: '/v1/suspicions',
  roles: ANY_ROLE,
  summary: 'Terminals that may have been copied, of a day, the newest first',
  query: PageQuery.extend({ day: UtcDay.optional() }),
  answers: pageOf(Suspicion),
  problems: ['cursor_invalid'],
  read: ({ access }, { query: { day: asked, ...page }, nowMs }) => {
    const day = asked ?? usageDay('UTC', Math.floor(nowMs / 1000));
    return answerPage(
      page,
      `suspicions ${day}`,
      ({ limit, after }) => listSuspicions(access, day, { limit, before: after }),
      (suspicion) => ({ place: suspicion.id, view: suspicion }),
    );
  },
});
