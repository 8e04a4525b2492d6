/** Which API is asked, and as whom: by flag, by environment, else the local system of this folder, else where one is signed in. */
import { existsSync, readFileSync } from 'node:fs';
import { CliError, EXIT } from './cli-error.ts';
import type { Session } from './sessions.ts';

export interface Where {
  /** Without a slash at its end. */
  readonly api: string;
  readonly token: string;
}

export interface WhereFlags {
  readonly api?: string;
  readonly token?: string;
}
type Environment = Readonly<Record<string, string | undefined>>;

/** Written by `npm start` once the local system is ready. */
const LOCAL_FILE = 'local.json';

/** Throws CliError where nothing is found. A flag goes before the environment, either before the rest; never half of one. `sessions`: those of `login`. */
export const whereOf = (
  flags: WhereFlags,
  env: Environment,
  sessions: ReadonlyMap<string, Session>,
): Where => {
  const token = flags.token ?? env.COSMOPAY_TOKEN;
  const named = namedApi(flags, env);
  if (named === undefined) {
    return localSystem(token, env) ?? onlySession(sessions);
  }
  const known = token ?? sessions.get(named)?.token;
  if (known === undefined) {
    throw new CliError(
      EXIT.usage,
      'There is no access token for that API.',
      `Sign in: cosmopay login --api ${named}, or put a token into COSMOPAY_TOKEN.`,
    );
  }
  return { api: named, token: known };
};

/** The API alone, for signing in. Throws CliError where none is named and no system is up here. */
export const apiOf = (flags: WhereFlags, env: Environment): string => {
  const api = namedApi(flags, env) ?? localSystem('', env)?.api;
  if (api === undefined) {
    throw NOWHERE;
  }
  return api;
};

const namedApi = (flags: WhereFlags, env: Environment): string | undefined =>
  (flags.api ?? env.COSMOPAY_API)?.replace(/\/+$/, '');

const NOWHERE: CliError = new CliError(
  EXIT.usage,
  'No system is up in this folder, and no other is named.',
  'Run `npm start` in another terminal, or `cosmopay login --api <AdminUrl>`.',
);

const localSystem = (token: string | undefined, env: Environment): Where | undefined => {
  const file = `${env.COSMOPAY_DIR ?? '.cosmopay'}/${LOCAL_FILE}`;
  if (!existsSync(file)) {
    return undefined;
  }
  const { admin } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly admin: { readonly url: string; readonly token: string };
  };
  return { api: admin.url.replace(/\/+$/, ''), token: token ?? admin.token };
};

const onlySession = (sessions: ReadonlyMap<string, Session>): Where => {
  const [only, ...others] = sessions;
  if (only === undefined) {
    throw NOWHERE;
  }
  if (others.length > 0) {
    throw new CliError(
      EXIT.usage,
      'You are signed in at several APIs.',
      `Name one with --api or COSMOPAY_API: ${[...sessions.keys()].join(', ')}.`,
    );
  }
  const [api, { token }] = only;
  return { api, token };
};
