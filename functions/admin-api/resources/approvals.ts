/** Changes that wait for a second person: seen by all, decided by someone else who could have asked for them. */
import { z } from '@hono/zod-openapi';
import {
  listDocuments,
  readDocument,
  replaceDocument,
  type StoredDocument,
} from '#adapters/dynamodb/documents.ts';
import type { GuardedWrite } from '#adapters/dynamodb/guarded-write.ts';
import { ANY_ROLE, mayDo } from '../access/roles.ts';
import { APPROVAL, type Approval, approvalView } from '../approvals.ts';
import type { AdminDeps } from '../deps.ts';
import { sha256 } from '../http/digest.ts';
import { answerPage, PageQuery, pageOf } from '../http/fields.ts';
import {
  type Answer,
  type Booked,
  type Call,
  type Operation,
  type Plan,
  reads,
  type WriteOperation,
  writes,
} from '../http/operation.ts';
import { isRefusal, type ProblemName, type Refusal, refuse } from '../http/problems.ts';

const ApprovalId = z.strictObject({
  id: z.string().regex(/^\d{1,12}-[0-9a-f]{12}$/, 'the id of an approval'),
});
type ApprovalCall = Call<z.output<typeof ApprovalId>>;

const View = z
  .strictObject({
    id: z.string(),
    operation: z.string(),
    state: z.enum(['pending', 'approved', 'rejected', 'expired']),
    requestedBy: z.string(),
    requestedAtS: z.int(),
    expiresAtS: z.int(),
    decidedBy: z.string().optional(),
    decidedAtS: z.int().optional(),
    asked: z.looseObject({}),
  })
  .openapi('Approval');

const Decided = z
  .strictObject({
    approval: View,
    result: z.unknown().optional().openapi({ description: 'As the operation itself answers' }),
  })
  .openapi('DecidedApproval');

/** `find`: an operation by its id. */
export const approvalOperations = (
  find: (id: string) => WriteOperation | undefined,
): readonly Operation[] => [
  reads({
    id: 'approvals.list',
    method: 'get',
    path: '/v1/approvals',
    roles: ANY_ROLE,
    summary: 'Changes that wait, or waited, for a second person, the oldest first',
    query: PageQuery,
    answers: pageOf(View),
    problems: ['cursor_invalid'],
    read: ({ access }, { query, nowMs }) =>
      answerPage(
        query,
        'approvals',
        (page) => listDocuments<Approval>(access, APPROVAL, page),
        ({ id, content }) => ({ place: id, view: approvalView(id, content, secondsOf(nowMs)) }),
      ),
  }),
  writes({
    id: 'approvals.approve',
    method: 'post',
    path: '/v1/approvals/{id}/approve',
    roles: ANY_ROLE,
    summary: 'Makes the change that was asked for; never by the same person',
    params: ApprovalId,
    answers: Decided,
    problems: [
      'second_person_required',
      'already_decided',
      'state_conflict',
      'already_exists',
      'version_stale',
      'payment_refused',
      'reference_unknown',
      'still_used',
    ],
    plan: (deps, call) => approve(deps, call, find),
    recall: async (deps, reference) => {
      const { approval, operation, recall } = reference as Recalled;
      const kept = await readDocument<Approval>(deps.access, APPROVAL, approval);
      const answer = await find(operation)?.recall?.(deps, recall);
      return answer === undefined || isRefusal(answer) || kept === undefined
        ? (answer ?? refuse('not_found'))
        : withResult(approval, kept.content, answer);
    },
  }),
  writes({
    id: 'approvals.reject',
    method: 'post',
    path: '/v1/approvals/{id}/reject',
    roles: ANY_ROLE,
    summary: 'Ends it without a change; whoever asked may take it back so',
    params: ApprovalId,
    answers: Decided,
    problems: ['already_decided', 'state_conflict'],
    plan: (deps, call) => reject(deps, call, find),
  }),
];

interface Recalled {
  readonly approval: string;
  readonly operation: string;
  readonly recall: unknown;
}

