/** Settings of the admin API, read once and checked once. */
import * as z from 'zod/mini';

const Environment = z.object({
  TABLE_NAME: z.string().check(z.minLength(1)),
  ADMIN_TOKEN_SECRET_ARN: z.string().check(z.minLength(1)),
});
const Secret = z.object({ token: z.string().check(z.minLength(32)) });

export interface AdminConfig {
  readonly table: string;
  readonly tokenSecretArn: string;
}

/** Throws, naming the settings at fault, if the environment is not complete. */
export const readAdminConfig = (): AdminConfig => {
  const parsed = Environment.parse(process.env);
  return { table: parsed.TABLE_NAME, tokenSecretArn: parsed.ADMIN_TOKEN_SECRET_ARN };
};

/** The operator's token; errors never carry the text. */
export const parseTokenSecret = (text: string): string => {
  try {
    return Secret.parse(JSON.parse(text)).token;
  } catch {
    throw new Error('A secret does not have the form it should have.');
  }
};
