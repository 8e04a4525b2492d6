/** Settings of the deliveries, read once and checked once. */
import * as z from 'zod/mini';

const Environment = z.object({
  TABLE_NAME: z.string().check(z.minLength(1)),
  EVENTS_QUEUE_URL: z.url(),
  WEBHOOK_SECRET_ARN: z.string().check(z.minLength(1)),
  WEBHOOK_REACH: z.enum(['public', 'local']),
});

export interface WebhooksConfig {
  readonly table: string;
  readonly eventsQueueUrl: string;
  readonly secretArn: string;
  readonly reach: 'public' | 'local';
}

/** Throws, naming the setting at fault, if the environment is not complete. */
export const readWebhooksConfig = (): WebhooksConfig => {
  const parsed = Environment.parse(process.env);
  return {
    table: parsed.TABLE_NAME,
    eventsQueueUrl: parsed.EVENTS_QUEUE_URL,
    secretArn: parsed.WEBHOOK_SECRET_ARN,
    reach: parsed.WEBHOOK_REACH,
  };
};
