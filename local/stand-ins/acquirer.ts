/** The demo's acquirer: the simulator behind every provider of the table of identifiers, with a key of its own. */
import { randomBytes } from 'node:crypto';
import { SCHEMES } from '#core/schemes.ts';
import { startSimulator } from '../acquirer-simulator/simulator.ts';
import type { Secrets } from './secrets.ts';

const HOST = '127.0.0.1';
const SECRET = 'acquirer-simulator';
const KEY_BYTES = 32;

export interface Acquirer {
  readonly url: string;
  /** Settings of the functions that call it, in place of the template's. */
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Resolves once it listens. Its books are gone when it closes. */
export const startAcquirer = async (secrets: Secrets): Promise<Acquirer> => {
  const names = SCHEMES.flatMap(({ provider }) => provider ?? []);
  const keysOf = (apiKey: string): string =>
    JSON.stringify(Object.fromEntries(names.map((name) => [name, apiKey])));
  const kept = secrets.ensure(SECRET, () => keysOf(randomBytes(KEY_BYTES).toString('hex')));
  const [apiKey = ''] = Object.values(JSON.parse(kept) as Record<string, string>);
  const { url, close } = await startSimulator({ port: 0, host: HOST, apiKey });
  const providers = names.map((name) => [name, { adapter: 'http-acquirer', url }] as const);
  return {
    url,
    close,
    settings: {
      PROVIDERS: JSON.stringify(Object.fromEntries(providers)),
      PROVIDER_SECRET_ARN: secrets.arn(SECRET),
    },
  };
};
