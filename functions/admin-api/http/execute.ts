/** Runs one write: once per idempotency key, whole or not at all, its audit entry and its answer in the transaction of the change. */
import {
  type AnsweredWrite,
  answeredFromItem,
  answeredWrite,
  readAnswered,
} from '#adapters/dynamodb/answered-writes.ts';
import { auditId, auditWrite } from '#adapters/dynamodb/audit-trail.ts';
import { type GuardedWrite, writeGuarded } from '#adapters/dynamodb/guarded-write.ts';
import { proposal } from '../approvals.ts';
import type { AdminDeps } from '../deps.ts';
import { sha256 } from './digest.ts';
import type { Answer, Booked, Call, Plan, WriteOperation } from './operation.ts';
import { isRefusal, type ProblemName, type Refusal, refuse } from './problems.ts';

/** Attempts of a change that meets others: each decides anew from what then stands. */
export const ATTEMPTS_MAX = 4;

export interface Executed extends Answer {
  /** The answer of an earlier request with the same key; without what is told once. */
  readonly replayed: boolean;
}

/** A call without what follows from the key. */
type AskedWrite = Omit<Call, 'changeId'> & { readonly idempotencyKey: string };

const callOf = ({ idempotencyKey, ...rest }: AskedWrite): Call => ({
  ...rest,
  changeId: sha256(`${rest.principal.subject}\n${idempotencyKey}`),
});

/** What a write would answer, by all that stands now: nothing is written, and nothing is promised. Money is not tried. */
export const tryWrite = async (
  deps: AdminDeps,
  operation: WriteOperation,
  asked: AskedWrite,
): Promise<Answer | Refusal> => {
  const planned = await plan(deps, operation, callOf(asked));
  if (isRefusal(planned)) {
    return planned;
  }
  if ('book' in planned) {
    const expected = 'no dry run: money moves, or it does not';
    return refuse('request_invalid', { errors: [{ field: 'header.Dry-Run', expected }] });
  }
  const { status, body } = planned.answer;
  return { status: status === 201 ? 200 : status, body };
};

export const executeWrite = async (
  deps: AdminDeps,
  operation: WriteOperation,
  asked: AskedWrite,
): Promise<Executed | Refusal> => {
  const call = callOf(asked);
  const digest = digestOf(operation, call);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const known = await readAnswered(deps.access, call.changeId, nowS(call));
    if (known !== undefined) {
      return replay({ deps, operation, call }, digest, known);
    }
    const planned = await plan(deps, operation, call);
    if (isRefusal(planned)) {
      return planned;
    }
    const result = await commit({ deps, operation, call }, digest, planned);
    if (result !== 'again') {
      return result;
    }
  }
  return refuse('busy');
};

interface Running {
  readonly deps: AdminDeps;
  readonly operation: WriteOperation;
  readonly call: Call;
}

const plan = async (
  deps: AdminDeps,
  operation: WriteOperation,
  call: Call,
): Promise<Plan | Booked | Refusal> => {
  const asksTwo = (await operation.needsApproval?.(deps, call as never)) ?? false;
  return asksTwo ? proposal(deps, operation, call) : operation.plan(deps, call as never);
};

const commit = async (
  running: Running,
  digest: string,
  planned: Plan | Booked,
): Promise<Executed | Refusal | 'again'> => {
  if ('book' in planned) {
    const alongside = trail(running, digest, planned, { recall: planned.recall });
    const answer = await planned.book(alongside.map(({ write }) => write));
    return isRefusal(answer) ? answer : { ...answer, replayed: false };
  }
  const { answer, once, writes } = planned;
  const kept = trail(running, digest, planned, { answer });
  const result = await writeGuarded(running.deps.access, [...kept, ...writes]);
  switch (result.outcome) {
    case 'done':
      await planned.after?.();
      return { ...answer, body: { ...answer.body, ...once }, replayed: false };
    case 'refused':
      return result.refusal === 'idempotency_key_reused'
        ? replay(running, digest, answeredFromItem(result.item ?? {}))
        : refuse(result.refusal);
    case 'conflict':
      return 'again';
  }
};

type Kept = { readonly answer: Answer } | { readonly recall: Booked['recall'] };

const trail = (
  { deps, operation, call }: Running,
  digest: string,
  { subject, detail }: Pick<Plan, 'subject' | 'detail'>,
  kept: Kept,
): readonly GuardedWrite<ProblemName>[] => [
  answeredWrite(
    deps.access.table,
    { hash: call.changeId, nowS: nowS(call), digest, answer: JSON.stringify(kept) },
    'idempotency_key_reused',
  ),
  auditWrite(deps.access.table, {
    id: auditId(call.nowMs, call.changeId.slice(0, 12)),
    atMs: call.nowMs,
    actor: call.principal.subject,
    operation: operation.id,
    subject,
    ...(call.requestedBy === undefined ? {} : { requestedBy: call.requestedBy }),
    ...(detail === undefined ? {} : { detail }),
  }),
];

const replay = async (
  { deps, operation }: Running,
  digest: string,
  known: AnsweredWrite,
): Promise<Executed | Refusal> => {
  if (known.digest !== digest) {
    return refuse('idempotency_key_reused');
  }
  const kept = JSON.parse(known.answer) as Kept;
  if ('answer' in kept) {
    return { ...kept.answer, replayed: true };
  }
  const answer = await operation.recall?.(deps, kept.recall);
  if (answer === undefined) {
    throw new Error(`${operation.id} does not recall what it booked`);
  }
  return isRefusal(answer) ? answer : { ...answer, replayed: true };
};

/** Of everything that was asked; the schemas put fields in one order. */
const digestOf = ({ id }: WriteOperation, { params, query, body, seenVersion }: Call): string =>
  sha256(JSON.stringify([id, params, query, body, seenVersion ?? null]));

const nowS = ({ nowMs }: Pick<Call, 'nowMs'>): number => Math.floor(nowMs / 1000);
