/** Tokens as Cognito makes them, and as whoever attacks would like to: written from RFC 7515 and 7519, with no code of ours. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export const POOL = 'ap-northeast-2_Test0001';
export const CLIENT = 'client-1';

const KID = 'key-1';
const ISSUER = `https://cognito-idp.ap-northeast-2.amazonaws.com/${POOL}`;
const HOUR_S = 3_600;

export interface Forge {
  /** Public half of the good key, as a JSON Web Key Set. */
  readonly jwks: string;
  token(claims?: object, header?: object): string;
  /** Signed by a key that is not the pool's. */
  strange(claims?: object): string;
  /** HMAC with the public key as its secret. */
  hmacWithPublicKey(): string;
  /** No signature, and a header that says so. */
  unsigned(): string;
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const createForge = (): Forge => {
  const good = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const other = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const nowS = Math.floor(Date.now() / 1000);
  const claimsOf = (more: object): object => ({
    sub: 'subject-1',
    iss: ISSUER,
    client_id: CLIENT,
    token_use: 'access',
    scope: 'openid',
    'cognito:groups': ['viewer'],
    iat: nowS - 10,
    exp: nowS + HOUR_S,
    ...more,
  });
  const signed = (key: KeyObject, claims: object, header: object = {}): string => {
    const content = `${part({ alg: 'RS256', kid: KID, ...header })}.${part(claimsOf(claims))}`;
    const { alg = 'RS256' } = header as { alg?: string };
    const hash = `sha${alg.slice(2)}`;
    return `${content}.${sign(hash, Buffer.from(content), key).toString('base64url')}`;
  };
  return {
    jwks: JSON.stringify({
      keys: [{ ...good.publicKey.export({ format: 'jwk' }), kid: KID, use: 'sig', alg: 'RS256' }],
    }),
    token: (claims = {}, header = {}) => signed(good.privateKey, claims, header),
    strange: (claims = {}) => signed(other.privateKey, claims),
    hmacWithPublicKey: () => {
      const content = `${part({ alg: 'HS256', kid: KID })}.${part(claimsOf({}))}`;
      const secret = good.publicKey.export({ format: 'pem', type: 'spki' });
      return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
    },
    unsigned: () => `${part({ alg: 'none', kid: KID })}.${part(claimsOf({}))}.`,
  };
};
