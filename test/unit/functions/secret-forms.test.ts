import { describe, expect, it } from 'vitest';
import { parseIdentifierSecret, parseMasterSecret } from '#functions/secret-forms.ts';

const A = 'a1'.repeat(32);
const B = 'b2'.repeat(32);

describe('the secrets of functions', () => {
  it('give the current master first, then the one before', () => {
    const hex = (text: string) =>
      parseMasterSecret(text).map((key) => Buffer.from(key).toString('hex'));
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
    for (const parse of [parseMasterSecret, parseIdentifierSecret]) {
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
