/** Signing in from a terminal window: what is asked of whom, what is kept, and what is not believed. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '#cli/program.ts';
import { receiveCode } from '#cli/receive-code.ts';
import { openSessions, type Session } from '#cli/sessions.ts';
import { SIGN_IN_MS_MAX, SIGN_IN_PORT } from '#cli/sign-in.ts';
import { whereOf } from '#cli/where.ts';
import { cliDeps, memorySessions } from '#test/support/cli-deps.ts';

const API = 'https://api.example/prod';
const POOL = { signInUrl: 'https://pool.example', clientId: 'client-1' };
const folder = mkdtempSync(join(tmpdir(), 'cli-session-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `browser`: what it brings back, of the address that was told. */
const login = async (
  options: {
    readonly browser?: (asked: URLSearchParams) => Record<string, string> | Error;
    readonly token?: () => Response | Error;
    readonly pool?: () => Response | Error;
  } = {},
) => {
  const kept = new Map<string, Session>();
  const told: string[] = [];
  const sent: URLSearchParams[] = [];
  const secrets = ['the-state', 'the-verifier'];
  const { browser = (asked) => ({ code: 'c-1', state: asked.get('state') ?? '' }) } = options;
  const answerOf = (made: Response | Error): Promise<Response> =>
    made instanceof Error ? Promise.reject(made) : Promise.resolve(made);
  const exit = await runCli(
    ['login', '--api', `${API}/`],
    cliDeps({
      env: {},
      fetch: async (url, init) => {
        if (String(url) === `${API}/sign-in`) {
          return answerOf(options.pool?.() ?? Response.json(POOL));
        }
        expect(String(url)).toBe(`${POOL.signInUrl}/oauth2/token`);
        sent.push(new URLSearchParams(String(init?.body)));
        return answerOf(
          options.token?.() ?? Response.json({ access_token: 'jwt', expires_in: 3600 }),
        );
      },
      nowMs: () => 1_000,
      secret: () => secrets.shift() ?? '',
      receive: async (port, withinMs) => {
        expect([port, withinMs]).toEqual([SIGN_IN_PORT, SIGN_IN_MS_MAX]);
        await Promise.resolve();
        const [, address = ''] = /(https:\S+)/.exec(told.join('\n')) ?? [];
        const brought = browser(new URL(address).searchParams);
        if (brought instanceof Error) {
          throw brought;
        }
        return new URLSearchParams(brought);
      },
      sessions: memorySessions(kept),
      out: (text) => void told.push(text),
      err: (text) => void told.push(text),
    }),
  );
  return { exit, kept, sent, told: told.join('\n') };
};

describe('login', () => {
  it('sends a browser to the pool, proves who asked, and keeps the token until it ends', async () => {
    const { exit, kept, sent, told } = await login();
    expect(exit).toBe(0);
    expect([...kept]).toEqual([[API, { token: 'jwt', untilMs: 3_601_000 }]]);
    const asked = new URL((/(https:\S+)/.exec(told) ?? [])[1] ?? '');
    expect(asked.origin + asked.pathname).toBe('https://pool.example/oauth2/authorize');
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      client_id: 'client-1',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'http://localhost:7099/signed-in',
      state: 'the-state',
      code_challenge: createHash('sha256').update('the-verifier').digest('base64url'),
      code_challenge_method: 'S256',
    });
    expect(sent[0]?.get('code_verifier')).toBe('the-verifier');
    expect(told).not.toContain('jwt');
  });

  it.each([
    ['another state', 1, { browser: () => ({ code: 'c-1', state: 'x' }) }],
    ['no code', 1, { browser: () => ({ state: 'the-state' }) }],
    ['nobody who came', 2, { browser: () => new Error('late') }],
    ['a code that the pool refuses', 1, { token: () => Response.json({}, { status: 400 }) }],
    ['a pool that is down', 1, { token: () => new Error('down') }],
    ['an answer without a token', 1, { token: () => Response.json({ expires_in: 1 }) }],
    ['an address of no API', 3, { pool: () => new Response('', { status: 404 }) }],
    ['an API that is away', 3, { pool: () => new Error('away') }],
  ])('with %s keeps nothing, and ends with %d', async (_what, code, options) => {
    const { exit, kept, told } = await login(options);
    expect(exit).toBe(code);
    expect(kept.size).toBe(0);
    expect(told.split('\n').length).toBeGreaterThan(1);
  });

  it('is forgotten by logout', async () => {
    const kept = new Map([[API, { token: 'jwt', untilMs: 9 }]]);
    const deps = cliDeps({ env: { COSMOPAY_API: API }, fetch, sessions: memorySessions(kept) });
    expect(await runCli(['logout'], deps)).toBe(0);
    expect(kept.size).toBe(0);
  });
});

describe('the sessions', () => {
  it('lie in a file that nobody else reads, and end with their token', () => {
    const sessions = openSessions({ XDG_CONFIG_HOME: folder });
    expect(sessions.all(0).size).toBe(0);
    sessions.put(API, { token: 'a', untilMs: 100 });
    sessions.put('https://b', { token: 'b', untilMs: 200 });
    expect([...sessions.all(99).keys()]).toEqual([API, 'https://b']);
    expect([...sessions.all(100).keys()]).toEqual(['https://b']);
    expect(statSync(join(folder, 'cosmopay', 'sessions.json')).mode & 0o777).toBe(0o600);
    sessions.remove('https://b');
    expect([...sessions.all(0).keys()]).toEqual([API]);
  });

  it('are used where one is named, or where there is only one', () => {
    const env = { COSMOPAY_DIR: join(folder, 'none') };
    const one = new Map([[API, { token: 'a', untilMs: 1 }]]);
    const two = new Map([...one, ['https://b', { token: 'b', untilMs: 1 }] as const]);
    expect(whereOf({}, env, one)).toEqual({ api: API, token: 'a' });
    expect(whereOf({ api: 'https://b/' }, env, two)).toEqual({ api: 'https://b', token: 'b' });
    expect(whereOf({ api: API, token: 'mine' }, env, two).token).toBe('mine');
    expect(() => whereOf({}, env, two)).toThrow('several');
    expect(() => whereOf({ api: 'https://c' }, env, two)).toThrow('no access token');
  });
});

describe('the way back', () => {
  it('is the first request to its path, on loopback', async () => {
    const port = 20_000 + (process.pid % 20_000);
    const received = receiveCode(port, 5_000);
    const at = `http://127.0.0.1:${port}`;
    expect((await fetch(`${at}/favicon.ico`)).status).toBe(404);
    expect((await fetch(`${at}/signed-in?code=c&state=s`)).status).toBe(200);
    expect(Object.fromEntries(await received)).toEqual({ code: 'c', state: 's' });
    await expect(receiveCode(port, 1)).rejects.toThrow('nobody came');
  });
});
