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
  it.each([
    ['janitor', readJanitorConfig],
    ['projector', readProjectorConfig],
  ])('of the %s are its table', (_, read) => {
    vi.stubEnv('TABLE_NAME', 'payments');
    expect(read()).toEqual({ table: 'payments' });
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
