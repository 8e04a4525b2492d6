/** Terminals: set up, changed, stopped and started, given new keys, and taken out of service. */
import { z } from '@hono/zod-openapi';
import { listDocuments } from '#adapters/dynamodb/documents.ts';
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
import { lastSeen } from './terminal-seen.ts';

export const TERMINAL_OPERATIONS: readonly Operation[] = [
  reads({
    id: 'terminals.list',
    method: 'get',
    path: '/v1/terminals',
    roles: ANY_ROLE,
    summary: 'Terminals in order of their number',
    query: PageQuery,
    answers: pageOf(View),
    problems: ['cursor_invalid'],
    read: ({ access }, { query }) =>
      answerPage(
        query,
        'terminals',
        (page) => listDocuments<TerminalSource>(access, TERMINAL, page),
        (stored) => ({ place: stored.id, view: viewOf(stored) }),
      ),
  }),
  reads({
    id: 'terminals.get',
    method: 'get',
    path: '/v1/terminals/{id}',
    roles: ANY_ROLE,
    summary: 'One terminal, and when it was last heard of',
    params: Path,
    answers: Shape.extend({
      seen: z.strictObject({
        atS: z.int().optional(),
        spentMinor: z.int().optional(),
        count: z.int().optional(),
      }),
    }),
    read: async ({ access }, { params }) => {
      const stored = await readTerminal(access, params.id);
      return isRefusal(stored)
        ? stored
        : {
            status: 200,
            body: { ...viewOf(stored), seen: await lastSeen(access, params.id) },
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
