/** Access tokens of the Cognito user pool, to whoever is behind them: issuer, client, use, time and an RS256 signature of one of its keys. */
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { assertIsJwks, type Jwks, SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { isRole, type Principal } from './roles.ts';

/** Characters of a token at most: one with every group of Cognito's has a quarter of this. */
const TOKEN_LENGTH_MAX = 8_192;

/** The rest of its errors say that a token is wrong; these that its keys could not be fetched. */
const OUTAGES: ReadonlySet<string> = new Set(['FetchError', 'JwksNotAvailableInCacheError']);

export interface TokenSettings {
  readonly userPoolId: string;
  readonly clientId: string;
  /** Keys in place of those that the pool publishes (JSON): of the local system only. */
  readonly jwks?: string;
}

/** Undefined: no valid token. Rejects where the keys of the pool cannot be fetched. */
export type TokenVerifier = (token: string) => Promise<Principal | undefined>;

export const createTokenVerifier = (settings: TokenSettings): TokenVerifier => {
  const { userPoolId, clientId, jwks } = settings;
  const options = { userPoolId, clientId, tokenUse: 'access' } as const;
  const verifier =
    jwks === undefined
      ? CognitoJwtVerifier.create(options)
      : CognitoJwtVerifier.create(options, { jwksCache: fixedKeys(parseJwks(jwks)) });
  return async (token) => {
    if (token.length > TOKEN_LENGTH_MAX || !isRs256(token)) {
      return undefined;
    }
    try {
      const { sub, 'cognito:groups': groups = [] } = await verifier.verify(token);
      return { subject: sub, roles: groups.filter(isRole) };
    } catch (error) {
      if (error instanceof Error && OUTAGES.has(error.name)) {
        throw error;
      }
      return undefined;
    }
  };
};

/** Cognito signs with nothing else; the verifier would take RS384 too. */
const isRs256 = (token: string): boolean => {
  try {
    const [header = ''] = token.split('.');
    const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: unknown };
    return alg === 'RS256';
  } catch {
    return false;
  }
};

/** Knows these keys and fetches no other. */
const fixedKeys = (jwks: Jwks): SimpleJwksCache => {
  const cache = new SimpleJwksCache({
    fetcher: {
      fetch: () => Promise.resolve(new TextEncoder().encode(JSON.stringify(jwks)).buffer),
    },
  });
  return cache;
};

const parseJwks = (text: string): Jwks => {
  const jwks: unknown = JSON.parse(text);
  assertIsJwks(jwks as Jwks);
  return jwks as Jwks;
};
