/** The terminal's pieces: acceptance of replies, words on the screen. */
import { describe, expect, it } from 'vitest';
import { acceptReply } from '#client/accept-reply.ts';
import { moneyText } from '#client/content/money-text.ts';
import { wordsOf } from '#client/content/screen-text.ts';
import { CODES, type CodeName } from '#protocol/codes.ts';
import { messageKeysOf } from '#protocol/cp1/keys.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';

describe('accepting a reply', () => {
  // The worked example of docs/protocol.md, section 9.
  const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
  const keys = messageKeysOf(
    pureCrypto,
    hex('283b60fa7d76d8086ba481b5bcc72cd8d6802e82034e885850081a78e2b1534e'),
  );
  const body =
    '004702000003e90100000007a7017437303030303030303030303030303030303034320203031932640419019a058183664c49502d30310119326406194e200700';
  const request = hex(`c510${body}ba1399cf17a746da`);
  const reply = hex(
    'c510003182000003e90100000007a50048ba1399cf17a746da01000266413142324333031a6ab13b8004193264f7e9003b4233c0c1',
  );

  it('takes the answer to this request, also to its repetition', () => {
    expect(acceptReply(keys, request, reply)).toMatchObject({
      code: 'approved',
      authorisation: 'A1B2C3',
    });
    const again = hex(`c511${body}d63f3e9bff2c5a4d`);
    expect(acceptReply(keys, again, reply)?.code).toBe('approved');
  });

  it('refuses the reply with any one byte altered', () => {
    for (let at = 0; at < reply.length; at += 1) {
      const altered = reply.slice();
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(
        at > 3 ? acceptReply(keys, request, altered) : undefined,
        `byte ${at}`,
      ).toBeUndefined();
    }
  });

  it('refuses a well tagged reply to another content of the same number', () => {
    const other = request.slice();
    other[other.length - 1] = (other[other.length - 1] ?? 0) ^ 1;
    expect(acceptReply(keys, other, reply)).toBeUndefined();
  });
});

describe('the words on the screen', () => {
  it.each(['en-US', 'ko-KR', 'zh-CN'])('has a title and a hint for every code in %s', (locale) => {
    const { codes } = wordsOf(locale);
    for (const name of Object.keys(CODES) as CodeName[]) {
      expect(codes[name].title, name).not.toBe('');
      expect(codes[name].hint, name).not.toBe('');
      if (CODES[name].class === 'undecided') {
        expect(`${codes[name].title} ${codes[name].hint}`).not.toMatch(
          /fail|declined|실패|거절|失败|拒绝/i,
        );
      }
    }
  });

  it('writes money by the exponent of its currency', () => {
    expect(moneyText(12_900, 410, 'ko-KR')).toBe('₩12,900');
    expect(moneyText(5, 156, 'zh-CN')).toBe('¥0.05');
    expect(moneyText(1_234_567, 414, 'en-US')).toMatch(/1,234\.567$/);
  });
});
