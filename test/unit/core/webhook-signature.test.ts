/** Signatures against the specification's own vector, and against the reference library as the receiver. */
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '#adapters/node/node-crypto.ts';
import { parseWebhookSecret, webhookHeaders } from '#core/webhook-signature.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';

/** Made up, as every secret here. */
const secretOf = (bytes: number, fill: number): string =>
  `whsec_${Buffer.alloc(bytes, fill).toString('base64')}`;
const keyOf = (secret: string): Uint8Array => parseWebhookSecret(secret) ?? new Uint8Array();
const NEW = secretOf(32, 1);
const OLD = secretOf(32, 2);

describe('a signature', () => {
  it.each([
    ['in pure code', pureCrypto],
    ['by Node', nodeCrypto],
  ])('is that of the published vector, %s', (_how, crypto) => {
    const key = keyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      body: '{"test": 2432232314}',
      atS: 1_614_265_330,
    };
    expect(webhookHeaders(crypto, [key], message)).toEqual({
      'webhook-id': message.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  const body = '{"name":"립스틱"}';
  const headers = webhookHeaders(pureCrypto, [keyOf(NEW), keyOf(OLD)], {
    id: 'evt_1',
    body,
    atS: Math.floor(Date.now() / 1000),
  });

  it.each([
    ['new', NEW],
    ['old', OLD],
  ])('verifies with the %s secret while it rotates', (_which, secret) => {
    expect(new Webhook(secret).verify(body, headers)).toEqual({ name: '립스틱' });
  });

  it('does not verify with another secret, another body or another id', () => {
    const verify = (secret: string, text: string, id: string) => () =>
      new Webhook(secret).verify(text, { ...headers, 'webhook-id': id });
    expect(verify(secretOf(32, 3), body, 'evt_1')).toThrow('No matching signature');
    expect(verify(NEW, `${body} `, 'evt_1')).toThrow('No matching signature');
    expect(verify(NEW, body, 'evt_2')).toThrow('No matching signature');
  });
});

describe('a secret', () => {
  it.each([
    [24, true],
    [64, true],
    [23, false],
    [65, false],
  ])('of %i bytes is taken: %s', (bytes, taken) => {
    expect(parseWebhookSecret(secretOf(bytes, 7))?.length).toBe(taken ? bytes : undefined);
  });

  it.each([
    ['without its prefix', secretOf(24, 7).slice('whsec_'.length)],
    ['that is no base64', `whsec_${'*'.repeat(32)}`],
  ])('%s is refused', (_what, secret) => {
    expect(parseWebhookSecret(secret)).toBeUndefined();
  });
});
