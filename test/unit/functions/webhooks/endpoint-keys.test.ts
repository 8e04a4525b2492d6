/** The one secret that holds those of all endpoints. */
import { describe, expect, it } from 'vitest';
import { parseEndpointKeys, SECRETS_PER_ENDPOINT_MAX } from '#functions/webhooks/endpoint-keys.ts';

const secretOf = (fill: number): string => `whsec_${Buffer.alloc(24, fill).toString('base64')}`;
const keysOf = (value: unknown, endpoint = 'shop') =>
  parseEndpointKeys(JSON.stringify({ shop: value }))(endpoint);

describe('the keys of an endpoint', () => {
  it('are its own, in the order of the secret', () => {
    expect(keysOf([secretOf(1), secretOf(2)])?.map(([first]) => first)).toEqual([1, 2]);
  });

  it.each([
    [1, true],
    [SECRETS_PER_ENDPOINT_MAX, true],
    [SECRETS_PER_ENDPOINT_MAX + 1, false],
    [0, false],
  ])('may be %i: %s', (count, taken) => {
    const keys = keysOf(Array.from({ length: count }, (_, at) => secretOf(at)));
    expect(keys?.length).toBe(taken ? count : undefined);
  });

  it.each([
    ['there are none', undefined],
    ['it is the value that was generated', 'a1'.repeat(32)],
    ['one of them is not well-formed', [secretOf(1), 'whsec_short']],
    ['they are no texts', [1]],
  ])('are none where %s', (_what, value) => {
    expect(keysOf(value)).toBeUndefined();
  });

  it('are none where the name is one that every object has', () => {
    expect(keysOf([secretOf(1)], 'constructor')).toBeUndefined();
  });
});

it.each(['no JSON: whsec_SENSITIVE', '["whsec_SENSITIVE"]'])(
  'a secret of another form is refused without quoting it',
  (text) => {
    expect(() => parseEndpointKeys(text)).toThrow(/^The secret of the webhooks does not have/);
    expect(() => parseEndpointKeys(text)).not.toThrow(/SENSITIVE/);
  },
);
