/** Settings of the publisher, read once and checked once. */
import * as z from 'zod/mini';

const Environment = z.object({
  TABLE_NAME: z.string().check(z.minLength(1)),
  EVENTS_QUEUE_URL: z.url(),
  PARKING_QUEUE_URL: z.url(),
});

export interface PublisherConfig {
  readonly table: string;
  readonly eventsQueueUrl: string;
  readonly parkingQueueUrl: string;
}

/** Throws, naming the setting at fault, if the environment is not complete. */
export const readPublisherConfig = (): PublisherConfig => {
  const parsed = Environment.parse(process.env);
  return {
    table: parsed.TABLE_NAME,
    eventsQueueUrl: parsed.EVENTS_QUEUE_URL,
    parkingQueueUrl: parsed.PARKING_QUEUE_URL,
  };
};
