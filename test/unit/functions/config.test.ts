import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseTokenSecret, readAdminConfig } from '#functions/admin-api/config.ts';
import { readAuditorConfig } from '#functions/auditor/config.ts';
import { readJanitorConfig } from '#functions/janitor/config.ts';
import { readPayConfig } from '#functions/pay/config.ts';
import { readProjectorConfig } from '#functions/projector/config.ts';
import { readPublisherConfig } from '#functions/publisher/config.ts';
import { readWebhooksConfig } from '#functions/webhooks/config.ts';

const TOKEN = 'k9'.repeat(16);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the settings of a function', () => {
  it('of the projector are its table', () => {
    vi.stubEnv('TABLE_NAME', 'payments');
    expect(readProjectorConfig()).toEqual({ table: 'payments' });
  });

  it('of the auditor are its table and its shares, from one to as many as a day has hours', () => {
    vi.stubEnv('TABLE_NAME', 'payments');
    expect(readAuditorConfig()).toEqual({ table: 'payments', shares: 1 });
    vi.stubEnv('AUDIT_SHARES', '24');
    expect(readAuditorConfig()).toEqual({ table: 'payments', shares: 24 });
    for (const wrong of ['0', '25', '1.5', 'many']) {
      vi.stubEnv('AUDIT_SHARES', wrong);
      expect(readAuditorConfig).toThrow('AUDIT_SHARES');
    }
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

  it('of the publisher are its table and two queues', () => {
    vi.stubEnv('TABLE_NAME', 'payments');
    vi.stubEnv('EVENTS_QUEUE_URL', 'https://sqs/events');
    vi.stubEnv('PARKING_QUEUE_URL', 'https://sqs/parking');
    expect(readPublisherConfig()).toEqual({
      table: 'payments',
      eventsQueueUrl: 'https://sqs/events',
      parkingQueueUrl: 'https://sqs/parking',
    });
    vi.stubEnv('PARKING_QUEUE_URL', undefined);
    expect(readPublisherConfig).toThrow('PARKING_QUEUE_URL');
  });

  it('of the webhooks say how far they reach, and nothing but the two words for it', () => {
    vi.stubEnv('TABLE_NAME', 'payments');
    vi.stubEnv('EVENTS_QUEUE_URL', 'https://sqs/events');
    vi.stubEnv('WEBHOOK_SECRET_ARN', 'arn:webhooks');
    vi.stubEnv('WEBHOOK_REACH', 'public');
    expect(readWebhooksConfig()).toEqual({
      table: 'payments',
      eventsQueueUrl: 'https://sqs/events',
      secretArn: 'arn:webhooks',
      reach: 'public',
    });
    for (const reach of [undefined, '', 'everywhere']) {
      vi.stubEnv('WEBHOOK_REACH', reach);
      expect(readWebhooksConfig).toThrow('WEBHOOK_REACH');
    }
  });

  it.each([
    ['janitor', readJanitorConfig],
    ['publisher', readPublisherConfig],
    ['webhooks', readWebhooksConfig],
    ['projector', readProjectorConfig],
    ['auditor', readAuditorConfig],
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
