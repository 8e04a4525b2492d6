/** The API as the console's pages ask it: in process, as the person who is signed in, by the very rules of the API. */
import { mayDo, type Principal } from '../access/roles.ts';
import type { AdminDeps } from '../deps.ts';
import { parseIdempotencyKey } from '../http/headers.ts';
import { isWrite, type Operation } from '../http/operation.ts';
import { type Asked, parseParts } from '../http/parse-request.ts';
import { perform } from '../http/perform.ts';
import { isRefusal, type Refusal, refuse } from '../http/problems.ts';

export interface AskParts {
  readonly params?: Readonly<Record<string, string>>;
  /** What is empty or undefined is left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** Of a write: Idempotency-Key. */
  readonly key?: string;
  /** Of an edit: If-Match. */
  readonly seenVersion?: number;
}

export interface Answered<T> {
  readonly status: 200 | 201 | 202;
  /** As the operation's document has it: what that says is what `T` may say. */
  readonly body: T;
  readonly version?: number;
}

export interface Api {
  /** Throws where there is no operation of that id. */
  ask<T>(id: string, parts?: AskParts): Promise<Answered<T> | Refusal>;
  /** Whether whoever is signed in has a role for it. */
  may(id: string): boolean;
}

export const createApi = (
  deps: AdminDeps,
  operations: readonly Operation[],
  principal: Principal,
): Api => {
  const find = (id: string): Operation => {
    const operation = operations.find((one) => one.id === id);
    if (operation === undefined) {
      throw new Error(`no operation ${id}`);
    }
    return operation;
  };
  return {
    may: (id) => mayDo(principal, find(id).roles),
    ask: async <T>(id: string, parts: AskParts = {}) => {
      const operation = find(id);
      const result = await perform(deps, operation, principal, async () =>
        askedOf(operation, parts),
      );
      return result as Answered<T> | Refusal;
    },
  };
};

const askedOf = (
  operation: Operation,
  { params = {}, query = {}, body = {}, key, seenVersion }: AskParts,
): Asked | Refusal => {
  const parts = parseParts(operation, { params, query: present(query), body });
  if (isRefusal(parts)) {
    return parts;
  }
  if (!isWrite(operation)) {
    return parts;
  }
  const idempotencyKey = parseIdempotencyKey(key);
  if (idempotencyKey === undefined) {
    return refuse('idempotency_key_required');
  }
  if (operation.edits === true && seenVersion === undefined) {
    return refuse('version_required');
  }
  return {
    ...parts,
    idempotencyKey,
    ...(operation.edits === true && seenVersion !== undefined ? { seenVersion } : {}),
  };
};

const present = (query: Required<AskParts>['query']): object =>
  Object.fromEntries(
    Object.entries(query).filter(([, value]) => value !== undefined && value !== ''),
  );
