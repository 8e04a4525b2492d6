/** The admin API on a table of its own, asked over hono's own requests; every answer is held to the API document. */

import { randomBytes, randomUUID } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { createIdentifierHasher } from '#core/identifier-hasher.ts';
import { ROLES, type Role } from '#functions/admin-api/access/roles.ts';
import { createTokenVerifier } from '#functions/admin-api/access/token-verifier.ts';
import { createAdminApp } from '#functions/admin-api/app.ts';
import { problemsOf } from '#functions/admin-api/http/open-api.ts';
import { isWrite, type Operation } from '#functions/admin-api/http/operation.ts';
import { OPERATIONS } from '#functions/admin-api/operations.ts';
import { readFleet } from '#functions/admin-api/resources/fleet.ts';
import { handleCompile } from '#functions/compiler/handle-compile.ts';
import { pagesOf } from '#functions/compiler/pages-of.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { consoleUnderTest } from './console-under-test.ts';
import { type Dynoxide, startDynoxide } from './dynoxide.ts';
import { CLIENT, createForge, type Forge, POOL } from './token-forge.ts';

/** 2026-03-02T03:04:05Z, a Monday. */
export const START_MS: number = Date.UTC(2026, 2, 2, 3, 4, 5);

export interface Asking {
  readonly subject?: string;
  readonly roles?: readonly Role[];
  readonly body?: unknown;
  /** Idempotency-Key; absent: a new one; null: none. */
  readonly key?: string | null;
  readonly ifMatch?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Asked {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads of an answer is what it expects there.
  readonly body: any;
  readonly headers: Headers;
}

export interface AdminWorld {
  readonly access: { readonly client: Dynoxide['client']; readonly table: string };
  readonly dynamodb: Dynoxide;
  readonly forge: Forge;
  readonly app: ReturnType<typeof createAdminApp>;
  nowMs: number;
  ask(method: string, path: string, asking?: Asking): Promise<Asked>;
  /** Compiles what changes have asked for since. */
  compile(): Promise<void>;
  /** Ids that the compiler was woken for. */
  readonly woken: string[];
  /** All that the table holds. */
  everyItem(): Promise<readonly unknown[]>;
  stop(): Promise<void>;
}

const PEPPER = new Uint8Array(32).fill(0x33);
const CODE_MASTER = new Uint8Array(32).fill(0x44);

export const startAdminWorld = async (): Promise<AdminWorld> => {
  const dynamodb = await startDynoxide();
  const access = { client: dynamodb.client, table: await dynamodb.createTable('admin') };
  const forge = createForge();
  const woken: string[] = [];
  const clock = { nowMs: () => world.nowMs };
  const app = createAdminApp({
    deps: {
      access,
      fleet: () => readFleet(access, Math.floor(world.nowMs / 1000)),
      clock,
      timers: { sleep: async () => undefined },
      random: { below: () => 0 },
      randomBytes: (count) => new Uint8Array(randomBytes(count)),
      identifiers: createIdentifierHasher({
        crypto: pureCrypto,
        pepper: PEPPER,
        codeMaster: CODE_MASTER,
      }),
      compile: async (ids) => {
        woken.push(...ids);
      },
    },
    verify: createTokenVerifier({ userPoolId: POOL, clientId: CLIENT, jwks: forge.jwks }),
    operations: OPERATIONS,
    log: () => undefined,
    console: consoleUnderTest(),
  });
  const world: AdminWorld = {
    access,
    dynamodb,
    forge,
    app,
    woken,
    nowMs: START_MS,
    ask: async (method, path, asking = {}) => {
      const { subject = 'alice', roles = ROLES, body, key, ifMatch, headers = {} } = asking;
      const token = forge.token({ sub: subject, 'cognito:groups': roles });
      const idempotencyKey = key === undefined ? randomUUID() : key;
      const response = await app.request(path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey }),
          ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const answer = (await response.json()) as Asked['body'];
      holdToDocument(method, path.split('?')[0] ?? '', response.status, answer);
      return { status: response.status, body: answer, headers: response.headers };
    },
    compile: async () => {
      const failures = await handleCompile(
        {
          access,
          clock,
          log: () => undefined,
          pagesOf: (id) => pagesOf(access, id),
          again: async (id) => {
            woken.push(id);
          },
        },
        woken
          .splice(0)
          .map((id) => ({ body: JSON.stringify({ v: 1, id }), messageId: id })) as never,
      );
      if (failures.batchItemFailures.length > 0) {
        throw new Error('a compilation failed');
      }
    },
    everyItem: async () => {
      const { Items = [] } = await dynamodb.client.send(
        new ScanCommand({ TableName: access.table }),
      );
      return Items;
    },
    stop: () => dynamodb.stop(),
  };
  return world;
};

/** The operation that a path is of. */
export const operationAt = (method: string, path: string): Operation | undefined =>
  OPERATIONS.find(
    (operation) =>
      operation.method.toUpperCase() === method.toUpperCase() &&
      new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );

/** Throws where an answer is none that the document has. */
const holdToDocument = (method: string, path: string, status: number, body: unknown): void => {
  const operation = operationAt(method, path);
  if (operation === undefined) {
    return;
  }
  if (status >= 400) {
    const { code } = body as { readonly code: never };
    if (!problemsOf(operation).includes(code)) {
      throw new Error(
        `${operation.id} answers ${status} ${code}, which its document does not have`,
      );
    }
    return;
  }
  if (status === 202 && isWrite(operation) && operation.needsApproval !== undefined) {
    return;
  }
  const parsed = operation.answers.safeParse(body);
  if (!parsed.success) {
    throw new Error(`${operation.id} answers what its document does not have: ${parsed.error}`);
  }
};
