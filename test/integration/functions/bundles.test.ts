/** What deploys is small, and holds nothing that it does not need. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BundleName, buildBundles } from '#infra/bundles.ts';

const PAY_BYTES_MAX = 400_000;
const FUNCTIONS: readonly BundleName[] = ['pay', 'janitor', 'projector', 'admin-api'];

describe('the bundles of the functions', () => {
  let dist: string;
  let built: Awaited<ReturnType<typeof buildBundles>>;
  beforeAll(async () => {
    dist = mkdtempSync(join(tmpdir(), 'bundles-'));
    built = await buildBundles(FUNCTIONS, dist);
  });
  afterAll(() => rmSync(dist, { recursive: true, force: true }));

  it('keeps pay within 400 KB', () => {
    expect(statSync(join(dist, 'pay/index.mjs')).size).toBeLessThanOrEqual(PAY_BYTES_MAX);
  });

  it.each(FUNCTIONS)('keeps the credential chain and the whole of zod out of %s', (name) => {
    const output = Object.values(built.get(name)?.outputs ?? {}).find(
      ({ entryPoint }) => entryPoint,
    );
    const inputs = Object.keys(output?.inputs ?? {});
    expect(inputs.length).toBeGreaterThan(10);
    expect(
      inputs.filter((input) =>
        /credential-provider-(?!env)|nested-clients|token-providers|zod\/v4\/classic|\/bridge\//.test(
          input,
        ),
      ),
    ).toEqual([]);
  });
});
