/** What the API can do: each operation with its path, roles, shapes and use case. One that is not in the table does not exist. */
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { z } from '@hono/zod-openapi';
import type { Plain } from '#adapters/dynamodb/attributes.ts';
import type { GuardedWrite } from '#adapters/dynamodb/guarded-write.ts';
import type { Principal, Role } from '../access/roles.ts';
import type { AdminDeps } from '../deps.ts';
import type { ProblemName, Refusal } from './problems.ts';

export type Method = 'get' | 'post' | 'put' | 'delete';

/** An object whose fields a path or a query has. */
export type Fields = z.ZodObject;

/** What was asked, checked. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly principal: Principal;
  /** The operator who asked for it first, where `principal` approves it. */
  readonly requestedBy?: string;
  readonly nowMs: number;
  /** Version that If-Match names. */
  readonly seenVersion?: number;
  /** Hexadecimal, the same whenever the same change is asked for again. */
  readonly changeId: string;
}

export interface Answer {
  readonly status: 200 | 201 | 202;
  readonly body: object;
  /** Version of what the path names. */
  readonly version?: number;
}

/** A change that is ready to be written, with its trail. */
export interface Plan {
  readonly writes: readonly GuardedWrite<ProblemName>[];
  readonly answer: Answer;
  /** Told to whoever asks first, and never kept: secrets. */
  readonly once?: Readonly<Record<string, Plain>>;
  /** Of the audit entry. */
  readonly subject: string;
  readonly detail?: Plain;
  /** Once it is written; also when the same change is asked for again. */
  readonly after?: () => Promise<void>;
}

/** A change that a use case of the core books, with the trail in its own transaction. */
export interface Booked {
  /** `alongside` is written with the booking, or neither is. */
  readonly book: (alongside: readonly TransactWriteItem[]) => Promise<Answer | Refusal>;
  /** The answer again, from what was booked. */
  readonly recall: Plain;
  readonly subject: string;
  readonly detail?: Plain;
}

interface Described {
  /** `terminals.suspend`: in the API document, the audit trail and approvals. */
  readonly id: string;
  readonly method: Method;
  /** `/v1/terminals/{id}`. */
  readonly path: string;
  /** Whoever has one of them. */
  readonly roles: readonly Role[];
  readonly summary: string;
  /** Of the answer. */
  readonly answers: z.ZodType;
  /** Besides those that every operation can have. */
  readonly problems?: readonly ProblemName[];
}

interface Shapes<P extends Fields, Q extends Fields, B extends z.ZodType> {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
}

type CallOf<P extends Fields, Q extends Fields, B extends z.ZodType> = Call<
  z.output<P>,
  z.output<Q>,
  z.output<B>
>;

interface Read<P extends Fields, Q extends Fields, B extends z.ZodType>
  extends Described,
    Shapes<P, Q, B> {
  readonly read: (deps: AdminDeps, call: CallOf<P, Q, B>) => Promise<Answer | Refusal>;
}

interface Write<P extends Fields, Q extends Fields, B extends z.ZodType>
  extends Described,
    Shapes<P, Q, B> {
  /** Whether it edits what has a version: If-Match is then needed. */
  readonly edits?: true;
  readonly plan: (deps: AdminDeps, call: CallOf<P, Q, B>) => Promise<Plan | Booked | Refusal>;
  /** Whether a second person has to agree. */
  readonly needsApproval?: (deps: AdminDeps, call: CallOf<P, Q, B>) => Promise<boolean>;
  /** The answer of what was booked before; for plans that the core books. */
  readonly recall?: (deps: AdminDeps, reference: unknown) => Promise<Answer | Refusal>;
}

/** As the pipeline sees them: the shapes are checked before a use case is called. */
export type ReadOperation = Read<Fields, Fields, z.ZodType>;
export type WriteOperation = Write<Fields, Fields, z.ZodType>;
export type Operation = ReadOperation | WriteOperation;

export const isWrite = (operation: Operation): operation is WriteOperation => 'plan' in operation;

export const reads = <P extends Fields, Q extends Fields, B extends z.ZodType>(
  operation: Read<P, Q, B>,
): Operation => operation as unknown as ReadOperation;

export const writes = <P extends Fields, Q extends Fields, B extends z.ZodType>(
  operation: Write<P, Q, B>,
): Operation => operation as unknown as WriteOperation;
