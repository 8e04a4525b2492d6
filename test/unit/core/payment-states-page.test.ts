import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { paymentStatesPage } from '../../support/payment-states-page.ts';

test('docs/payment-states.md says what the state table does', async () => {
  const page = await readFile(new URL('../../../docs/payment-states.md', import.meta.url), 'utf8');
  expect(page).toBe(paymentStatesPage());
});
