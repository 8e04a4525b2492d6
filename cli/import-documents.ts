/** Makes or changes documents one by one, some at a time, and tells what became of each. */
import type { Api } from './api.ts';
import { someAtOnce } from './at-once.ts';
import { CliError, EXIT } from './cli-error.ts';
import type { LineReport } from './import-report.ts';

const NOT_FOUND = 'not_found';

export type Document = Readonly<Record<string, unknown>>;

/** One document of a file. */
export interface Entry {
  /** Where it begins. */
  readonly line: number;
  readonly id: string;
  /** What the file says; undefined takes a field out. */
  readonly fields: Document;
}

export interface DocumentKind {
  readonly path: string;
  /** Fields that the API adds, and that a change must not send. */
  readonly added: readonly string[];
  /** As it is to be: what stands, with what the file says. */
  readonly merge: (before: Document, fields: Document) => Document;
}

/** In order of the entries. Rejects only where the API cannot be asked. */
export const importDocuments = (
  api: Api,
  kind: DocumentKind,
  entries: readonly Entry[],
  options: { readonly dryRun: boolean; readonly onDone: (documents: number) => void },
): Promise<readonly LineReport[]> =>
  someAtOnce(entries, async (entry) => {
    const report = await reportOf(entry, () => importOne(api, kind, entry, options.dryRun));
    options.onDone(1);
    return report;
  });

const reportOf = async (
  { line, id }: Entry,
  importIt: () => Promise<LineReport['outcome']>,
): Promise<LineReport> => {
  try {
    return { line, id, outcome: await importIt(), errors: [] };
  } catch (error) {
    if (error instanceof CliError && error.exit === EXIT.refused) {
      const [, ...fields] = error.message.split('\n');
      const errors = fields.length === 0 ? [error.message] : fields.map((text) => text.trim());
      return { line, id, outcome: 'refused', errors };
    }
    throw error;
  }
};

const importOne = async (
  api: Api,
  { path, added, merge }: DocumentKind,
  { id, fields }: Entry,
  dryRun: boolean,
): Promise<LineReport['outcome']> => {
  const at = `${path}/${encodeURIComponent(id)}`;
  const stands = await api.ask('GET', at).catch((error: unknown) => {
    if (error instanceof CliError && error.message.startsWith(NOT_FOUND)) {
      return undefined;
    }
    throw error;
  });
  if (stands === undefined) {
    await api.ask('POST', path, { body: { id, ...present(fields) }, dryRun });
    return 'created';
  }
  const before = Object.fromEntries(
    Object.entries(stands.body).filter(([name]) => !added.includes(name)),
  );
  const after = present(merge(before, fields));
  if (isSame(before, after)) {
    return 'unchanged';
  }
  await api.ask('PUT', at, { body: after, ifMatch: stands.etag ?? '', dryRun });
  return 'changed';
};

const present = (document: Document): Document =>
  Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined));

/** Fields in whatever order. */
const isSame = (a: unknown, b: unknown): boolean => sorted(a) === sorted(b);

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
