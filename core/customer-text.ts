/** The one line for the customer (cp1 reply key 7), where the terminal told its locale; each at most 64 bytes of UTF-8. */
import type { CodeName } from '#protocol/codes.ts';

type Language = 'en' | 'ko' | 'zh';
type Texts = Partial<Record<CodeName, Record<Language, string>>>;

const UNKNOWN: Record<Language, string> = {
  en: 'Code not recognised',
  ko: '코드를 인식할 수 없습니다',
  zh: '无法识别付款码',
};

/** Codes without a line of their own say no more than that the sale did not happen. */
const DECLINED: Record<Language, string> = {
  en: 'Payment not possible',
  ko: '결제할 수 없습니다',
  zh: '无法付款',
};

const TEXTS: Texts = {
  approved: { en: 'Thank you', ko: '감사합니다', zh: '谢谢' },
  identifier_unknown: UNKNOWN,
  identifier_ambiguous: UNKNOWN,
  identifier_expired: {
    en: 'Code expired, show a new one',
    ko: '코드가 만료되었습니다',
    zh: '付款码已过期',
  },
  identifier_used: { en: 'Code already used', ko: '이미 사용된 코드입니다', zh: '付款码已使用' },
  insufficient_funds: { en: 'Balance too low', ko: '잔액이 부족합니다', zh: '余额不足' },
  sale_window_closed: {
    en: 'Not on sale now',
    ko: '지금은 판매 시간이 아닙니다',
    zh: '当前不在销售时间',
  },
  region_not_allowed: {
    en: 'Not available here',
    ko: '이 지역에서 판매하지 않습니다',
    zh: '此地区不可用',
  },
  price_changed: { en: 'The price has changed', ko: '가격이 변경되었습니다', zh: '价格已变动' },
  promotion_invalid: {
    en: 'Promotion code not valid',
    ko: '사용할 수 없는 프로모션 코드입니다',
    zh: '优惠码不可用',
  },
  sold_out: { en: 'Sold out', ko: '품절되었습니다', zh: '已售罄' },
  second_factor_required: {
    en: 'PIN needed or wrong',
    ko: '비밀번호를 확인해 주세요',
    zh: '请核对密码',
  },
};

/** undefined where no locale is known; other languages read English. */
export const customerText = (code: CodeName, locale: string | undefined): string | undefined => {
  if (locale === undefined) {
    return undefined;
  }
  const language = locale.slice(0, 2).toLowerCase();
  return (TEXTS[code] ?? DECLINED)[language === 'ko' || language === 'zh' ? language : 'en'];
};
