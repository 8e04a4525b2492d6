/** The API as an OpenAPI 3.1 document, from the operations themselves (docs/openapi.json). */
import { type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import { isWrite, type Operation } from './operation.ts';
import { PROBLEMS, type ProblemName } from './problems.ts';

const JSON_TYPE = 'application/json';

const Problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemName, ...ProblemName[]]),
    detail: z.string().optional(),
    instance: z.string().optional(),
    errors: z.array(z.strictObject({ field: z.string(), expected: z.string() })).optional(),
    roles: z.array(z.string()).optional(),
    decision: z.string().optional(),
  })
  .openapi('Problem');

/** Of every operation, of writes, of what has a body, and of what edits something with a version. */
const ALWAYS = ['request_invalid', 'token_required', 'role_required', 'internal', 'busy'] as const;
const WRITES = ['idempotency_key_required', 'idempotency_key_reused'] as const;
const BODIES = ['body_too_large', 'media_type_unsupported'] as const;
const EDITS = ['version_required', 'version_stale', 'not_found'] as const;

/** All that the operation can refuse. */
export const problemsOf = (operation: Operation): readonly ProblemName[] => [
  ...new Set<ProblemName>([
    ...ALWAYS,
    ...(isWrite(operation) ? WRITES : []),
    ...(isWrite(operation) || operation.body !== undefined ? BODIES : []),
    ...(isWrite(operation) && operation.edits === true ? EDITS : []),
    ...(operation.params === undefined ? [] : (['not_found'] as const)),
    ...(operation.problems ?? []),
  ]),
];

/** Registers what `documentOf` then shows. */
export const registerOperations = (app: OpenAPIHono, operations: readonly Operation[]): void => {
  app.openAPIRegistry.registerComponent('securitySchemes', 'operator', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'Access token of the user pool; its groups are the roles.',
  });
  for (const operation of operations) {
    app.openAPIRegistry.registerPath(routeOf(operation));
  }
};

export const documentOf = (app: OpenAPIHono): object =>
  app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Cosmopay admin API',
      version: '1',
      description: 'How to use it: docs/admin-api.md. Problems: docs/errors.md.',
    },
    security: [{ operator: [] }],
  });

const routeOf = (operation: Operation): RouteConfig => {
  const { id, method, path, summary, roles, params, query, body } = operation;
  const headers = headersOf(operation);
  return {
    operationId: id,
    method,
    path,
    summary,
    tags: [id.split('.')[0] ?? id],
    'x-roles': [...roles],
    request: {
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { query }),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined
        ? {}
        : { body: { required: true, content: { [JSON_TYPE]: { schema: body } } } }),
    },
    responses: { ...answersOf(operation), ...problemResponses(operation) },
  } as RouteConfig;
};

const headersOf = (operation: Operation): z.ZodObject | undefined => {
  if (!isWrite(operation)) {
    return undefined;
  }
  const key = z.string().openapi({
    description:
      'Made anew for each change, the same when it is repeated: 8 to 128 of A-Z a-z 0-9 . _ -',
  });
  const seen = z.string().openapi({ description: 'ETag of what is changed' });
  const dryRun = z.literal('true').optional().openapi({
    description: 'Nothing is changed: the answer is what it would be. Not where money moves',
  });
  return operation.edits === true
    ? z.object({ 'Idempotency-Key': key, 'If-Match': seen, 'Dry-Run': dryRun })
    : z.object({ 'Idempotency-Key': key, 'Dry-Run': dryRun });
};

const Waiting = z
  .strictObject({ approval: z.looseObject({ id: z.string(), state: z.string() }) })
  .openapi('WaitsForApproval');

const answersOf = (operation: Operation): RouteConfig['responses'] => {
  const { answers, method } = operation;
  const status = method === 'post' && isWrite(operation) ? '201' : '200';
  const done = { description: 'Done', content: { [JSON_TYPE]: { schema: answers } } };
  return {
    [status]: done,
    ...(status === '201'
      ? { '200': { ...done, description: 'Done before, or nothing new made' } }
      : {}),
    ...(isWrite(operation) && operation.needsApproval !== undefined
      ? {
          '202': {
            description: 'Waits for a second person',
            content: { [JSON_TYPE]: { schema: Waiting } },
          },
        }
      : {}),
  };
};

const problemResponses = (operation: Operation): RouteConfig['responses'] => {
  const byStatus = Map.groupBy(problemsOf(operation), (name) => PROBLEMS[name].status);
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      String(status),
      {
        description: names.map((name) => `\`${name}\``).join(', '),
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  );
};
