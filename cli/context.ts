/** What every command works with. */
import type { Command } from 'commander';
import type { Api, Method } from './api.ts';
import type { Output } from './output.ts';

export interface Context {
  readonly api: Api;
  readonly output: Output;
  /** Of `--idempotency-key`. */
  readonly idempotencyKey: string | undefined;
  readonly sleep: (ms: number) => Promise<void>;
  /** Resolves when the person wants it to end. */
  readonly interrupted: Promise<void>;
}

/** Runs `work` with the context that the global options make. */
export type With = <A extends readonly unknown[]>(
  work: (context: Context, ...args: A) => Promise<void>,
) => (...args: unknown[]) => Promise<void>;

export type Register = (program: Command, run: With) => void;

/** A write under the key that the person has named, if any. */
export const write = (
  { api, idempotencyKey }: Context,
  method: Method,
  path: string,
  body?: unknown,
  ifMatch?: string,
): ReturnType<Api['ask']> =>
  api.ask(method, path, {
    ...(body === undefined ? {} : { body }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });

/** Rows of a list, page after page, at most `most`. */
export const listAll = async <T>(
  { api }: Context,
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
  most: number,
): Promise<readonly T[]> => {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(PAGE_MAX, most - found.length);
    const { body } = await api.ask('GET', path, { query: { ...query, limit, cursor } });
    found.push(...(body.items as readonly T[]));
    cursor = body.nextCursor as string | undefined;
  } while (cursor !== undefined && found.length < most);
  return found.slice(0, most);
};

/** Rows of a page: what the API gives at most. */
const PAGE_MAX = 100;
