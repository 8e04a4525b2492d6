/** Settings of the bridge's process, read from the environment once. */
import * as z from 'zod/mini';
import { fromHex } from '#protocol/bytes.ts';
import { SLOTS_MAX } from '#protocol/limits.ts';
import type { BridgeSettings } from './bridge.ts';
import {
  CONNECTIONS_MAX,
  DRAIN_MS,
  FAILED_TAGS_MAX,
  FRAMES_BURST,
  FRAMES_PER_MINUTE,
  HEARTBEAT_S,
  MEMORY_MB_MAX,
  OUTBOX_MAX,
  PENDING_MAX,
  SHUT_OUT_MS,
  STRANGERS_PER_ADDRESS_MAX,
} from './limits.ts';
import type { LinkMasters } from './link-authenticator.ts';
import type { LogLevel } from './log.ts';

/** Where certificate and key of TLS are; both absent: only pre-shared keys are served. */
export interface TlsPlace {
  /** Of a secret with {"certificate", "key", "clientCa"}. */
  readonly secretArn?: string;
  /** A file with the same. */
  readonly file?: string;
}

/** Bounds that the environment may set. */
type Bounds = Pick<
  BridgeSettings,
  | 'heartbeatS'
  | 'connectionsMax'
  | 'strangersPerAddressMax'
  | 'failedTagsMax'
  | 'shutOutMs'
  | 'memoryBytesMax'
  | 'framesPerMinute'
  | 'framesBurst'
  | 'pendingMax'
  | 'outboxMax'
>;

export interface BridgeConfig extends Bounds {
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
  readonly drainMs: number;
  readonly tls: TlsPlace;
  readonly iso8583: BridgeSettings['iso8583'];
  readonly iso8583Ports: BridgeSettings['iso8583Ports'];
}

const BYTES_PER_MB = 1_000_000;
const number = (fallback: number, least: number, most: number) =>
  z._default(z.coerce.number().check(z.int(), z.gte(least), z.lte(most)), fallback);
/** 0: any free one. */
const port = z.coerce.number().check(z.int(), z.gte(0), z.lte(65_535));
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
  ISO8583_LENGTH: z._default(z.enum(['binary', 'binary-inclusive']), 'binary'),
  ISO8583_SWAP_TPDU: z._default(z.enum(['yes', 'no']), 'yes'),
  ISO8583_ASCII_PORT: z.optional(port),
  ISO8583_BCD_PORT: z.optional(port),
  TLS_SECRET_ARN: z.optional(z.string()),
  TLS_FILE: z.optional(z.string()),
  HEARTBEAT_S: number(HEARTBEAT_S, 10, 900),
  CONNECTIONS_MAX: number(CONNECTIONS_MAX, 1, 60_000),
  STRANGERS_PER_ADDRESS_MAX: number(STRANGERS_PER_ADDRESS_MAX, 1, 60_000),
  FAILED_TAGS_MAX: number(FAILED_TAGS_MAX, 1, 100_000),
  SHUT_OUT_MS: number(SHUT_OUT_MS, 0, 86_400_000),
  MEMORY_MB_MAX: number(MEMORY_MB_MAX, 64, 65_536),
  FRAMES_PER_MINUTE: number(FRAMES_PER_MINUTE, 0, 60_000),
  FRAMES_BURST: number(FRAMES_BURST, 1, 1_000),
  PENDING_MAX: number(PENDING_MAX, 1, 100_000),
  OUTBOX_MAX: number(OUTBOX_MAX, 1, 100_000),
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

const boundsOf = (values: z.infer<typeof Environment>): Bounds => ({
  heartbeatS: values.HEARTBEAT_S,
  connectionsMax: values.CONNECTIONS_MAX,
  strangersPerAddressMax: values.STRANGERS_PER_ADDRESS_MAX,
  failedTagsMax: values.FAILED_TAGS_MAX,
  shutOutMs: values.SHUT_OUT_MS,
  memoryBytesMax: values.MEMORY_MB_MAX * BYTES_PER_MB,
  framesPerMinute: values.FRAMES_PER_MINUTE,
  framesBurst: values.FRAMES_BURST,
  pendingMax: values.PENDING_MAX,
  outboxMax: values.OUTBOX_MAX,
});

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
    drainMs: values.DRAIN_MS,
    tls: {
      ...(values.TLS_SECRET_ARN === undefined ? {} : { secretArn: values.TLS_SECRET_ARN }),
      ...(values.TLS_FILE === undefined ? {} : { file: values.TLS_FILE }),
    },
    iso8583: { length: values.ISO8583_LENGTH, swapTpdu: values.ISO8583_SWAP_TPDU === 'yes' },
    iso8583Ports: {
      ...(values.ISO8583_ASCII_PORT === undefined ? {} : { ascii: values.ISO8583_ASCII_PORT }),
      ...(values.ISO8583_BCD_PORT === undefined ? {} : { bcd: values.ISO8583_BCD_PORT }),
    },
    ...boundsOf(values),
  });
};
