/** Signing in at the user pool: authorisation code with PKCE (RFC 7636), so that nothing secret is kept here. */
import { createHash } from 'node:crypto';

/** Milliseconds that the pool may take to turn a code into a token: whoever signs in waits for it. */
const TOKEN_MS_MAX = 5_000;
/** Bytes of a state and of a verifier: as much as SHA-256 holds. */
export const SECRET_BYTES = 32;

export interface SignInSettings {
  /** Of the pool's sign-in pages, without a slash at the end. */
  readonly signInUrl: string;
  readonly clientId: string;
  /** Of the console, with a slash at the end. */
  readonly consoleUrl: string;
}

export interface ConsoleSettings extends SignInSettings {
  /** Where modems connect: `host:port`. */
  readonly bridge: string;
}

export interface SignedIn {
  readonly token: string;
  /** Seconds. */
  readonly forS: number;
}

export interface SignIn {
  /** Where a browser goes to say who it is. */
  urlFor(state: string, verifier: string): string;
  /** The token for a code; undefined where the pool refuses it. Rejects where it cannot be asked. */
  exchange(code: string, verifier: string): Promise<SignedIn | undefined>;
  /** Where a browser goes to be forgotten. */
  readonly signOutUrl: string;
}

export const createSignIn = (
  { signInUrl, clientId, consoleUrl }: SignInSettings,
  fetch: typeof globalThis.fetch,
): SignIn => {
  const callback = `${consoleUrl}signed-in`;
  const url = (path: string, query: Readonly<Record<string, string>>): string =>
    `${signInUrl}${path}?${new URLSearchParams(query)}`;
  return {
    urlFor: (state, verifier) =>
      url('/oauth2/authorize', {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: callback,
        scope: 'openid',
        state,
        code_challenge_method: 'S256',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      }),
    exchange: async (code, verifier) => {
      const response = await fetch(`${signInUrl}/oauth2/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: clientId,
          redirect_uri: callback,
          code,
          code_verifier: verifier,
        }).toString(),
        signal: AbortSignal.timeout(TOKEN_MS_MAX),
      });
      if (response.status >= 500) {
        throw new Error(`the sign-in answers ${response.status}`);
      }
      const { access_token: token, expires_in: forS } = (await response.json()) as {
        readonly access_token?: unknown;
        readonly expires_in?: unknown;
      };
      return response.ok && typeof token === 'string' && typeof forS === 'number'
        ? { token, forS }
        : undefined;
    },
    signOutUrl: url('/logout', { client_id: clientId, logout_uri: consoleUrl }),
  };
};
