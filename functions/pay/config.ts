/** Settings and secrets of `pay`, read once and checked once. */
import * as z from 'zod/mini';
import type { IdentifierKeys } from '#core/identifier-hasher.ts';
import { fromHex } from '#protocol/bytes.ts';
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
const Key = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const MessageSecret = z.object({ current: Key, previous: z.optional(Key) });
const IdentifierSecret = z.object({
  pepper: Key,
  previousPepper: z.optional(Key),
  codeMaster: Key,
});

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

/** Master keys in the order to try them: the current generation, then the one before. Errors never carry the text. */
export const parseMessageSecret = (text: string): readonly Uint8Array[] => {
  const { current, previous } = parseSecret(MessageSecret, text);
  return [current, ...(previous === undefined ? [] : [previous])].map(bytesOf);
};

/** Keys of identifiers and one-time codes. Errors never carry the text. */
export const parseIdentifierSecret = (text: string): IdentifierKeys => {
  const { pepper, previousPepper, codeMaster } = parseSecret(IdentifierSecret, text);
  return {
    pepper: bytesOf(pepper),
    ...(previousPepper === undefined ? {} : { previousPepper: bytesOf(previousPepper) }),
    codeMaster: bytesOf(codeMaster),
  };
};

const parseSecret = <T>(schema: z.ZodMiniType<T>, text: string): T => {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // The error of a parser quotes what it read: it ends here.
    throw new Error('A secret does not have the form it should have.');
  }
};

const bytesOf = (hex: string): Uint8Array => {
  const bytes = fromHex(hex);
  if (bytes === undefined) {
    throw new Error('A key is not hexadecimal.');
  }
  return bytes;
};
