import { describe, expect, it } from 'vitest';
import { timingsOf } from '#core/provider-timings.ts';
import { createProviders, parseProviderConfig } from '#functions/providers.ts';

const URL = 'https://acquirer.example/api';
const env = (settings: unknown, secretArn = 'arn:keys'): Readonly<Record<string, string>> => ({
  PROVIDERS: JSON.stringify(settings),
  PROVIDER_SECRET_ARN: secretArn,
});
const WECHAT = { wechat: { adapter: 'http-acquirer', url: URL } };
const unread = (): Promise<string> => Promise.reject(new Error('read'));

describe('the providers of a system', () => {
  it('are none where nothing is said, and no secret is read', async () => {
    const config = parseProviderConfig({});
    expect(config).toEqual({ settings: {}, secretArn: '' });
    expect([...(await createProviders(config, unread))]).toEqual([]);
  });

  it('are those that are named, each with its own timings', async () => {
    const config = parseProviderConfig(
      env({ ...WECHAT, alipay: { adapter: 'http-acquirer', url: 'http://127.0.0.1:1' } }),
    );
    const read: string[] = [];
    const providers = await createProviders(config, async (arn) => {
      read.push(arn);
      return JSON.stringify({ wechat: 'k1', alipay: 'k2', none: 'k3' });
    });
    expect(read).toEqual(['arn:keys']);
    expect([...providers].map(([name, { name: own, timings }]) => [name, own, timings])).toEqual([
      ['wechat', 'wechat', timingsOf('wechat')],
      ['alipay', 'alipay', timingsOf('alipay')],
    ]);
  });

  it.each([
    ['no adapter that we have', { wechat: { adapter: 'carrier-pigeon', url: URL } }],
    ['no address', { wechat: { adapter: 'http-acquirer' } }],
    [
      'an address of another kind',
      { wechat: { adapter: 'http-acquirer', url: 'ftp://a.example' } },
    ],
    ['a slash at the end', { wechat: { adapter: 'http-acquirer', url: `${URL}/` } }],
    ['a name that no account can have', { 'We:Chat': { adapter: 'http-acquirer', url: URL } }],
    ['a name of 33 characters', { ['a'.repeat(33)]: { adapter: 'http-acquirer', url: URL } }],
  ])('are refused with %s', (_what, settings) => {
    expect(() => parseProviderConfig(env(settings))).toThrow();
  });

  it('may have names of 32 characters', () => {
    const name = 'a'.repeat(32);
    const { settings } = parseProviderConfig(
      env({ [name]: { adapter: 'http-acquirer', url: URL } }),
    );
    expect(Object.keys(settings)).toEqual([name]);
  });

  it('need a secret, a key for each, and no error tells what it holds', async () => {
    expect(() => parseProviderConfig(env(WECHAT, ''))).toThrow('PROVIDER_SECRET_ARN');
    const config = parseProviderConfig(env(WECHAT));
    for (const text of ['sesame', '["sesame"]', '{"wechat":7}', '{"wechat":""}']) {
      await expect(createProviders(config, async () => text)).rejects.toThrow(
        /^The secret of the providers does not have the form/,
      );
    }
    await expect(createProviders(config, async () => '{"none":"sesame"}')).rejects.toThrow(
      /^The secret of the providers has no key for wechat\.$/,
    );
  });
});
