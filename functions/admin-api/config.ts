/** Settings of the admin API, read once and checked once. */
import * as z from 'zod/mini';

const Name = z.string().check(z.minLength(1));
const Environment = z.object({
  TABLE_NAME: Name,
  IDENTIFIER_SECRET_ARN: Name,
  COMPILE_QUEUE_URL: z.url(),
  USER_POOL_ID: z.string().check(z.regex(/^[\w-]+_[A-Za-z0-9]+$/)),
  USER_POOL_CLIENT_ID: Name,
  TOKEN_KEYS: z.string(),
  SIGN_IN_URL: z.url(),
  CONSOLE_URL: z.url(),
  BRIDGE_ADDRESS: z.string().check(z.regex(/^[^\s:]+:\d{1,5}$/)),
  AWS_ENDPOINT_URL_DYNAMODB: z.optional(z.url()),
});

/** Where a key of one's own may sign tokens: the table is on this machine, so there is nothing to protect from it. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

export interface AdminConfig {
  readonly table: string;
  readonly identifierSecretArn: string;
  readonly compileQueueUrl: string;
  readonly userPoolId: string;
  readonly clientId: string;
  /** Of the pool's sign-in pages, without a slash at the end. */
  readonly signInUrl: string;
  /** With a slash at the end. */
  readonly consoleUrl: string;
  /** Where modems connect, `host:port`. */
  readonly bridge: string;
  /** In place of the keys of the pool (JSON Web Key Set); only where the table is on this machine. */
  readonly tokenKeys?: string;
}

/** Throws, naming the settings at fault, if the environment is not complete. */
export const parseAdminConfig = (
  env: Readonly<Record<string, string | undefined>>,
): AdminConfig => {
  const parsed = Environment.parse(env);
  const tokenKeys = parsed.TOKEN_KEYS;
  if (tokenKeys !== '' && !isLoopback(parsed.AWS_ENDPOINT_URL_DYNAMODB)) {
    throw new Error('TOKEN_KEYS are for a table on this machine only: sign in through the pool.');
  }
  return {
    table: parsed.TABLE_NAME,
    identifierSecretArn: parsed.IDENTIFIER_SECRET_ARN,
    compileQueueUrl: parsed.COMPILE_QUEUE_URL,
    userPoolId: parsed.USER_POOL_ID,
    clientId: parsed.USER_POOL_CLIENT_ID,
    signInUrl: parsed.SIGN_IN_URL,
    consoleUrl: parsed.CONSOLE_URL,
    bridge: parsed.BRIDGE_ADDRESS,
    ...(tokenKeys === '' ? {} : { tokenKeys }),
  };
};

export const readAdminConfig = (): AdminConfig => parseAdminConfig(process.env);

const isLoopback = (url: string | undefined): boolean =>
  url !== undefined && LOOPBACK.has(new URL(url).hostname);
