/** The admin API over HTTP: one change however often it has to be sent, and problems as errors that say what to do. */
import { CliError, EXIT } from './cli-error.ts';
import type { Where } from './where.ts';

/** Attempts of one request: with the pauses below, half a minute of an API that is down. */
export const TRIES_MAX = 5;
/** Milliseconds of the pause after the first attempt; doubled each time, and up to as much again by chance. */
export const PAUSE_MS = 500;
/** Milliseconds of one attempt: longer than any answer of the API may take. */
export const ATTEMPT_MS_MAX = 30_000;
/** Seconds of Retry-After that are obeyed. */
const RETRY_AFTER_S_MAX = 30;

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Asked {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** ETag as it was read. */
  readonly ifMatch?: string;
  /** Of a write: nothing is changed, and told is what would be. */
  readonly dryRun?: boolean;
  /** Of a write; absent: a new one. */
  readonly idempotencyKey?: string;
}

export interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly etag?: string;
}

export interface ApiPorts {
  readonly fetch: typeof globalThis.fetch;
  readonly sleep: (ms: number) => Promise<void>;
  /** Of [0, 1). */
  readonly random: () => number;
  readonly newKey: () => string;
}

export interface Api {
  /** Rejects with CliError where it is refused, and where it cannot be reached after TRIES_MAX attempts. */
  ask(method: Method, path: string, asked?: Asked): Promise<Answered>;
}

interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly decision?: string;
  readonly roles?: readonly string[];
  readonly errors?: readonly { readonly field: string; readonly expected: string }[];
}

export const createApi = ({ api, token }: Where, ports: ApiPorts): Api => ({
  ask: async (method, path, asked = {}) => {
    const { query = {}, body } = asked;
    const url = new URL(`${api}${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) {
        url.searchParams.set(name, String(value));
      }
    }
    const headers = { authorization: `Bearer ${token}`, ...headersOf(method, asked, ports) };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    return answered(await untilAnswered(ports, url, init));
  },
});

const headersOf = (
  method: Method,
  { body, ifMatch, dryRun, idempotencyKey }: Asked,
  { newKey }: ApiPorts,
): Record<string, string> => ({
  ...(method === 'GET' ? {} : { 'idempotency-key': idempotencyKey ?? newKey() }),
  ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
  ...(dryRun === true ? { 'dry-run': 'true' } : {}),
});

/** Sends it again, under the same key, while the API is busy, down or away. */
const untilAnswered = async (ports: ApiPorts, url: URL, init: RequestInit): Promise<Response> => {
  for (let tries = 1; ; tries += 1) {
    const response = await ports
      .fetch(url, { ...init, signal: AbortSignal.timeout(ATTEMPT_MS_MAX) })
      .catch(() => undefined);
    const mayBeBetter = response === undefined || response.status === 429 || response.status >= 500;
    if (!mayBeBetter) {
      return response;
    }
    if (tries === TRIES_MAX) {
      if (response !== undefined) {
        return response;
      }
      throw new CliError(
        EXIT.unreachable,
        `${url.origin} cannot be reached.`,
        'Is the system up? Repeat the command: what was sent already is made once.',
      );
    }
    const asked = Number(response?.headers.get('retry-after') ?? 0);
    const pauseMs = PAUSE_MS * 2 ** (tries - 1) * (1 + ports.random());
    await ports.sleep(Math.max(pauseMs, Math.min(asked || 0, RETRY_AFTER_S_MAX) * 1000));
  }
};

const answered = async (response: Response): Promise<Answered> => {
  const body = (await response.json().catch(() => ({}))) as Answered['body'];
  if (!response.ok) {
    throw refusalOf(response.status, body as Problem);
  }
  const etag = response.headers.get('etag');
  return { status: response.status, body, ...(etag === null ? {} : { etag }) };
};

const ADVICE: Readonly<Record<string, string>> = {
  token_required: 'Sign in again: cosmopay login, or a new access token in COSMOPAY_TOKEN.',
  version_stale: 'Somebody was faster: look at it again, then repeat the change.',
  idempotency_key_reused: 'Leave --idempotency-key out, or choose another for another change.',
  second_person_required: 'Let another person with the role run `cosmopay approval approve`.',
};

const refusalOf = (status: number, problem: Problem): CliError => {
  const { code = `http_${status}`, title = 'The API refused this.', detail, decision } = problem;
  const errors = (problem.errors ?? []).map(({ field, expected }) => `  ${field}: ${expected}`);
  const roles =
    problem.roles === undefined ? [] : [`  one of the roles: ${problem.roles.join(', ')}`];
  const first = [`${code}: ${title}`, detail, decision && `Decision: ${decision}.`];
  return new CliError(
    status >= 500 ? EXIT.unreachable : EXIT.refused,
    [first.filter(Boolean).join(' '), ...errors, ...roles].join('\n'),
    ADVICE[code] ?? `See ${code} in docs/errors.md.`,
  );
};
