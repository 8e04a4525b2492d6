/** Settings of the compiler, read once and checked once. */
import * as z from 'zod/mini';

const Environment = z.object({
  TABLE_NAME: z.string().check(z.minLength(1)),
  COMPILE_QUEUE_URL: z.url(),
});

/** Throws, naming the setting at fault, if the environment is not complete. */
export const readCompilerConfig = (): { readonly table: string; readonly queueUrl: string } => {
  const { TABLE_NAME: table, COMPILE_QUEUE_URL: queueUrl } = Environment.parse(process.env);
  return { table, queueUrl };
};
