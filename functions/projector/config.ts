/** Settings of the projector, read once and checked once. */
import * as z from 'zod/mini';

const Environment = z.object({ TABLE_NAME: z.string().check(z.minLength(1)) });

/** Throws, naming the setting at fault, if the environment is not complete. */
export const readProjectorConfig = (): { readonly table: string } => ({
  table: Environment.parse(process.env).TABLE_NAME,
});
