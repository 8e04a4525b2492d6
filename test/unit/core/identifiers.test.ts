import { describe, expect, test } from 'vitest';
import { looksLikeCard, skuLooksLikeCard } from '#core/card-number.ts';
import { isRefusedCard, isValidIn, matchIdentifier, type Reading } from '#core/identifiers.ts';
import { generateCode, verifyCode } from '#core/one-time-code.ts';
import { SCHEMES, type Scheme } from '#core/schemes.ts';
import { IDENTIFIER_CASES } from '../../support/identifier-cases.ts';
import { hasher } from '../../support/payment-world.ts';

const outcomeOf = (text: string, reading: Reading): string => {
  if (isRefusedCard(text, reading.entryMode)) {
    return 'refused';
  }
  const match = matchIdentifier(text, reading);
  return typeof match === 'string' ? match : match.scheme.kind;
};

describe('an identifier as read', () => {
  test.each(IDENTIFIER_CASES)('%s', (_note, text, entryMode, region, outcome) => {
    expect(outcomeOf(text, { entryMode, region })).toBe(outcome);
  });
  test('of every kind is among at least 120 cases, none twice', () => {
    expect(IDENTIFIER_CASES.length).toBeGreaterThanOrEqual(120);
    const outcomes = IDENTIFIER_CASES.map((row) => row[4]);
    expect(new Set(outcomes)).toEqual(
      new Set(['unknown', 'refused', ...SCHEMES.map(({ kind }) => kind)]),
    );
    const texts = IDENTIFIER_CASES.map(([, ...row]) => row.slice(0, 3).join(' '));
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('of several owners', () => {
  const base: Scheme = {
    kind: 'short',
    prefixes: ['1'],
    lengths: { min: 1, max: 9 },
    charset: /^\d+$/,
    entryModes: [1],
    secondFactor: false,
    oneTime: false,
  };
  const long = { ...base, kind: 'long', prefixes: ['9', '12', '1'] };
  const kindOf = (schemes: readonly Scheme[], region = 'KR'): string => {
    const match = matchIdentifier('123', { entryMode: 1, region }, schemes);
    return typeof match === 'string' ? match : match.scheme.kind;
  };
  test.each<[string, readonly Scheme[], string]>([
    ['the longest prefix wins', [base, long], 'long'],
    ['the order of the table does not matter', [long, base], 'long'],
    ['two prefixes of one length are ambiguous', [base, { ...base, kind: 'twin' }], 'ambiguous'],
    ['the entry mode decides', [base, { ...base, kind: 'twin', entryModes: [3] }], 'short'],
    ['it counts before the prefix', [base, { ...long, entryModes: [3] }], 'short'],
    ['the region decides', [base, { ...base, kind: 'twin', regions: ['CN'] }], 'short'],
    ['it counts before the prefix too', [base, { ...long, regions: ['CN'] }], 'short'],
    [
      'the entry mode counts first',
      [
        { ...base, regions: ['CN'] },
        { ...long, entryModes: [3] },
      ],
      'short',
    ],
    ['a scheme of elsewhere alone stays', [{ ...base, regions: ['CN'] }], 'short'],
    [
      'two of the same region are ambiguous',
      [
        { ...base, regions: ['KR'] },
        { ...base, kind: 'twin', regions: ['KR', 'CN'] },
      ],
      'ambiguous',
    ],
    [
      'two of elsewhere are ambiguous',
      [
        { ...base, regions: ['JP'] },
        { ...base, kind: 'twin', regions: ['CN'] },
      ],
      'ambiguous',
    ],
    ['a shorter one of no prefix loses', [{ ...base, prefixes: [''] }, long], 'long'],
    ['none is unknown', [], 'unknown'],
  ])('%s', (_note, schemes, kind) => {
    expect(kindOf(schemes)).toBe(kind);
  });
  test('a card number belongs to a scheme that owns it in this entry mode, wherever that is valid', () => {
    const owned: Scheme = { ...base, prefixes: ['4'], lengths: [16], regions: ['CN'] };
    expect(isRefusedCard('4111111111111111', 1, [owned])).toBe(false);
    expect(isRefusedCard('4111111111111111', 3, [owned])).toBe(true);
    expect(isRefusedCard('4111111111111111', 3, [{ ...owned, entryModes: [] }])).toBe(false);
  });
});

test.each([
  ['KR', true],
  ['KR-11', true],
  ['KRX', false],
  ['K', false],
  ['CN', false],
  ['', false],
])('a scheme of KR in region %j: %s', (region, valid) => {
  const kakao = SCHEMES.filter(({ kind }) => kind === 'kakaopay.code');
  expect(kakao.map((scheme) => isValidIn(scheme, region))).toEqual([valid]);
});

test('a voucher is looked up under one form, however it was typed', () => {
  const typed = ['V123456789ABCN', 'vI23456-789abc-n', 'VL23456789ABCN'];
  const found = typed.map((text) => matchIdentifier(text, { entryMode: 1, region: 'KR' }));
  expect(found.map((match) => (typeof match === 'string' ? match : match.lookup))).toEqual([
    'V123456789ABCN',
    'V123456789ABCN',
    'V123456789ABCN',
  ]);
});

test('codes that a provider redeems are for one payment, so that none is ever paid from our own ledger', () => {
  const redeemed = SCHEMES.filter(({ provider }) => provider !== undefined);
  expect(redeemed.map(({ oneTime }) => oneTime)).toEqual([true, true, true, true, true]);
});

describe('what looks like a card', () => {
  test('is refused in other fields too, whatever script its digits are of', () => {
    expect(looksLikeCard('4111111111111111')).toBe(true);
    expect(looksLikeCard('४१११११११११११११११')).toBe(true);
    expect(looksLikeCard('SPRING-26')).toBe(false);
  });
  test('a bar code with its own check digit is a product, a card number as a sku is not', () => {
    expect(skuLooksLikeCard('4006381333931')).toBe(false);
    expect(skuLooksLikeCard('4111111111111111')).toBe(true);
    expect(skuLooksLikeCard('LIP-01')).toBe(false);
  });
  test.each([
    ['GTIN-12', '880000072111', false],
    ['GTIN-13', '8800000171111', false],
    ['GTIN-14', '88000006111111', false],
    ['15 digits', '880000006111111', true],
  ])('%s whose check digit is that of a card too', (_note, sku, refused) => {
    expect(looksLikeCard(sku)).toBe(true);
    expect(skuLooksLikeCard(sku)).toBe(refused);
  });
});

describe('a one-time code', () => {
  const made = { handle: '000000042', codeVersion: 1, atS: 1_795_402_800 };
  const code = generateCode(hasher, made);
  test('has twenty digits whose remainder by 97 is 1', () => {
    expect(code).toMatch(/^7\d{19}$/);
    expect(BigInt(code) % 97n).toBe(1n);
    expect(matchIdentifier(code, { entryMode: 3, region: 'KR' })).toMatchObject({
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
