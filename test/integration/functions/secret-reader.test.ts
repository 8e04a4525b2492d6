import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSecretReader } from '#adapters/secrets/secret-reader.ts';
import { type SecretsStandIn, startSecretsStandIn } from '#test/support/secrets-stand-in.ts';

describe('the reader of secrets', () => {
  let secrets: SecretsStandIn;
  beforeAll(async () => {
    secrets = await startSecretsStandIn({ text: '{"token":"x"}', bytes: undefined });
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secrets.endpoint);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    return secrets.stop();
  });

  it('resolves with the text of a secret', async () => {
    expect(await createSecretReader().read('text')).toBe('{"token":"x"}');
  });

  it('rejects where a secret holds no text', async () => {
    await expect(createSecretReader().read('bytes')).rejects.toThrow('A secret holds no text.');
  });

  it('rejects at once where there is no such secret', async () => {
    const before = secrets.reads;
    await expect(createSecretReader().read('none')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect(secrets.reads - before).toBe(1);
  });
});
