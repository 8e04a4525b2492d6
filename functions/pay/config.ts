/** Settings of `pay`, read once and checked once. */
import * as z from 'zod/mini';
import { SLOTS_MAX } from '#protocol/limits.ts';
import { type ProviderConfig, parseProviderConfig } from '../providers.ts';

/** Seconds a hold may last at most: a day, after which nobody waits for a vend. */
const HOLD_S_MAX = 86_400;

const Environment = z.object({
  TABLE_NAME: z.string().check(z.minLength(1)),
  REQUEST_QUEUE_URL: z.url(),
  PARKING_QUEUE_URL: z.url(),
  REPLY_QUEUE_URLS: z.string(),
  MESSAGE_SECRET_ARN: z.string().check(z.minLength(1)),
  IDENTIFIER_SECRET_ARN: z.string().check(z.minLength(1)),
  HOLD_SECONDS: z.coerce.number<string>().check(z.int(), z.minimum(1), z.maximum(HOLD_S_MAX)),
});
const ReplyQueueUrls = z.array(z.url()).check(z.minLength(1), z.maxLength(SLOTS_MAX));

export interface PayConfig {
  readonly table: string;
  readonly requestQueueUrl: string;
  readonly parkingQueueUrl: string;
  /** Index = slot. */
  readonly replyQueueUrls: readonly string[];
  readonly messageSecretArn: string;
  readonly identifierSecretArn: string;
  readonly holdS: number;
  readonly providers: ProviderConfig;
}

/** Throws, naming the settings at fault, if the environment is not complete. */
export const parsePayConfig = (env: Readonly<Record<string, string | undefined>>): PayConfig => {
  const parsed = Environment.parse(env);
  return Object.freeze({
    table: parsed.TABLE_NAME,
    requestQueueUrl: parsed.REQUEST_QUEUE_URL,
    parkingQueueUrl: parsed.PARKING_QUEUE_URL,
    replyQueueUrls: ReplyQueueUrls.parse(JSON.parse(parsed.REPLY_QUEUE_URLS)),
    messageSecretArn: parsed.MESSAGE_SECRET_ARN,
    identifierSecretArn: parsed.IDENTIFIER_SECRET_ARN,
    holdS: parsed.HOLD_SECONDS,
    providers: parseProviderConfig(env),
  });
};

/** The settings of this process. */
export const readPayConfig = (): PayConfig => parsePayConfig(process.env);
