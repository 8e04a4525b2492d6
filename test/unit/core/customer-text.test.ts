/** What the customer reads, word for word: the terminal shows it as it comes. */
import { describe, expect, test } from 'vitest';
import { customerText } from '#core/customer-text.ts';
import { CODES, type CodeName } from '#protocol/codes.ts';

/** Bytes of UTF-8 that fit into reply key 7. */
const TEXT_BYTES_MAX = 64;
const UNKNOWN = ['Code not recognised', '코드를 인식할 수 없습니다', '无法识别付款码'] as const;
const DECLINED = ['Payment not possible', '결제할 수 없습니다', '无法付款'] as const;

describe.each<readonly [CodeName, readonly [en: string, ko: string, zh: string]]>([
  ['approved', ['Thank you', '감사합니다', '谢谢']],
  ['identifier_unknown', UNKNOWN],
  ['identifier_ambiguous', UNKNOWN],
  ['identifier_expired', ['Code expired, show a new one', '코드가 만료되었습니다', '付款码已过期']],
  ['identifier_used', ['Code already used', '이미 사용된 코드입니다', '付款码已使用']],
  ['insufficient_funds', ['Balance too low', '잔액이 부족합니다', '余额不足']],
  ['sale_window_closed', ['Not on sale now', '지금은 판매 시간이 아닙니다', '当前不在销售时间']],
  ['region_not_allowed', ['Not available here', '이 지역에서 판매하지 않습니다', '此地区不可用']],
  ['price_changed', ['The price has changed', '가격이 변경되었습니다', '价格已变动']],
  [
    'promotion_invalid',
    ['Promotion code not valid', '사용할 수 없는 프로모션 코드입니다', '优惠码不可用'],
  ],
  ['sold_out', ['Sold out', '품절되었습니다', '已售罄']],
  ['second_factor_required', ['PIN needed or wrong', '비밀번호를 확인해 주세요', '请核对密码']],
  ['user_blocked', DECLINED],
  ['conflict', DECLINED],
])('%s', (code, [en, ko, zh]) => {
  test.each([
    ['en-GB', en],
    ['ko', ko],
    ['ko-KR', ko],
    ['KO-kr', ko],
    ['zh-Hans-CN', zh],
    ['zh', zh],
    ['fr-FR', en],
    ['', en],
  ])('in %j', (locale, text) => {
    expect(customerText(code, locale)).toBe(text);
  });
});

test('no locale, no text', () => {
  expect(customerText('approved', undefined)).toBeUndefined();
});

test.each(['en', 'ko', 'zh'])('every code has a text in %s that fits', (locale) => {
  for (const code of Object.keys(CODES) as CodeName[]) {
    const bytes = Buffer.byteLength(customerText(code, locale) ?? '');
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(TEXT_BYTES_MAX);
  }
});
