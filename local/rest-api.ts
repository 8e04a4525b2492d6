/** REST API -> Lambda: HTTP requests as API Gateway's proxy events, along the resources of the template. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Invocable } from './mappings/source.ts';

export interface Route {
  /** ANY or one method. */
  readonly method: string;
  /** `/`, `/a/{id}`, or `/{proxy+}`. */
  readonly path: string;
  readonly target: Invocable;
}

/** Answers a request itself where it returns true. */
export type Before = (request: IncomingMessage, response: ServerResponse) => boolean;

interface ProxyResult {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** A server that is not listening yet. */
export const createRestApi = (
  routes: readonly Route[],
  before: Before = () => false,
): ReturnType<typeof createServer> =>
  createServer((request, response) => {
    if (before(request, response)) {
      return;
    }
    handle(routes, request, response).catch(() => {
      response.writeHead(502, { 'content-type': 'application/json' });
      response.end('{"message":"Internal server error"}');
    });
  });

const handle = async (
  routes: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const url = new URL(request.url ?? '/', 'http://local');
  const match = findRoute(routes, request.method ?? 'GET', url.pathname);
  if (match === undefined) {
    response.writeHead(403, { 'content-type': 'application/json' });
    response.end('{"message":"Missing Authentication Token"}');
    return;
  }
  const event = toProxyEvent({ request, url, match, body: await buffer(request) });
  const result = (await match.route.target.invoke(event)) as ProxyResult;
  response.writeHead(result.statusCode, {
    ...result.headers,
    ...mapValues(result.multiValueHeaders ?? {}, (values) => [...values]),
  });
  response.end(Buffer.from(result.body ?? '', result.isBase64Encoded === true ? 'base64' : 'utf8'));
};

interface Match {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>> | null;
}

/** The most exact route: fixed parts before named ones, and those before the rest of the path. */
export const findRoute = (
  routes: readonly Route[],
  method: string,
  path: string,
): Match | undefined => {
  const parts = path.split('/').filter((part) => part !== '');
  const matches = routes
    .filter((route) => route.method === 'ANY' || route.method === method)
    .map((route) => ({ route, parameters: matchParts(route.path, parts) }))
    .filter((match) => match.parameters !== undefined)
    .sort((a, b) => vagueness(a.route.path) - vagueness(b.route.path));
  const [best] = matches;
  return best?.parameters === undefined
    ? undefined
    : {
        route: best.route,
        parameters: Object.keys(best.parameters).length === 0 ? null : best.parameters,
      };
};

const vagueness = (path: string): number =>
  (path.includes('+}') ? 100 : 0) + path.split('{').length - 1;

const matchParts = (
  path: string,
  parts: readonly string[],
): Readonly<Record<string, string>> | undefined => {
  const pattern = path.split('/').filter((part) => part !== '');
  const parameters: Record<string, string> = {};
  for (const [at, expected] of pattern.entries()) {
    const name = /^\{(\w+)(\+?)\}$/.exec(expected);
    const actual = parts[at];
    if (actual === undefined) {
      return undefined;
    }
    if (name?.[2] === '+') {
      parameters[name[1] ?? ''] = parts.slice(at).join('/');
      return parameters;
    }
    if (name === null && expected !== actual) {
      return undefined;
    }
    if (name !== null) {
      parameters[name[1] ?? ''] = decodeURIComponent(actual);
    }
  }
  return pattern.length === parts.length ? parameters : undefined;
};

const toProxyEvent = ({
  request,
  url,
  match,
  body,
}: {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly match: Match;
  readonly body: Buffer;
}): object => {
  const headers = mapValues(request.headersDistinct, (values) => values ?? []);
  const query = Object.fromEntries(
    [...new Set(url.searchParams.keys())].map((key) => [key, url.searchParams.getAll(key)]),
  );
  const last = (values: readonly string[]): string => values.at(-1) ?? '';
  return {
    resource: match.route.path,
    path: url.pathname,
    httpMethod: request.method,
    headers: mapValues(headers, last),
    multiValueHeaders: headers,
    queryStringParameters: url.search === '' ? null : mapValues(query, last),
    multiValueQueryStringParameters: url.search === '' ? null : query,
    pathParameters: match.parameters,
    stageVariables: null,
    requestContext: {
      requestId: randomUUID(),
      stage: 'local',
      httpMethod: request.method,
      path: url.pathname,
      resourcePath: match.route.path,
      protocol: 'HTTP/1.1',
      identity: {
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? null,
      },
    },
    body: body.length === 0 ? null : body.toString('base64'),
    isBase64Encoded: body.length > 0,
  };
};

const mapValues = <T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => U,
): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
