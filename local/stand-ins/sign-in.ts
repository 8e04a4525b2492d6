/** The demo's sign-in, in place of the user pool's pages: authorisation code with PKCE as there, and one asks who one wants to be. On this machine only. */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { ROLES, type Role } from '#functions/admin-api/access/roles.ts';
import { type AccessTokens, CLIENT_ID, EVERYBODY } from '../access-tokens.ts';
import { listen } from './listen.ts';

const HOST = '127.0.0.1';
/** Seconds that a token of the console lasts, as the pool's do. */
const TOKEN_S = 3_600;
/** Milliseconds in which a code has to be used, and codes that wait at most: a person signs in one at a time. */
const CODE_MS = 60_000;
const CODES_MAX = 100;

interface Code {
  readonly subject: string;
  readonly roles: readonly Role[];
  readonly challenge: string;
  readonly redirectUri: string;
  readonly untilMs: number;
}

export interface LocalSignIn {
  /** Of its pages. */
  readonly url: string;
  close(): Promise<void>;
}

/** Who can be chosen: two who may do everything, since some changes need two, and one of each role. */
const PEOPLE: readonly { readonly subject: string; readonly roles: readonly Role[] }[] = [
  { subject: EVERYBODY.operator, roles: ROLES },
  { subject: EVERYBODY.approver, roles: ROLES },
  ...ROLES.map((role) => ({ subject: `local-${role}`, roles: [role] })),
];

/** Resolves once it listens. */
export const startSignIn = async (tokens: AccessTokens): Promise<LocalSignIn> => {
  const codes = new Map<string, Code>();
  const server = createServer((request, response) => {
    answer({ tokens, codes }, request, response).catch(() => response.writeHead(400).end());
  });
  const { port, close } = await listen(server, 0, HOST);
  return { url: `http://${HOST}:${port}`, close };
};

interface Desk {
  readonly tokens: AccessTokens;
  readonly codes: Map<string, Code>;
}

const answer = async (
  desk: Desk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
  switch (`${request.method} ${pathname}`) {
    case 'GET /oauth2/authorize':
      return authorize(desk, searchParams, response);
    case 'POST /oauth2/token':
      return exchange(desk, new URLSearchParams(await text(request)), response);
    case 'GET /logout':
      return redirect(response, loopback(searchParams.get('logout_uri')));
    default:
      response.writeHead(404).end();
  }
};

/** Only to this machine: a code is as good as a key. */
const loopback = (uri: string | null): string => {
  const { protocol, hostname, href } = new URL(uri ?? '');
  if (protocol !== 'http:' || !['127.0.0.1', 'localhost'].includes(hostname)) {
    throw new Error('not an address of this machine');
  }
  return href;
};

const redirect = (response: ServerResponse, location: string): void => {
  response.writeHead(302, { location, 'cache-control': 'no-store' }).end();
};

const authorize = ({ codes }: Desk, asked: URLSearchParams, response: ServerResponse): void => {
  const redirectUri = loopback(asked.get('redirect_uri'));
  const challenge = asked.get('code_challenge') ?? '';
  if (
    asked.get('client_id') !== CLIENT_ID ||
    asked.get('response_type') !== 'code' ||
    asked.get('code_challenge_method') !== 'S256' ||
    challenge === ''
  ) {
    throw new Error('not what the console asks');
  }
  const person = PEOPLE.find(({ subject }) => subject === asked.get('as'));
  if (person === undefined) {
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
      .end(choicePage(asked));
    return;
  }
  const code = randomUUID();
  for (const old of [...codes.keys()].slice(0, Math.max(0, codes.size - CODES_MAX + 1))) {
    codes.delete(old);
  }
  codes.set(code, { ...person, challenge, redirectUri, untilMs: Date.now() + CODE_MS });
  const back = new URL(redirectUri);
  back.searchParams.set('code', code);
  back.searchParams.set('state', asked.get('state') ?? '');
  redirect(response, back.href);
};

const exchange = (
  { codes, tokens }: Desk,
  asked: URLSearchParams,
  response: ServerResponse,
): void => {
  const name = asked.get('code') ?? '';
  const code = codes.get(name);
  codes.delete(name);
  const challenge = createHash('sha256')
    .update(asked.get('code_verifier') ?? '')
    .digest('base64url');
  const isRight =
    code !== undefined &&
    code.untilMs >= Date.now() &&
    code.challenge === challenge &&
    code.redirectUri === asked.get('redirect_uri') &&
    asked.get('grant_type') === 'authorization_code' &&
    asked.get('client_id') === CLIENT_ID;
  response.writeHead(isRight ? 200 : 400, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify(
      isRight
        ? {
            access_token: tokens.tokenFor(code.subject, code.roles),
            token_type: 'Bearer',
            expires_in: TOKEN_S,
          }
        : { error: 'invalid_grant' },
    ),
  );
};

const escaped = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

const choicePage = (asked: URLSearchParams): string => {
  const links = PEOPLE.map(({ subject, roles }) => {
    const query = new URLSearchParams([...asked.entries(), ['as', subject]]).toString();
    return `<li><a href="?${escaped(query)}"><strong>${subject}</strong><br><small>${roles.join(', ')}</small></a></li>`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign in · Cosmopay</title><style>
:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem}
ul{list-style:none;padding:0}a{display:block;padding:.7rem 1rem;margin:.5rem 0;border:1px solid light-dark(#8d7f80,#7d7282);border-radius:.6rem;color:inherit;text-decoration:none}
a:hover,a:focus-visible{outline:3px solid light-dark(#8a2f4d,#ff9dbb)}</style></head><body><h1>Who are you?</h1>
<p>This is the local system: no password. Deployed, the user pool asks for one, and for a second factor. 로컬 시스템에는 비밀번호가 없습니다. 本机系统无需密码。</p><ul>${links.join('')}</ul></body></html>`;
};
