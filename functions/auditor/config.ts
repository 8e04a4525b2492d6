/** Settings of the auditor, read once and checked once. */
import * as z from 'zod/mini';

/** Shares at most: a day of hourly audits. */
const SHARES_MAX = 24;

const Environment = z.object({
  TABLE_NAME: z.string().check(z.minLength(1)),
  AUDIT_SHARES: z._default(
    z.coerce.number().check(z.int(), z.minimum(1), z.maximum(SHARES_MAX)),
    1,
  ),
});

/** Throws, naming the setting at fault, if the environment is not complete. `shares`: of accounts and totals, one in each hour. */
export const readAuditorConfig = (): { readonly table: string; readonly shares: number } => {
  const { TABLE_NAME, AUDIT_SHARES } = Environment.parse(process.env);
  return { table: TABLE_NAME, shares: AUDIT_SHARES };
};
