/** Terminals: set up, changed, stopped and started, given new keys, and taken out of service. */
import { z } from '@hono/zod-openapi';
import { listDocuments, type StoredDocument } from '#adapters/dynamodb/documents.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { readSeen } from '#adapters/dynamodb/seen-items.ts';
import type { TerminalSource } from '#core/terminal-sources.ts';
import { U32_MAX } from '#protocol/limits.ts';
import { ANY_ROLE } from '../access/roles.ts';
import { answerPage, integer, PageQuery, pageOf } from '../http/fields.ts';
import { type Operation, reads, writes } from '../http/operation.ts';
import { isRefusal, refuse } from '../http/problems.ts';
import { readTerminal, TERMINAL, TerminalSettings } from './terminal-document.ts';
import { TERMINAL_KEY_OPERATIONS } from './terminal-keys.ts';
import {
  CHANGES,
  Path,
  planChange,
  planEnrolment,
  RUNS_THE_FLEET,
  Shape,
  View,
  viewOf,
  WithEnrolment,
} from './terminal-plans.ts';

const Seen = z
  .strictObject({
    atS: z.int().optional(),
    spentMinor: z.int().optional(),
    count: z.int().optional(),
    recent: z
      .array(z.strictObject({ atS: z.int(), signal: z.int().optional(), bytes: z.int() }))
      .optional()
      .openapi({ description: 'How its last requests came, the oldest first' }),
  })
  .openapi('TerminalSeen');
const WithSeen = Shape.extend({ seen: Seen }).openapi('SeenTerminal');

/** A page of terminals, each with what the projector knows of it. */
const listWithSeen = async (
  access: TableAccess,
  page: Parameters<typeof listDocuments>[2],
): Promise<
  readonly { readonly stored: StoredDocument<TerminalSource>; readonly seen: object }[]
> => {
  const listed = await listDocuments<TerminalSource>(access, TERMINAL, page);
  const seen = await readSeen(
    access,
    listed.map(({ content }) => content.id),
  );
  return listed.map((stored, at) => ({ stored, seen: seen[at] ?? {} }));
};

export const TERMINAL_OPERATIONS: readonly Operation[] = [
  reads({
    id: 'terminals.list',
    method: 'get',
    path: '/v1/terminals',
    roles: ANY_ROLE,
    summary: 'Terminals in order of their number, and when each was last heard of',
    query: PageQuery,
    answers: pageOf(WithSeen),
    problems: ['cursor_invalid'],
    read: ({ access }, { query }) =>
      answerPage(
        query,
        'terminals',
        (page) => listWithSeen(access, page),
        ({ stored, seen }) => ({ place: stored.id, view: { ...viewOf(stored), seen } }),
      ),
  }),
  reads({
    id: 'terminals.get',
    method: 'get',
    path: '/v1/terminals/{id}',
    roles: ANY_ROLE,
    summary: 'One terminal, and when it was last heard of',
    params: Path,
    answers: WithSeen,
    read: async ({ access }, { params }) => {
      const stored = await readTerminal(access, params.id);
      return isRefusal(stored)
        ? stored
        : {
            status: 200,
            body: { ...viewOf(stored), seen: (await readSeen(access, [params.id]))[0] ?? {} },
            version: stored.version,
          };
    },
  }),
  writes({
    id: 'terminals.add',
    method: 'post',
    path: '/v1/terminals',
    roles: RUNS_THE_FLEET,
    summary: 'Sets up a terminal and makes the code that its keys are given out for',
    body: TerminalSettings.extend({ id: integer(1, U32_MAX) }),
    answers: WithEnrolment,
    problems: ['already_exists', 'reference_unknown'],
    plan: async (deps, call) => {
      const { id } = call.body;
      const first = { ...call.body, status: 'active', keyVersion: 1, keyVersionMin: 0 } as const;
      return planEnrolment(deps, { ...call, params: { id } }, undefined, first as TerminalSource);
    },
  }),
  writes({
    id: 'terminals.change',
    method: 'put',
    path: '/v1/terminals/{id}',
    roles: RUNS_THE_FLEET,
    edits: true,
    summary: 'Changes what is set; what is left out is taken out',
    params: Path,
    body: TerminalSettings,
    answers: View,
    problems: CHANGES,
    plan: (deps, call) =>
      planChange(
        deps,
        call,
        ({ id, status, keyVersion, keyVersionMin }) =>
          ({
            ...call.body,
            id,
            status,
            keyVersion,
            keyVersionMin,
          }) as TerminalSource,
      ),
  }),
  stateOperation(
    'suspend',
    'active',
    'suspended',
    'Lets it finish what it began, and begin nothing',
  ),
  stateOperation('resume', 'suspended', 'active', 'Lets it sell again'),
  ...TERMINAL_KEY_OPERATIONS,
];

function stateOperation(
  name: 'suspend' | 'resume',
  from: TerminalSource['status'],
  to: TerminalSource['status'],
  summary: string,
): Operation {
  return writes({
    id: `terminals.${name}`,
    method: 'post',
    path: `/v1/terminals/{id}/${name}`,
    roles: RUNS_THE_FLEET,
    summary,
    params: Path,
    answers: View,
    problems: CHANGES,
    plan: (deps, call) =>
      planChange(deps, call, (content) =>
        content.status === from
          ? { ...content, status: to }
          : refuse('state_conflict', { detail: `It is ${content.status}.` }),
      ),
  });
}
