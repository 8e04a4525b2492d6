import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ledgerPage } from '../../support/ledger-page.ts';

test('docs/ledger.md tells what is booked (node test/support/ledger-page.ts > docs/ledger.md)', async () => {
  expect(readFileSync('docs/ledger.md', 'utf8')).toBe(await ledgerPage());
});
