/** Which API is asked, and as whom: by flag, by environment, else the local system of this folder. */
import { existsSync, readFileSync } from 'node:fs';
import { CliError, EXIT } from './cli-error.ts';

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

/** Throws CliError where nothing is found. A flag goes before the environment, either before the local system; never half of one. */
export const whereOf = (flags: WhereFlags, env: Environment): Where => {
  const api = flags.api ?? env.COSMOPAY_API;
  const token = flags.token ?? env.COSMOPAY_TOKEN;
  if (api !== undefined && token !== undefined) {
    return { api: api.replace(/\/+$/, ''), token };
  }
  if (api !== undefined) {
    throw new CliError(
      EXIT.usage,
      'There is no access token for that API.',
      'Put one of the operator pool into COSMOPAY_TOKEN.',
    );
  }
  return localSystem(token, env);
};

const localSystem = (token: string | undefined, env: Environment): Where => {
  const file = `${env.COSMOPAY_DIR ?? '.cosmopay'}/${LOCAL_FILE}`;
  if (!existsSync(file)) {
    throw new CliError(
      EXIT.usage,
      'No system is up in this folder, and no other is named.',
      'Run `npm start` in another terminal, or set COSMOPAY_API and COSMOPAY_TOKEN.',
    );
  }
  const { admin } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly admin: { readonly url: string; readonly token: string };
  };
  return { api: admin.url.replace(/\/+$/, ''), token: token ?? admin.token };
};
