/** What only a person can settle: goods that are out and not paid, a provider that does not tell. */
import { z } from '@hono/zod-openapi';
import { closeCaseUpdate, createCaseStore } from '#adapters/dynamodb/case-store.ts';
import { CASE_RESOLUTIONS } from '#core/operator-case.ts';
import { ANY_ROLE } from '../access/roles.ts';
import type { AdminDeps } from '../deps.ts';
import { answerPage, PageQuery, pageOf } from '../http/fields.ts';
import { type Call, type Operation, type Plan, reads, writes } from '../http/operation.ts';
import { type Refusal, refuse } from '../http/problems.ts';
import { CaseView } from './case-view.ts';

const Path = z.strictObject({
  id: z.string().regex(/^[a-z_]{1,40}-\d{1,10}-\d{1,3}-\d{1,10}$/, 'the id of a case'),
});
const Closing = z.strictObject({ resolution: z.enum(CASE_RESOLUTIONS) });
type CloseCall = Call<z.output<typeof Path>, unknown, z.output<typeof Closing>>;

export const CASE_OPERATIONS: readonly Operation[] = [
  reads({
    id: 'cases.list',
    method: 'get',
    path: '/v1/cases',
    roles: ANY_ROLE,
    summary: 'Cases in the order in which they were opened',
    query: PageQuery.extend({ state: z.enum(['open', 'closed']).optional() }),
    answers: pageOf(CaseView),
    problems: ['cursor_invalid'],
    read: ({ access }, { query: { state = 'open', ...page } }) =>
      answerPage(
        page,
        `cases ${state}`,
        ({ limit, after }) =>
          createCaseStore(access).listCases({ state, limit, ...(after && { after: from(after) }) }),
        (found) => ({ place: `${found.openedAtS} ${found.id}`, view: found }),
      ),
  }),
  reads({
    id: 'cases.get',
    method: 'get',
    path: '/v1/cases/{id}',
    roles: ANY_ROLE,
    summary: 'One case',
    params: Path,
    answers: CaseView,
    read: async ({ access }, { params }) => {
      const found = await createCaseStore(access).readCase(params.id);
      return found === undefined ? refuse('not_found') : { status: 200, body: found };
    },
  }),
  writes({
    id: 'cases.close',
    method: 'post',
    path: '/v1/cases/{id}/close',
    roles: ['finance'],
    summary: 'Says how a case ended; money moves by postings and refunds, not by this',
    params: Path,
    body: Closing,
    answers: CaseView,
    problems: ['already_decided'],
    plan: closePlan,
  }),
];

const from = (place: string): { readonly openedAtS: number; readonly id: string } => {
  const [openedAtS = '0', id = ''] = place.split(' ');
  return { openedAtS: Number(openedAtS), id };
};

async function closePlan(
  { access }: AdminDeps,
  { params: { id }, body: { resolution }, principal, nowMs }: CloseCall,
): Promise<Plan | Refusal> {
  const found = await createCaseStore(access).readCase(id);
  if (found === undefined) {
    return refuse('not_found');
  }
  if (found.state === 'closed') {
    return refuse('already_decided');
  }
  const closed = { atS: Math.floor(nowMs / 1000), by: principal.subject, resolution };
  return {
    writes: [
      { write: { Update: closeCaseUpdate(access.table, id, closed) }, refusal: 'already_decided' },
    ],
    answer: { status: 201, body: { ...found, state: 'closed', closed } },
    subject: `case/${id}`,
    detail: { resolution },
  };
}
