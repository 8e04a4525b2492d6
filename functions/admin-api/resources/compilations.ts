/** How far what was changed has reached the tills. */
import { z } from '@hono/zod-openapi';
import { listCompilations } from '#adapters/dynamodb/compilations.ts';
import { ANY_ROLE } from '../access/roles.ts';
import { answerPage, PageQuery, pageOf } from '../http/fields.ts';
import { type Operation, reads } from '../http/operation.ts';

const Compilation = z
  .strictObject({
    id: z.string().openapi({ description: '`region.KR`, `merchant.M-1`' }),
    upToDate: z.boolean(),
    handled: z
      .int()
      .openapi({ description: 'Rows that the last run, or the one going on, has looked at' }),
    atS: z.int(),
    problems: z
      .array(z.string())
      .openapi({ description: 'What could not be compiled: what was there before stays' }),
  })
  .openapi('Compilation');

export const COMPILATION_OPERATIONS: readonly Operation[] = [
  reads({
    id: 'compilations.list',
    method: 'get',
    path: '/v1/compilations',
    roles: ANY_ROLE,
    summary: 'How far changes of merchants and of what is sold have reached the terminals',
    query: PageQuery,
    answers: pageOf(Compilation),
    problems: ['cursor_invalid'],
    read: ({ access }, { query }) =>
      answerPage(
        query,
        'compilations',
        (page) => listCompilations(access, page),
        ({ id, wanted, done, goal, handled, atS, problems = [] }) => ({
          place: id,
          view: { id, upToDate: goal === undefined && done >= wanted, handled, atS, problems },
        }),
      ),
  }),
];
