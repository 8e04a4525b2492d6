/** Small displays: bytes as their makers' tables have them, and never a character that they would show as noise. */
import { describe, expect, it } from 'vitest';
import { DISPLAY_CHARSETS } from '#client/content/display-charset.ts';
import { encodeForDisplay } from '#client/content/display-encoding.ts';
import { LANGUAGES, pageWordsOf } from '#client/content/languages.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('a text for a small display', () => {
  // KS X 1001, GB 2312 and the Unicode tables.
  it.each([
    ['결제', 'euc-kr', 'b0e1c1a6'],
    ['支付', 'gbk', 'd6a7b8b6'],
    ['결제', 'ucs-2', 'acb0c81c'],
    ['支付', 'ucs-2', '652f4ed8'],
    ['Paid', 'ascii', '50616964'],
    ['Paid', 'ucs-2', '0050006100690064'],
  ] as const)('%s in %s is %s', (text, charset, bytes) => {
    expect(hex(encodeForDisplay(text, charset))).toBe(bytes);
  });

  it.each([
    ['₩12', 'euc-kr', Buffer.from('KRW 12')],
    ['¥12', 'gbk', Buffer.from('CNY 12')],
    ['결', 'ascii', Buffer.from('?')],
    ['支付成功', 'ascii', Buffer.from('????')],
    ['💄', 'ucs-2', Buffer.from([0, 0x3f])],
    ['💄', 'gbk', Buffer.from('?')],
    ['é', 'ascii', Buffer.from('?')],
    ['a\u0007b\u001bc', 'ascii', Buffer.from('abc')],
  ] as const)('%s in %s has something readable in its place', (text, charset, bytes) => {
    expect(hex(encodeForDisplay(text, charset))).toBe(hex(bytes));
  });

  it('of ours loses nothing in the set of its language', () => {
    const sets = { en: 'ascii', ko: 'euc-kr', zh: 'gbk' } as const;
    for (const language of LANGUAGES) {
      const { shop, wait, done } = pageWordsOf(language);
      for (const text of [shop.total, shop.pay, wait.title, wait.unknownTitle, done]) {
        const bytes = encodeForDisplay(text, sets[language]);
        expect(Buffer.from(bytes).includes('?'), text).toBe(text.includes('?'));
      }
    }
    expect(DISPLAY_CHARSETS).toHaveLength(4);
  });
});
