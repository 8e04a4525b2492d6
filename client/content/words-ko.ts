/** Every answer in Korean: a title and what the customer does next. */
import type { ScreenWords } from './screen-words.ts';

export const wordsKo: ScreenWords = {
  codes: {
    approved: { title: '결제되었습니다', hint: '감사합니다. 상품을 가져가세요.' },
    identifier_unknown: {
      title: '등록되지 않은 결제 코드입니다',
      hint: '코드를 확인하거나 다른 코드를 보여 주세요.',
    },
    identifier_ambiguous: {
      title: '결제 코드를 구분할 수 없습니다',
      hint: '다른 결제 수단을 이용해 주세요.',
    },
    identifier_expired: { title: '유효 기간이 지난 코드입니다', hint: '새 코드를 보여 주세요.' },
    identifier_used: { title: '이미 사용한 코드입니다', hint: '새 코드를 보여 주세요.' },
    user_blocked: { title: '이용이 정지된 계정입니다', hint: '고객센터로 문의해 주세요.' },
    insufficient_funds: {
      title: '잔액이 부족합니다',
      hint: '충전하거나 다른 상품을 선택해 주세요.',
    },
    limit_exceeded: { title: '한도를 초과했습니다', hint: '더 적은 금액을 선택해 주세요.' },
    frequency_exceeded: { title: '결제 횟수를 초과했습니다', hint: '나중에 다시 이용해 주세요.' },
    sale_window_closed: {
      title: '지금은 판매 시간이 아닙니다',
      hint: '판매 시간에 다시 이용해 주세요.',
    },
    region_not_allowed: {
      title: '이 지역에서는 판매하지 않습니다',
      hint: '다른 상품을 선택해 주세요.',
    },
    sold_out: { title: '품절되었습니다', hint: '다른 상품을 선택해 주세요.' },
    price_changed: {
      title: '가격이 변경되었습니다',
      hint: '결제되지 않았습니다. 새 가격을 확인해 주세요.',
    },
    currency_not_allowed: {
      title: '이 통화는 사용할 수 없습니다',
      hint: '다른 결제 수단을 이용해 주세요.',
    },
    already_voided: { title: '취소된 결제입니다', hint: '결제되지 않았습니다.' },
    original_not_found: {
      title: '해당 결제를 찾을 수 없습니다',
      hint: '고객센터로 문의해 주세요.',
    },
    not_permitted: { title: '여기서는 이용할 수 없습니다', hint: '고객센터로 문의해 주세요.' },
    too_late: { title: '시간이 초과되었습니다', hint: '결제되지 않았습니다. 다시 시도해 주세요.' },
    merchant_closed: { title: '영업시간이 아닙니다', hint: '나중에 다시 이용해 주세요.' },
    promotion_invalid: {
      title: '사용할 수 없는 프로모션입니다',
      hint: '프로모션 없이 진행해 주세요.',
    },
    second_factor_required: {
      title: '본인 확인이 필요합니다',
      hint: '비밀번호를 입력하고 다시 시도해 주세요.',
    },
    frame_malformed: { title: '단말기 점검이 필요합니다', hint: '결제되지 않았습니다.' },
    version_unsupported: { title: '단말기 업데이트가 필요합니다', hint: '운영자에게 알렸습니다.' },
    mac_invalid: { title: '단말기 점검이 필요합니다', hint: '운영자가 키를 확인해야 합니다.' },
    terminal_unknown: { title: '등록되지 않은 단말기입니다', hint: '결제되지 않았습니다.' },
    terminal_suspended: { title: '사용이 중지된 단말기입니다', hint: '결제되지 않았습니다.' },
    key_version_retired: {
      title: '단말기 점검이 필요합니다',
      hint: '운영자가 키를 다시 설정해야 합니다.',
    },
    field_invalid: { title: '처리할 수 없는 요청입니다', hint: '결제되지 않았습니다.' },
    conflict: { title: '단말기 점검이 필요합니다', hint: '운영자가 일련번호를 확인해야 합니다.' },
    sequence_too_old: {
      title: '단말기 점검이 필요합니다',
      hint: '운영자가 일련번호를 확인해야 합니다.',
    },
    card_number_refused: {
      title: '카드 번호를 입력하지 마세요',
      hint: '결제 코드를 이용해 주세요. 저장되지 않았습니다.',
    },
    busy: { title: '잠시만 기다려 주세요', hint: '확인하고 있습니다.' },
    in_progress: { title: '잠시만 기다려 주세요', hint: '결제를 처리하고 있습니다.' },
    provider_unreachable: {
      title: '잠시만 기다려 주세요',
      hint: '결제 서비스에 연결하고 있습니다.',
    },
    outcome_unknown: { title: '잠시만 기다려 주세요', hint: '결제 결과를 확인하고 있습니다.' },
    draining: { title: '잠시만 기다려 주세요', hint: '다시 연결하고 있습니다.' },
    internal: { title: '잠시만 기다려 주세요', hint: '확인하고 있습니다.' },
  },
  reversed: { title: '결제되지 않았습니다', hint: '결제를 마치지 못해 취소했습니다.' },
  notSent: { title: '결제되지 않았습니다', hint: '연결할 수 없습니다. 나중에 다시 시도해 주세요.' },
  unknown: {
    title: '아직 결과를 확인하지 못했습니다',
    hint: '결제되었다면 자동으로 취소됩니다. 지금은 다시 결제하지 마세요.',
  },
  stopped: { title: '단말기 점검이 필요합니다', hint: '운영자가 결제 결과를 확인합니다.' },
  amount: '금액',
  authorisation: '승인 번호',
  opens: '판매 시작',
  newPrice: '새 가격',
};
