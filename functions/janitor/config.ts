/** Settings of the janitor, read once and checked once. */
import * as z from 'zod/mini';
import { type ProviderConfig, parseProviderConfig } from '../providers.ts';

const Environment = z.object({ TABLE_NAME: z.string().check(z.minLength(1)) });

export interface JanitorConfig {
  readonly table: string;
  readonly providers: ProviderConfig;
}

/** Throws, naming the setting at fault, if the environment is not complete. */
export const readJanitorConfig = (): JanitorConfig => ({
  table: Environment.parse(process.env).TABLE_NAME,
  providers: parseProviderConfig(process.env),
});
