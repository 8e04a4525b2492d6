import { describe, expect, it } from 'vitest';
import {
  parseIdentifierSecret,
  parseMessageSecret,
  parsePayConfig,
} from '#functions/pay/config.ts';

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
const A = 'a1'.repeat(32);
const B = 'b2'.repeat(32);
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

describe('the secrets of pay', () => {
  it('give the current master first, then the one before', () => {
    const hex = (text: string) =>
      parseMessageSecret(text).map((key) => Buffer.from(key).toString('hex'));
    expect(hex(JSON.stringify({ previous: B, current: A }))).toEqual([A, B]);
    expect(hex(JSON.stringify({ current: A }))).toEqual([A]);
  });

  it('give pepper and master of the codes', () => {
    const { pepper, codeMaster } = parseIdentifierSecret(
      JSON.stringify({ pepper: A, codeMaster: B }),
    );
    expect([pepper, codeMaster].map((key) => Buffer.from(key).toString('hex'))).toEqual([A, B]);
  });

  it('give the pepper before as well, while a rotation lasts', () => {
    const parse = (more: object) =>
      parseIdentifierSecret(JSON.stringify({ pepper: A, codeMaster: B, ...more })).previousPepper;
    expect(Buffer.from(parse({ previousPepper: B }) ?? []).toString('hex')).toBe(B);
    expect(parse({})).toBeUndefined();
    expect(() => parse({ previousPepper: B.slice(1) })).toThrow('secret');
  });

  it.each([
    ['is no JSON', A],
    ['has a key of 63 digits', JSON.stringify({ current: A.slice(1) })],
    ['has a key of 65 digits', JSON.stringify({ current: `${A}0` })],
    ['has a key that is not hexadecimal', JSON.stringify({ current: `${A.slice(1)}g` })],
    ['has no current key', JSON.stringify({ previous: A })],
    ['has a previous key of the wrong length', JSON.stringify({ current: A, previous: 'b2' })],
  ])('are refused without being quoted where one %s', (_, text) => {
    for (const parse of [parseMessageSecret, parseIdentifierSecret]) {
      const failure = errorOf(() => parse(text));
      const told = `${failure.message} ${failure.stack} ${JSON.stringify(failure)}`;
      expect(failure.cause).toBeUndefined();
      expect(told).not.toContain(A.slice(2, 20));
    }
  });
});

const errorOf = (run: () => unknown): Error => {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) {
      return error;
    }
  }
  throw new Error('nothing was thrown');
};
