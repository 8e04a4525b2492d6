/** Access tokens of the local system: as the user pool's are, signed by a key that is made at every start and never leaves this process. */
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { ROLES, type Role } from '#functions/admin-api/access/roles.ts';

/** Days a token lasts: longer than one run of a laptop; the next start has another key. */
const TOKEN_DAYS = 30;
const MODULUS_BITS = 2_048;
const KEY_ID = 'local';
export const CLIENT_ID = 'local';
/** The two who may do everything. */
export const EVERYBODY = { operator: 'operator', approver: 'approver' } as const;

/** Of local.json: for scripts. */
export interface AdminAccess {
  readonly url: string;
  /** Of somebody who may do everything. */
  readonly token: string;
  /** Same, of somebody else: for what needs two. */
  readonly approver: string;
}

export interface AccessTokens {
  /** What the admin API is given in place of the template's settings. */
  readonly settings: Readonly<
    Record<'USER_POOL_ID' | 'USER_POOL_CLIENT_ID' | 'TOKEN_KEYS', string>
  >;
  /** A token of somebody with these roles; absent: all of them. */
  tokenFor(subject: string, roles?: readonly Role[]): string;
  adminAt(url: string): AdminAccess;
}

export const createAccessTokens = (region: string): AccessTokens => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: MODULUS_BITS });
  const poolId = `${region}_Local`;
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' };
  const tokenFor: AccessTokens['tokenFor'] = (subject, roles = ROLES) => {
    const nowS = Math.floor(Date.now() / 1000);
    const signed = [
      { alg: 'RS256', kid: KEY_ID },
      {
        sub: subject,
        iss: `https://cognito-idp.${region}.amazonaws.com/${poolId}`,
        client_id: CLIENT_ID,
        token_use: 'access',
        scope: 'openid',
        'cognito:groups': roles,
        auth_time: nowS,
        iat: nowS,
        exp: nowS + TOKEN_DAYS * 86_400,
        jti: randomUUID(),
        username: subject,
      },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('sha256', Buffer.from(signed), privateKey).toString('base64url');
    return `${signed}.${signature}`;
  };
  return {
    settings: {
      USER_POOL_ID: poolId,
      USER_POOL_CLIENT_ID: CLIENT_ID,
      TOKEN_KEYS: JSON.stringify({ keys: [jwk] }),
    },
    tokenFor,
    adminAt: (url) => ({
      url,
      token: tokenFor(EVERYBODY.operator),
      approver: tokenFor(EVERYBODY.approver),
    }),
  };
};
