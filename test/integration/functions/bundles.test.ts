/** What deploys is small, and holds nothing that it does not need. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BundleName, buildBundles } from '#infra/bundles.ts';

const PAY_BYTES_MAX = 400_000;
const FUNCTIONS: readonly BundleName[] = [
  'pay',
  'janitor',
  'projector',
  'enrol',
  'compiler',
  'admin-api',
];
/** Its documents and shapes are made of the whole of zod; nobody waits for it at a till. */
const WHOLE_ZOD: readonly BundleName[] = ['admin-api'];

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

  it.each(FUNCTIONS)(
    'keeps the credential chain out of %s, and the whole of zod where it is not needed',
    (name) => {
      const output = Object.values(built.get(name)?.outputs ?? {}).find(
        ({ entryPoint }) => entryPoint,
      );
      const inputs = Object.keys(output?.inputs ?? {});
      expect(inputs.length).toBeGreaterThan(10);
      expect(
        inputs.filter((input) =>
          /credential-provider-(?!env)|nested-clients|token-providers|\/bridge\//.test(input),
        ),
      ).toEqual([]);
      expect([name, inputs.some((input) => input.includes('zod/v4/classic'))]).toEqual([
        name,
        WHOLE_ZOD.includes(name),
      ]);
    },
  );
});
