/** The admin API over HTTP: closed by default, since what is not an operation of the table does not exist. */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { errorName, type Log } from '../json-log.ts';
import { mayDo, type Principal } from './access/roles.ts';
import type { TokenVerifier } from './access/token-verifier.ts';
import type { AdminDeps } from './deps.ts';
import { executeWrite } from './http/execute.ts';
import { etagOf } from './http/headers.ts';
import { documentOf, registerOperations } from './http/open-api.ts';
import { type Answer, isWrite, type Operation } from './http/operation.ts';
import { parseRequest } from './http/parse-request.ts';
import {
  isRefusal,
  PROBLEMS,
  type ProblemName,
  problemResponse,
  type Refusal,
  refuse,
} from './http/problems.ts';
import { chooseLanguage } from './page-shell.ts';
import { statusPage } from './status-page.ts';

/** Bytes of a body: ten times the largest that a page of the console sends. */
export const BODY_BYTES_MAX = 64 * 1_024;

export interface AdminAppDeps {
  readonly deps: AdminDeps;
  readonly verify: TokenVerifier;
  readonly operations: readonly Operation[];
  readonly log: Log;
}

interface Variables {
  readonly Variables: { principal: Principal };
}

/** Builds the app; it holds no state. */
export const createAdminApp = (admin: AdminAppDeps): OpenAPIHono<Variables> => {
  const { log, operations } = admin;
  const app = new OpenAPIHono<Variables>();
  app.onError((error) => {
    log('error', 'admin', { error: errorName(error) });
    return problemResponse(refuse(error.name === 'OutageError' ? 'busy' : 'internal'));
  });
  app.notFound(() => problemResponse(refuse('not_found')));
  openToAll(app);
  app.use('/v1/*', async (context, next) => {
    const principal = await principalOf(admin.verify, context);
    if (principal === undefined) {
      return problemResponse(refuse('token_required'));
    }
    context.set('principal', principal);
    await next();
    context.header('cache-control', 'no-store');
    return undefined;
  });
  app.use(
    '/v1/*',
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: () => problemResponse(refuse('body_too_large')),
    }),
  );
  for (const operation of operations) {
    app.on(operation.method, honoPath(operation.path), (context) =>
      answer(admin, operation, context),
    );
  }
  registerOperations(app as unknown as OpenAPIHono, operations);
  return app;
};

/** What needs no token: none of it is about this system's data. */
const openToAll = (app: OpenAPIHono<Variables>): void => {
  app.get('/', (context) => {
    const { lang } = context.req.query();
    context.header('vary', 'accept-language');
    return context.html(statusPage(chooseLanguage(lang, context.req.header('accept-language'))));
  });
  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.get('/openapi.json', (context) =>
    context.json(documentOf(app as unknown as OpenAPIHono) as object),
  );
  app.get('/problems/:name', (context) => {
    const name = context.req.param('name');
    return Object.hasOwn(PROBLEMS, name)
      ? context.json({ code: name, ...PROBLEMS[name as ProblemName] })
      : problemResponse(refuse('not_found'));
  });
};

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]+)$/;

const principalOf = async (
  verify: TokenVerifier,
  context: Context,
): Promise<Principal | undefined> => {
  const [, token] = BEARER.exec(context.req.header('authorization') ?? '') ?? [];
  return token === undefined ? undefined : verify(token);
};

const answer = async (
  admin: AdminAppDeps,
  operation: Operation,
  context: Context<Variables>,
): Promise<Response> => {
  const principal = context.get('principal');
  if (!mayDo(principal, operation.roles)) {
    return problemResponse(refuse('role_required', { roles: operation.roles }));
  }
  const result = await run(admin, operation, context);
  if (isRefusal(result)) {
    return problemResponse(result);
  }
  const { status, body, version } = result;
  if (version !== undefined) {
    context.header('etag', etagOf(version));
  }
  if ('replayed' in result && result.replayed === true) {
    context.header('idempotent-replayed', 'true');
  }
  return context.json(body as object, status);
};

const run = async (
  { deps }: AdminAppDeps,
  operation: Operation,
  context: Context<Variables>,
): Promise<Answer | Refusal> => {
  const asked = await parseRequest(operation, context);
  if (isRefusal(asked)) {
    return asked;
  }
  const { idempotencyKey, ...parts } = asked;
  const principal = context.get('principal');
  const call = { ...parts, principal, nowMs: deps.clock.nowMs() };
  if (!isWrite(operation)) {
    return operation.read(deps, { ...call, changeId: '' } as never);
  }
  return executeWrite(deps, operation, { ...call, idempotencyKey: idempotencyKey ?? '' });
};

/** `{id}` of OpenAPI as `:id` of hono. */
const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
