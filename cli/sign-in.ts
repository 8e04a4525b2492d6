/** Signing in at an API's user pool from a terminal window: authorisation code with PKCE (RFC 7636), brought back by the browser to this machine (RFC 8252). */
import { createHash } from 'node:crypto';
import { CliError, EXIT } from './cli-error.ts';
import type { Session } from './sessions.ts';

/** Port of this machine that the pool sends the browser back to; the pool knows no other (infra/settings.ts). */
export const SIGN_IN_PORT = 7099;
/** Milliseconds in which a person has to be done: finding the second factor takes a while. */
export const SIGN_IN_MS_MAX = 600_000;
const ATTEMPT_MS_MAX = 30_000;

export interface SignInPorts {
  readonly fetch: typeof globalThis.fetch;
  readonly nowMs: () => number;
  /** Text that nobody guesses, fit for an address: 256 bits. */
  readonly secret: () => string;
  /** What the browser brings to `/signed-in` of this port, once; rejects where it cannot listen, or after `withinMs`. */
  readonly receive: (port: number, withinMs: number) => Promise<URLSearchParams>;
  readonly tell: (text: string) => void;
}

interface Pool {
  readonly signInUrl: string;
  readonly clientId: string;
}

/** Rejects with CliError. */
export const signIn = async (api: string, ports: SignInPorts): Promise<Session> => {
  const pool = await poolOf(api, ports);
  const [state, verifier] = [ports.secret(), ports.secret()];
  const back = `http://localhost:${SIGN_IN_PORT}/signed-in`;
  const address = new URL(`${pool.signInUrl}/oauth2/authorize`);
  address.search = new URLSearchParams({
    client_id: pool.clientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: back,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const received = ports.receive(SIGN_IN_PORT, SIGN_IN_MS_MAX);
  ports.tell(`Open this in a browser on this machine:\n\n${address.href}\n`);
  const brought = await received.catch(() => {
    throw new CliError(
      EXIT.usage,
      `Nobody signed in within ten minutes, or port ${SIGN_IN_PORT} is taken.`,
      'Run it again, and open the address that it tells.',
    );
  });
  const code = brought.get('code');
  if (code === null || brought.get('state') !== state) {
    throw failed('The browser came back without the code of this sign-in.');
  }
  return exchange(pool, { code, verifier, back }, ports);
};

const poolOf = async (api: string, { fetch }: SignInPorts): Promise<Pool> => {
  const answer = await fetch(`${api}/sign-in`, { signal: AbortSignal.timeout(ATTEMPT_MS_MAX) })
    .then(async (response) => (response.ok ? ((await response.json()) as Pool) : undefined))
    .catch(() => undefined);
  if (answer === undefined) {
    throw new CliError(
      EXIT.unreachable,
      `${api} does not tell where one signs in.`,
      'Is it the address of an admin API (AdminUrl), and is the system up?',
    );
  }
  return answer;
};

const exchange = async (
  { signInUrl, clientId }: Pool,
  { code, verifier, back }: Readonly<Record<'code' | 'verifier' | 'back', string>>,
  { fetch, nowMs }: SignInPorts,
): Promise<Session> => {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: back,
    code,
    code_verifier: verifier,
  });
  const response = await fetch(`${signInUrl}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
    signal: AbortSignal.timeout(ATTEMPT_MS_MAX),
  }).catch(() => undefined);
  const { access_token: token, expires_in: forS } = ((await response
    ?.json()
    .catch(() => undefined)) ?? {}) as {
    readonly access_token?: string;
    readonly expires_in?: number;
  };
  if (response?.ok !== true || token === undefined || forS === undefined) {
    throw failed('The user pool did not take the code.');
  }
  return { token, untilMs: nowMs() + forS * 1000 };
};

const failed = (message: string): CliError =>
  new CliError(EXIT.refused, message, 'Run it again: a code is good for one try, and for minutes.');
