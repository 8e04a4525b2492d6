/** Users as CSV: `id,name,locale,currency`. A name is masked before it is kept, so what comes out is masked, and goes in again unchanged. */
import { stringify } from 'csv-stringify/sync';
import { guarded, unguarded } from './csv-cells.ts';
import { linesOf } from './csv-file.ts';
import type { Document, DocumentKind, Entry } from './import-documents.ts';

const HEAD = ['id', 'name', 'locale', 'currency'];

/** As the API masks a name: the first character, then two asterisks at most. */
const masked = (name: string): string => {
  const [first = '', ...rest] = name;
  return `${first}${'*'.repeat(Math.min(rest.length, 2))}`;
};

export const USERS: DocumentKind = {
  path: '/v1/users',
  added: ['id', 'version', 'changedAtS', 'status', 'currencies'],
  // An account is opened with a new user; further ones are opened one by one.
  merge: (before, { currency: _currency, name, ...fields }) => ({
    ...before,
    ...fields,
    name: name === undefined || masked(String(name)) === before.name ? before.name : name,
  }),
};

/** Throws CliError on what is no CSV with a column `id`. */
export const usersOf = (text: string): readonly Entry[] =>
  linesOf(text, HEAD.join(',')).map(({ line, cells: { id = '', currency, ...cells } }) => ({
    line,
    id,
    fields: {
      ...Object.fromEntries(
        Object.entries(cells)
          .filter(([, cell]) => cell !== '')
          .map(([name, cell]) => [name, unguarded(cell)]),
      ),
      ...(currency === undefined || currency === ''
        ? {}
        : { currency: /^\d+$/.test(currency) ? Number(currency) : currency }),
    },
  }));

export const usersCsv = (users: readonly Document[]): string =>
  stringify(
    [
      HEAD,
      ...users.map(({ id, name, locale, currencies }) => [
        guarded(String(id)),
        guarded(String(name)),
        locale,
        (currencies as readonly number[])[0] ?? '',
      ]),
    ],
    { record_delimiter: 'windows' },
  );
