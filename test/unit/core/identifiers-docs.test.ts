/** docs/identifiers.md shows the table that the code goes by. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SCHEMES, type Scheme } from '#core/schemes.ts';

const page = readFileSync(new URL('../../../docs/identifiers.md', import.meta.url), 'utf8');

const lengthsOf = ({ lengths }: Scheme): string =>
  'min' in lengths ? `${lengths.min}-${lengths.max}` : lengths.join(', ');
const prefixesOf = ({ prefixes }: Scheme): string =>
  prefixes.map((prefix) => (prefix === '' ? 'anything' : `\`${prefix}\``)).join(' ');
const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

test('docs/identifiers.md has the row of every scheme, in order', () => {
  const rows = SCHEMES.map((scheme) =>
    [
      `\`${scheme.kind}\``,
      prefixesOf(scheme),
      lengthsOf(scheme),
      scheme.entryModes.join(' ') || 'none',
      scheme.regions?.join(' ') ?? 'all',
      scheme.provider ?? (scheme.entryModes.length === 0 ? 'nobody' : 'own ledger'),
      yesNo(scheme.oneTime),
      yesNo(scheme.secondFactor),
    ].join(' | '),
  );
  expect(page).toContain(rows.map((row) => `| ${row} |\n`).join(''));
});

test('docs/identifiers.md names check and source of every kind', () => {
  const second = page.slice(page.indexOf('| kind | characters and check'));
  const kinds = [...second.matchAll(/^\| `([a-z.]+)` \|/gm)].map((found) => found[1]);
  expect(kinds.slice(0, SCHEMES.length)).toEqual(SCHEMES.map(({ kind }) => kind));
});
