import { describe, expect, it } from 'vitest';
import { parsePayConfig } from '#functions/pay/config.ts';

const QUEUE = 'https://sqs.eu-central-1.amazonaws.com/000000000000/q';
const ENVIRONMENT = {
  TABLE_NAME: 'payments',
  REQUEST_QUEUE_URL: `${QUEUE}-requests`,
  PARKING_QUEUE_URL: `${QUEUE}-parking`,
  REPLY_QUEUE_URLS: JSON.stringify([`${QUEUE}-0`, `${QUEUE}-1`]),
  MESSAGE_SECRET_ARN: 'arn:message',
  IDENTIFIER_SECRET_ARN: 'arn:identifier',
  HOLD_SECONDS: '300',
};
const urls = (count: number): string => JSON.stringify(Array.from({ length: count }, () => QUEUE));

describe('the settings of pay', () => {
  it('are read from a complete environment', () => {
    expect(parsePayConfig(ENVIRONMENT)).toEqual({
      table: 'payments',
      requestQueueUrl: `${QUEUE}-requests`,
      parkingQueueUrl: `${QUEUE}-parking`,
      replyQueueUrls: [`${QUEUE}-0`, `${QUEUE}-1`],
      messageSecretArn: 'arn:message',
      identifierSecretArn: 'arn:identifier',
      holdS: 300,
      providers: { settings: {}, secretArn: '' },
    });
  });

  it.each(Object.keys(ENVIRONMENT))('are refused by name without %s', (name) => {
    expect(() => parsePayConfig({ ...ENVIRONMENT, [name]: undefined })).toThrow(name);
    expect(() => parsePayConfig({ ...ENVIRONMENT, [name]: '' })).toThrow();
  });

  it.each([
    ['1', 1],
    ['86400', 86_400],
  ])('take a hold of %s seconds', (text, holdS) => {
    expect(parsePayConfig({ ...ENVIRONMENT, HOLD_SECONDS: text }).holdS).toBe(holdS);
  });

  it.each(['0', '86401', '1.5', '-1', 'a day', 'Infinity'])(
    'refuse a hold of %s seconds',
    (text) => {
      expect(() => parsePayConfig({ ...ENVIRONMENT, HOLD_SECONDS: text })).toThrow('HOLD_SECONDS');
    },
  );

  it('take 1 to 1,000 reply queues', () => {
    const slots = (count: number): number =>
      parsePayConfig({ ...ENVIRONMENT, REPLY_QUEUE_URLS: urls(count) }).replyQueueUrls.length;
    expect([slots(1), slots(1_000)]).toEqual([1, 1_000]);
    expect(() => slots(0)).toThrow();
    expect(() => slots(1_001)).toThrow();
  });

  it.each(['REQUEST_QUEUE_URL', 'PARKING_QUEUE_URL'])('refuse a %s that is no URL', (name) => {
    expect(() => parsePayConfig({ ...ENVIRONMENT, [name]: 'requests' })).toThrow(name);
  });
});
