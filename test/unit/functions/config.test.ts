import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseAdminConfig, readAdminConfig } from '#functions/admin-api/config.ts';
import { readAuditorConfig } from '#functions/auditor/config.ts';
import { readJanitorConfig } from '#functions/janitor/config.ts';
import { readPayConfig } from '#functions/pay/config.ts';
import { readProjectorConfig } from '#functions/projector/config.ts';
import { readPublisherConfig } from '#functions/publisher/config.ts';
import { readWebhooksConfig } from '#functions/webhooks/config.ts';

const ADMIN = {
  TABLE_NAME: 'payments',
  IDENTIFIER_SECRET_ARN: 'arn:identifier',
  COMPILE_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/000000000000/compile',
  USER_POOL_ID: 'eu-central-1_Pool00001',
  USER_POOL_CLIENT_ID: 'client-1',
  TOKEN_KEYS: '',
  SIGN_IN_URL: 'https://cosmopay.auth.eu-central-1.amazoncognito.com',
  CONSOLE_URL: 'https://api.example/prod/console/',
  BRIDGE_ADDRESS: 'bridge.example:7010',
};

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

  it('of the admin API are its table, its secret, the compiler and the pool', () => {
    expect(parseAdminConfig(ADMIN)).toEqual({
      table: 'payments',
      identifierSecretArn: 'arn:identifier',
      compileQueueUrl: ADMIN.COMPILE_QUEUE_URL,
      userPoolId: 'eu-central-1_Pool00001',
      clientId: 'client-1',
      signInUrl: ADMIN.SIGN_IN_URL,
      consoleUrl: ADMIN.CONSOLE_URL,
      bridge: 'bridge.example:7010',
    });
    for (const name of Object.keys(ADMIN)) {
      expect(() => parseAdminConfig({ ...ADMIN, [name]: undefined })).toThrow(name);
    }
    expect(() => parseAdminConfig({ ...ADMIN, USER_POOL_ID: 'pool' })).toThrow('USER_POOL_ID');
  });

  it.each([
    [undefined, false],
    ['https://dynamodb.eu-central-1.amazonaws.com', false],
    ['http://127.0.0.1.example.com:8000', false],
    ['http://10.0.0.1:8000', false],
    ['http://127.0.0.1:8000', true],
    ['http://[::1]:8000', true],
  ])('of the admin API have keys of its own with the table at %s: %s', (endpoint, taken) => {
    const read = () =>
      parseAdminConfig({ ...ADMIN, TOKEN_KEYS: '{}', AWS_ENDPOINT_URL_DYNAMODB: endpoint });
    if (taken) {
      expect(read().tokenKeys).toBe('{}');
    } else {
      expect(read).toThrow('TOKEN_KEYS');
    }
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
