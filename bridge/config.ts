/** Settings of the bridge's process, read from the environment once. */
import * as z from 'zod/mini';
import { fromHex } from '#protocol/bytes.ts';
import { SLOTS_MAX } from '#protocol/limits.ts';
import { CONNECTIONS_MAX, DRAIN_MS, HEARTBEAT_S, PENDING_MAX } from './limits.ts';
import type { LinkMasters } from './link-authenticator.ts';
import type { LogLevel } from './log.ts';

export interface BridgeConfig {
  readonly bindHost: string;
  /** Address of the health page: that of the bridge unless said otherwise. */
  readonly healthHost: string;
  readonly bridgePort: number;
  readonly healthPort: number;
  readonly tableName: string;
  readonly requestQueueUrl: string;
  /** Index = slot. */
  readonly replyQueueUrls: readonly string[];
  readonly linkMasters: LinkMasters;
  readonly logLevel: LogLevel;
  readonly heartbeatS: number;
  readonly connectionsMax: number;
  readonly pendingMax: number;
  readonly drainMs: number;
}

const number = (fallback: number, least: number, most: number) =>
  z._default(z.coerce.number().check(z.int(), z.gte(least), z.lte(most)), fallback);
const HEX_KEY = /^[0-9a-f]{64}$/;
const Master = z.object({
  current: z.string().check(z.regex(HEX_KEY)),
  previous: z.optional(z.string().check(z.regex(HEX_KEY))),
});
const Urls = z.array(z.url()).check(z.minLength(1), z.maxLength(SLOTS_MAX));
const Environment = z.object({
  BIND_HOST: z._default(z.string(), '0.0.0.0'),
  HEALTH_HOST: z.optional(z.string()),
  BRIDGE_PORT: number(7010, 0, 65_535),
  HEALTH_PORT: number(7011, 0, 65_535),
  TABLE_NAME: z.string().check(z.minLength(3)),
  REQUEST_QUEUE_URL: z.url(),
  REPLY_QUEUE_URLS: z.string(),
  LINK_MASTER: z.string(),
  LOG_LEVEL: z._default(z.enum(['debug', 'info', 'warn', 'error']), 'info'),
  HEARTBEAT_S: number(HEARTBEAT_S, 10, 900),
  CONNECTIONS_MAX: number(CONNECTIONS_MAX, 1, 60_000),
  PENDING_MAX: number(PENDING_MAX, 1, 100_000),
  DRAIN_MS: number(DRAIN_MS, 0, 115_000),
});

/** Names the variable that is wrong; a value, which may be a secret, never gets into the message. */
const invalid = (name: string): Error => new Error(`the environment variable ${name} is invalid`);

const parseJson = <T>(name: string, text: string, schema: z.ZodMiniType<T>): T => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid(name);
  }
  const parsed = z.safeParse(schema, json);
  if (!parsed.success) {
    throw invalid(name);
  }
  return parsed.data;
};

const masterBytes = (hex: string): Uint8Array => {
  const bytes = fromHex(hex);
  if (!bytes) {
    throw invalid('LINK_MASTER');
  }
  return bytes;
};

/** Throws on the first variable that is missing or invalid. */
export const readConfig = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
): BridgeConfig => {
  const parsed = z.safeParse(Environment, environment);
  if (!parsed.success) {
    throw invalid(String(parsed.error.issues[0]?.path[0] ?? ''));
  }
  const values = parsed.data;
  const { current, previous } = parseJson('LINK_MASTER', values.LINK_MASTER, Master);
  return Object.freeze({
    bindHost: values.BIND_HOST,
    healthHost: values.HEALTH_HOST ?? values.BIND_HOST,
    bridgePort: values.BRIDGE_PORT,
    healthPort: values.HEALTH_PORT,
    tableName: values.TABLE_NAME,
    requestQueueUrl: values.REQUEST_QUEUE_URL,
    replyQueueUrls: parseJson('REPLY_QUEUE_URLS', values.REPLY_QUEUE_URLS, Urls),
    linkMasters: {
      current: masterBytes(current),
      ...(previous === undefined ? {} : { previous: masterBytes(previous) }),
    },
    logLevel: values.LOG_LEVEL,
    heartbeatS: values.HEARTBEAT_S,
    connectionsMax: values.CONNECTIONS_MAX,
    pendingMax: values.PENDING_MAX,
    drainMs: values.DRAIN_MS,
  });
};
