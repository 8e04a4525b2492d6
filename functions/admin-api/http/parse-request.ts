/** What a request says, checked field by field against the shapes of its operation. */
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { parseDryRun, parseIdempotencyKey, parseIfMatch } from './headers.ts';
import type { Call, Operation } from './operation.ts';
import { isWrite } from './operation.ts';
import { type FieldError, isRefusal, type Refusal, refuse } from './problems.ts';

/** Problems of one request that are told: enough to mend it, and a bound on the answer. */
const ERRORS_MAX = 50;
/** Characters of what is said about one field. */
const EXPECTED_LENGTH_MAX = 200;

const NOTHING: z.ZodType = z.strictObject({});

export type Asked = Pick<Call, 'params' | 'query' | 'body' | 'seenVersion'> & {
  /** On every write. */
  readonly idempotencyKey?: string;
  /** Of a write: nothing is changed, and told is what would be. */
  readonly dryRun?: boolean;
};

/** What is asked of an operation before its shapes are checked. */
export interface Raw {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export const parseRequest = async (
  operation: Operation,
  context: Context,
): Promise<Asked | Refusal> => {
  const headers = parseHeaders(operation, context);
  if ('problem' in headers) {
    return headers;
  }
  const body = await readBody(operation, context);
  if (typeof body === 'object' && body !== null && 'problem' in body) {
    return body as Refusal;
  }
  const parts = parseParts(operation, {
    params: context.req.param(),
    query: singles(context),
    body: (body as { value: unknown }).value,
  });
  return isRefusal(parts) ? parts : { ...headers, ...parts };
};

/** Path, query and body against the operation's shapes. */
export const parseParts = (
  operation: Operation,
  { params, query, body }: Raw,
): Pick<Asked, 'params' | 'query' | 'body'> | Refusal => {
  const parts = {
    params: parsePart(operation.params ?? NOTHING, params, 'path.'),
    query: parsePart(operation.query ?? NOTHING, query, 'query.'),
    body: parsePart(operation.body ?? NOTHING, body, ''),
  };
  const errors = Object.values(parts).flatMap((part) => ('errors' in part ? part.errors : []));
  if (errors.length > 0) {
    return refuse('request_invalid', { errors: errors.slice(0, ERRORS_MAX) });
  }
  const outputOf = (part: Part): unknown => ('value' in part ? part.value : undefined);
  return {
    params: outputOf(parts.params),
    query: outputOf(parts.query),
    body: outputOf(parts.body),
  };
};

const parseHeaders = (
  operation: Operation,
  context: Context,
): Pick<Asked, 'idempotencyKey' | 'seenVersion' | 'dryRun'> | Refusal => {
  if (!isWrite(operation)) {
    return {};
  }
  const idempotencyKey = parseIdempotencyKey(context.req.header('idempotency-key'));
  if (idempotencyKey === undefined) {
    return refuse('idempotency_key_required');
  }
  const dryRun = parseDryRun(context.req.header('dry-run'));
  if (dryRun === undefined) {
    return refuse('request_invalid', { errors: [{ field: 'header.Dry-Run', expected: 'true' }] });
  }
  if (operation.edits !== true) {
    return { idempotencyKey, dryRun };
  }
  const ifMatch = context.req.header('if-match');
  if (ifMatch === undefined) {
    return refuse('version_required');
  }
  const seenVersion = parseIfMatch(ifMatch);
  return seenVersion === undefined
    ? refuse('version_stale', { detail: 'If-Match has to be the ETag that a read or write gave.' })
    : { idempotencyKey, seenVersion, dryRun };
};

/** An operation without a body takes none, or an empty one. */
const readBody = async (
  { body: schema }: Operation,
  context: Context,
): Promise<{ readonly value: unknown } | Refusal> => {
  const text = await context.req.text();
  if (schema === undefined && text === '') {
    return { value: {} };
  }
  const type = context.req.header('content-type') ?? '';
  if (!/^application\/json(;|$)/i.test(type)) {
    return refuse('media_type_unsupported');
  }
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return refuse('request_invalid', { errors: [{ field: '', expected: 'JSON' }] });
  }
};

/** A parameter that comes twice has no meaning here: as an array it is refused. */
const singles = (context: Context): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(context.req.queries()).map(([name, values]) => [
      name,
      values.length === 1 ? values[0] : values,
    ]),
  );

type Part = { readonly value: unknown } | { readonly errors: readonly FieldError[] };

const parsePart = (schema: z.ZodType, value: unknown, prefix: string): Part => {
  const parsed = schema.safeParse(value);
  return parsed.success
    ? { value: parsed.data }
    : {
        errors: parsed.error.issues.map(({ path, message }) => ({
          field: `${prefix}${fieldName(path)}`,
          expected: message.slice(0, EXPECTED_LENGTH_MAX),
        })),
      };
};

/** `weekly[0].from`. */
const fieldName = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((name, part) => {
    if (typeof part === 'number') {
      return `${name}[${part}]`;
    }
    return name === '' ? String(part) : `${name}.${String(part)}`;
  }, '');