/** A pending approval with its operation, for someone who has the role to ask for the same. */
const pending = async (
  { access }: AdminDeps,
  { params, principal, nowMs }: ApprovalCall,
  find: (id: string) => WriteOperation | undefined,
): Promise<{ stored: StoredDocument<Approval>; operation: WriteOperation } | Refusal> => {
  const stored = await readDocument<Approval>(access, APPROVAL, params.id);
  const operation = find(stored?.content.operation ?? '');
  if (stored === undefined || operation === undefined) {
    return refuse('not_found');
  }
  if (!mayDo(principal, operation.roles)) {
    return refuse('role_required', { roles: operation.roles });
  }
  if (stored.content.state !== 'pending') {
    return refuse('already_decided', { detail: `It was ${stored.content.state}.` });
  }
  return stored.content.expiresAtS <= secondsOf(nowMs)
    ? refuse('state_conflict', { detail: 'It waited too long and has expired: ask again.' })
    : { stored, operation };
};

const approve = async (
  deps: AdminDeps,
  call: ApprovalCall,
  find: (id: string) => WriteOperation | undefined,
): Promise<Plan | Booked | Refusal> => {
  const found = await pending(deps, call, find);
  if (isRefusal(found)) {
    return found;
  }
  const { stored, operation } = found;
  if (stored.content.requestedBy === call.principal.subject) {
    return refuse('second_person_required');
  }
  const asked = JSON.parse(stored.content.asked) as Pick<Call, 'params' | 'query' | 'body'>;
  const planned = await operation.plan(deps, {
    ...call,
    ...asked,
    requestedBy: stored.content.requestedBy,
    // Of the approval, not of whoever repeats it: one change, however it comes to be made.
    changeId: sha256(`approval ${stored.id}`),
  } as never);
  if (isRefusal(planned)) {
    return planned;
  }
  const { write, content } = decided(deps, call, stored, 'approved');
  const detail = {
    approves: operation.id,
    requestedBy: stored.content.requestedBy,
    ...(planned.detail === undefined ? {} : { change: planned.detail }),
  };
  const common = { subject: planned.subject, detail };
  if ('book' in planned) {
    return {
      ...common,
      book: async (alongside) => {
        const answer = await planned.book([...alongside, write.write]);
        return isRefusal(answer) ? answer : withResult(stored.id, content, answer);
      },
      recall: { approval: stored.id, operation: operation.id, recall: planned.recall },
    };
  }
  return {
    ...planned,
    ...common,
    writes: [...planned.writes, write],
    answer: withResult(stored.id, content, planned.answer),
  };
};

const reject = async (
  deps: AdminDeps,
  call: ApprovalCall,
  find: (id: string) => WriteOperation | undefined,
): Promise<Plan | Refusal> => {
  const found = await pending(deps, call, find);
  if (isRefusal(found)) {
    return found;
  }
  const { stored, operation } = found;
  const { write, content } = decided(deps, call, stored, 'rejected');
  return {
    writes: [write],
    answer: { status: 201, body: { approval: viewOf(stored.id, content) } },
    subject: `approval/${stored.id}`,
    detail: { rejects: operation.id, requestedBy: stored.content.requestedBy },
  };
};

const decided = (
  { access }: AdminDeps,
  { principal, nowMs }: ApprovalCall,
  stored: StoredDocument<Approval>,
  state: 'approved' | 'rejected',
): { readonly write: GuardedWrite<ProblemName>; readonly content: Approval } => {
  const atS = secondsOf(nowMs);
  const content = { ...stored.content, state, decidedBy: principal.subject, decidedAtS: atS };
  return {
    content,
    write: replaceDocument(
      access.table,
      { kind: APPROVAL, id: stored.id, atS },
      { content: { ...content }, seenVersion: stored.version },
      'already_decided',
    ),
  };
};

const withResult = (id: string, approval: Approval, { body }: Answer): Answer => ({
  status: 201,
  body: { approval: viewOf(id, approval), result: body },
});

/** Of one that is decided, which time does not change any more. */
const viewOf = (id: string, approval: Approval): object =>
  approvalView(id, approval, approval.decidedAtS ?? 0);

const secondsOf = (ms: number): number => Math.floor(ms / 1000);
