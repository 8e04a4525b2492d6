import { describe, expect, it } from 'vitest';
import { formatEnrolmentCode, normalEnrolmentCode } from '#core/enrolment.ts';

describe('an enrolment code', () => {
  // By hand: 128 bits in groups of five from the left, two zero bits at the end.
  it.each([
    ['00'.repeat(16), '00000-00000-00000-00000-00000-0'],
    ['ff'.repeat(16), 'ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-W'],
    ['08421084210842108421084210842108', '11111-11111-11111-11111-11111-0'],
  ])('of the bytes %s is %s', (hex, code) => {
    expect(formatEnrolmentCode(new Uint8Array(Buffer.from(hex, 'hex')))).toBe(code);
  });

  it('has every bit of its bytes in it', () => {
    const codes = new Set<string>();
    for (let bit = 0; bit < 128; bit += 1) {
      const bytes = new Uint8Array(16);
      bytes[bit >> 3] = 0x80 >> (bit & 7);
      codes.add(formatEnrolmentCode(bytes));
    }
    expect(codes.size).toBe(128);
  });

  it('is read whatever its case, spaces and hyphens, and with letters that look like digits', () => {
    const plain = '0123456789ABCDEFGHJKMNPQ01';
    for (const typed of [
      plain,
      plain.toLowerCase(),
      'O1234-56789-ABCDE-FGHJK-MNPQO-1',
      ' oL234 56789 abcde fghjk mnpqo i ',
    ]) {
      expect(normalEnrolmentCode(typed)).toBe(plain);
    }
    const code = formatEnrolmentCode(new Uint8Array(16).fill(0xa7));
    expect(normalEnrolmentCode(code)).toBe(code.replaceAll('-', ''));
  });

  it.each(['', 'A'.repeat(25), 'A'.repeat(27), `${'A'.repeat(25)}U`, `${'A'.repeat(25)}é`])(
    'is none where it is %s',
    (text) => {
      expect(normalEnrolmentCode(text)).toBeUndefined();
    },
  );
});
