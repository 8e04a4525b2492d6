import { describe, expect, test } from 'vitest';
import { looksLikeCard, skuLooksLikeCard } from '#core/card-number.ts';
import { isRefusedCard, matchIdentifier, SCHEMES } from '#core/identifiers.ts';
import { generateCode, verifyCode } from '#core/one-time-code.ts';
import { hasher, icCard } from '../../support/payment-world.ts';

const kindOf = (text: string): string => {
  const match = matchIdentifier(text);
  return typeof match === 'string' ? match : match.scheme.kind;
};

test.each([
  [icCard('00000000001'), 'ic.card'],
  [icCard('A1B2C3D4E5F').toLowerCase(), 'ic.card'],
  [`${icCard('00000000001').slice(0, -1)}?`, 'unknown'],
  ['IC000000000010', 'unknown'],
  ['+821012345678', 'phone'],
  ['+82 10-1234.5678', 'phone'],
  ['＋８２１０１２３４５６７８', 'phone'],
  ['+123456', 'unknown'],
  ['+1234567', 'phone'],
  ['+123456789012345', 'phone'],
  ['+1234567890123456', 'unknown'],
  ['+0123456789', 'unknown'],
  ['', 'unknown'],
])('reads an identifier (%#) as the kind that owns it', (text, kind) => {
  expect(kindOf(text)).toBe(kind);
});

test('a longer prefix wins, two of one length are ambiguous', () => {
  const base = {
    lengthMin: 1,
    lengthMax: 9,
    charset: /^\d+$/,
    entryModes: [1],
    secondFactor: false,
    oneTime: false,
  } as const;
  const short = { ...base, kind: 'short', prefix: '1' };
  const long = { ...base, kind: 'long', prefix: '12' };
  expect(matchIdentifier('123', [short, long])).toMatchObject({ scheme: { kind: 'long' } });
  expect(matchIdentifier('123', [short, { ...short, kind: 'twin' }])).toBe('ambiguous');
});

describe('card numbers and track data are refused', () => {
  test.each([
    ['4111111111111111', true],
    ['4111 1111-1111.1111', true],
    ['４１１１１１１１１１１１１１１１', true],
    ['4111111111111112', false],
    ['378282246310005', true],
    [';4111111111111111=25121010000012345678?', true],
    ['4111111111111111D2512101', true],
    ['%B4111111111111111^TEST/CARD^2512101?', true],
    ['12345678903', false],
    ['+821012345678', false],
  ])('case %#', (text, refused) => {
    expect(isRefusedCard(text)).toBe(refused);
    expect(looksLikeCard(text)).toBe(refused);
  });
  test('a scheme that is no card keeps what it owns', () => {
    const owned = {
      kind: 'x',
      prefix: '4',
      lengthMin: 16,
      lengthMax: 16,
      charset: /^\d+$/,
      entryModes: [1],
      secondFactor: false,
      oneTime: false,
    } as const;
    expect(isRefusedCard('4111111111111111', [...SCHEMES, owned])).toBe(false);
  });
  test('a bar code with its own check digit is a product, a card number as a sku is not', () => {
    expect(skuLooksLikeCard('4006381333931')).toBe(false);
    expect(skuLooksLikeCard('4111111111111111')).toBe(true);
    expect(skuLooksLikeCard('LIP-01')).toBe(false);
  });
});

describe('a one-time code', () => {
  const made = { handle: '000000042', codeVersion: 1, atS: 1_795_402_800 };
  const code = generateCode(hasher, made);
  test('has twenty digits whose remainder by 97 is 1', () => {
    expect(code).toMatch(/^7\d{19}$/);
    expect(BigInt(code) % 97n).toBe(1n);
    expect(matchIdentifier(code)).toMatchObject({
      scheme: { kind: 'own.code' },
      lookup: '000000042',
    });
  });
  test.each([
    [-31, undefined],
    [-30, 59_846_760],
    [0, 59_846_760],
    [59, 59_846_760],
    [60, undefined],
  ])('checked %i s after it was made: step %s', (laterS, step) => {
    expect(verifyCode(hasher, { code, codeVersion: 1, atS: made.atS + laterS })).toBe(step);
  });
  test('of another generation of the secret is wrong', () => {
    expect(verifyCode(hasher, { code, codeVersion: 2, atS: made.atS })).toBeUndefined();
  });
});
