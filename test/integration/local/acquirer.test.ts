/** The demo's acquirer, by the settings that the functions are given. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProviders, parseProviderConfig } from '#functions/providers.ts';
import { startAcquirer } from '#local/stand-ins/acquirer.ts';
import { startSecrets } from '#local/stand-ins/secrets.ts';
import { BUDGET_MS, chargeOf } from '#test/support/contracts/provider-contract.ts';

test('pays codes of every provider in the table of identifiers, with a key that is kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cosmopay-acquirer-'));
  const secrets = await startSecrets(join(folder, 'secrets.json'), 'arn:aws:local');
  await (await startAcquirer(secrets)).close();
  const acquirer = await startAcquirer(secrets);
  const providers = await createProviders(parseProviderConfig(acquirer.settings), (arn) =>
    Promise.resolve(secrets.value(arn) ?? ''),
  );
  expect([...providers.keys()].sort()).toEqual(['alipay', 'emv', 'kakaopay', 'unionpay', 'wechat']);
  for (const [index, provider] of [...providers.values()].entries()) {
    const charge = chargeOf({ key: `1001-1-${index}`, code: `28100600000000000000000${index}` });
    expect(await provider.pay(charge, BUDGET_MS)).toMatchObject({ outcome: 'approved' });
  }
  await acquirer.close();
  await secrets.close();
  rmSync(folder, { recursive: true, force: true });
});
