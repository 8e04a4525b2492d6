import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseTokenSecret, readAdminConfig } from '#functions/admin-api/config.ts';
import { readJanitorConfig } from '#functions/janitor/config.ts';
import { readPayConfig } from '#functions/pay/config.ts';
import { readProjectorConfig } from '#functions/projector/config.ts';

const TOKEN = 'k9'.repeat(16);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the settings of a function', () => {
  it('of the projector are its table', () => {
    vi.stubEnv('TABLE_NAME', 'payments');
    expect(readProjectorConfig()).toEqual({ table: 'payments' });
  });

  it('of the janitor are its table, and no provider where none is named', () => {
    vi.stubEnv('TABLE_NAME', 'payments');
    expect(readJanitorConfig()).toEqual({
      table: 'payments',
      providers: { settings: {}, secretArn: '' },
    });
  });

  it('of the admin API are its table and where its token is', () => {
    vi.stubEnv('TABLE_NAME', 'payments');
    vi.stubEnv('ADMIN_TOKEN_SECRET_ARN', 'arn:token');
    expect(readAdminConfig()).toEqual({ table: 'payments', tokenSecretArn: 'arn:token' });
    vi.stubEnv('ADMIN_TOKEN_SECRET_ARN', '');
    expect(readAdminConfig).toThrow('ADMIN_TOKEN_SECRET_ARN');
  });

  it.each([
    ['janitor', readJanitorConfig],
    ['projector', readProjectorConfig],
    ['admin API', readAdminConfig],
    ['pay', readPayConfig],
  ])('of %s are refused by name where there is no table', (_, read) => {
    vi.stubEnv('TABLE_NAME', undefined);
    expect(read).toThrow('TABLE_NAME');
    vi.stubEnv('TABLE_NAME', '');
    expect(read).toThrow('TABLE_NAME');
  });
});

describe('the token of the operator', () => {
  it('is taken from 32 characters on', () => {
    expect(parseTokenSecret(JSON.stringify({ token: TOKEN }))).toBe(TOKEN);
  });

  it.each([
    ['is a character short', JSON.stringify({ token: TOKEN.slice(1) })],
    ['has another name', JSON.stringify({ secret: TOKEN })],
    ['is no JSON', TOKEN],
  ])('is refused without being quoted where it %s', (_, text) => {
    expect(() => parseTokenSecret(text)).toThrow(/^A secret does not have the form/);
  });
});
