/** Settings of the enrolment, read once and checked once. */
import * as z from 'zod/mini';

const Name = z.string().check(z.minLength(1));
const Environment = z.object({
  TABLE_NAME: Name,
  LINK_SECRET_ARN: Name,
  MESSAGE_SECRET_ARN: Name,
});

/** Throws, naming the setting at fault, if the environment is not complete. */
export const readEnrolConfig = (): {
  readonly table: string;
  readonly linkSecretArn: string;
  readonly messageSecretArn: string;
} => {
  const parsed = Environment.parse(process.env);
  return {
    table: parsed.TABLE_NAME,
    linkSecretArn: parsed.LINK_SECRET_ARN,
    messageSecretArn: parsed.MESSAGE_SECRET_ARN,
  };
};
