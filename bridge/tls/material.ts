/** Certificate and key of TLS: where they are, and how new ones are taken without a restart. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import type { TlsPlace } from '../config.ts';
import { TLS_RELOAD_MS } from '../limits.ts';
import { type BridgeLog, errorName } from '../log.ts';
import type { Ticker } from '../ports.ts';
import type { TlsMaterial } from './terminator.ts';

/** What a secret or a file holds; other fields, such as a generated one that nobody uses, are ignored. */
const Material = z.object({
  certificate: z.optional(z.string()),
  key: z.optional(z.string()),
  clientCa: z.optional(z.string()),
});

/** Reads the texts as they are now. */
export type ReadTls = () => Promise<TlsMaterial>;

/** From a file, a secret, or nowhere: then only pre-shared keys are served. Errors never carry what was read. */
export const createTlsReader = (
  { secretArn, file }: TlsPlace,
  readSecret: (arn: string) => Promise<string>,
): ReadTls => {
  if (file !== undefined) {
    return async () => parseMaterial(await readFile(file, 'utf8'));
  }
  return secretArn === undefined
    ? async () => ({})
    : async () => parseMaterial(await readSecret(secretArn));
};

const parseMaterial = (text: string): TlsMaterial => {
  const parsed = z.safeParse(Material, parseJson(text));
  if (!parsed.success) {
    throw new Error('the certificate of TLS is not in the form that it must have');
  }
  const { certificate, key, clientCa } = parsed.data;
  return {
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
    ...(clientCa === undefined ? {} : { clientCa }),
  };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export interface TlsReloader {
  /** Looks now, as at SIGHUP. Never rejects. */
  reload(): Promise<void>;
  close(): void;
}

/** Looks every TLS_RELOAD_MS; what cannot be read or does not fit together is logged, and the old stays in use. */
export const keepTlsFresh = (
  deps: {
    readonly read: ReadTls;
    readonly use: (material: TlsMaterial) => void;
    readonly ticker: Ticker;
    readonly log: BridgeLog;
  },
  first: TlsMaterial,
): TlsReloader => {
  let inUse = JSON.stringify(first);
  const reload = async (): Promise<void> => {
    try {
      const material = await deps.read();
      const text = JSON.stringify(material);
      if (text !== inUse) {
        deps.use(material);
        inUse = text;
        deps.log.write('info', 'tls_reloaded');
      }
    } catch (error) {
      deps.log.write('error', 'tls_not_reloaded', { error: errorName(error) });
    }
  };
  const close = deps.ticker.every(TLS_RELOAD_MS, () => void reload());
  return { reload, close };
};
