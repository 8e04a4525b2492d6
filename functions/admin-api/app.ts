/** The admin API over HTTP: closed by default, since what is not an operation of the table does not exist. */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { errorName } from '../json-log.ts';
import type { Principal } from './access/roles.ts';
import { type ConsoleDeps, mountConsole } from './console/console.ts';
import type { ConsoleSettings } from './console/sign-in.ts';
import { type ApiDeps, BODY_BYTES_MAX } from './deps.ts';
import { etagOf } from './http/headers.ts';
import { documentOf, registerOperations } from './http/open-api.ts';
import type { Operation } from './http/operation.ts';
import { parseRequest } from './http/parse-request.ts';
import { perform } from './http/perform.ts';
import { isRefusal, PROBLEMS, type ProblemName, problemResponse, refuse } from './http/problems.ts';

export interface AdminAppDeps extends ApiDeps {
  readonly console: ConsoleDeps;
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
  openToAll(app, admin.console.settings);
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
  mountConsole(app, admin, admin.console);
  for (const operation of operations) {
    app.on(operation.method, honoPath(operation.path), (context) =>
      answer(admin, operation, context),
    );
  }
  registerOperations(app as unknown as OpenAPIHono, operations);
  return app;
};

/** What needs no token: none of it is about this system's data. */
const openToAll = (app: OpenAPIHono<Variables>, { signInUrl, clientId }: ConsoleSettings): void => {
  app.get('/sign-in', (context) => context.json({ signInUrl, clientId }));
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
  verify: AdminAppDeps['verify'],
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
  const result = await perform(admin.deps, operation, context.get('principal'), () =>
    parseRequest(operation, context),
  );
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

/** `{id}` of OpenAPI as `:id` of hono. */
const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
