/** The payment providers of this system, from settings and keys: none unless an operator names some. */
import * as z from 'zod/mini';
import { createHttpAcquirer } from '#adapters/acquirer-http/http-acquirer.ts';
import type { PaymentProvider, Providers } from '#core/provider.ts';
import { timingsOf } from '#core/provider-timings.ts';

/** Characters of a provider's name: it is part of a ledger account. */
const NAME_LENGTH_MAX = 32;

const Name = z.string().check(z.regex(/^[a-z][a-z0-9-]*$/), z.maxLength(NAME_LENGTH_MAX));
const Settings = z.record(
  Name,
  z.discriminatedUnion('adapter', [
    z.object({
      adapter: z.literal('http-acquirer'),
      /** Without a trailing slash. */
      url: z.url().check(z.regex(/^https?:\/\/.*[^/]$/)),
    }),
  ]),
);
const Keys = z.record(z.string(), z.string().check(z.minLength(1)));

/** A provider that speaks the acquirer API of docs/providers.md. */
export interface HttpAcquirerSetting {
  readonly adapter: 'http-acquirer';
  readonly url: string;
}

/** By provider: which adapter speaks to it, and where. */
export type ProviderSettings = Readonly<Record<string, HttpAcquirerSetting>>;

/** Environment that `pay` and the janitor have in common. */
export interface ProviderConfig {
  readonly settings: ProviderSettings;
  /** Of the secret with the keys; read only where there are settings. */
  readonly secretArn: string;
}

/** From `PROVIDERS` and `PROVIDER_SECRET_ARN`; both may be left out. Throws where they are there and wrong. */
export const parseProviderConfig = (
  env: Readonly<Record<string, string | undefined>>,
): ProviderConfig => {
  const settings = Settings.parse(JSON.parse(env.PROVIDERS ?? '{}'));
  const secretArn = env.PROVIDER_SECRET_ARN ?? '';
  if (Object.keys(settings).length > 0 && secretArn === '') {
    throw new Error('PROVIDERS needs PROVIDER_SECRET_ARN.');
  }
  return { settings, secretArn };
};

/** By name. Reads no secret where no provider is named; errors never carry a key. */
export const createProviders = async (
  { settings, secretArn }: ProviderConfig,
  readSecret: (arn: string) => Promise<string>,
): Promise<Providers> => {
  const named = Object.entries(settings);
  if (named.length === 0) {
    return new Map();
  }
  const keys = parseKeys(await readSecret(secretArn));
  return new Map(named.map(([name, setting]) => [name, createProvider(name, setting, keys)]));
};

const parseKeys = (text: string): Readonly<Record<string, string>> => {
  try {
    return Keys.parse(JSON.parse(text));
  } catch {
    // The error of a parser quotes what it read: it ends here.
    throw new Error('The secret of the providers does not have the form it should have.');
  }
};

const createProvider = (
  name: string,
  { url }: HttpAcquirerSetting,
  keys: Readonly<Record<string, string>>,
): PaymentProvider => {
  const apiKey = Object.hasOwn(keys, name) ? keys[name] : undefined;
  if (apiKey === undefined) {
    throw new Error(`The secret of the providers has no key for ${name}.`);
  }
  return createHttpAcquirer({ name, baseUrl: url, apiKey, timings: timingsOf(name) });
};
