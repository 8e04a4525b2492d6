/** What is on the screen: 80 columns whatever the script, no control characters, money as people write it. */
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { moneyText } from '#client/content/money-text.ts';
import { payRequestOf } from '#client/content/pay-request.ts';
import { screenText, wordsOf } from '#client/content/screen-text.ts';
import type { SaleOutcome } from '#client/terminal.ts';
import { displayWidth, fitColumns } from '#client/ui/display-width.ts';
import { signalBars } from '#client/ui/signal-bars.ts';
import { createTerminalScreen, SCREEN_COLUMNS } from '#client/ui/terminal-screen.ts';
import { CODES, type CodeName } from '#protocol/codes.ts';

const LOCALES = ['en-US', 'ko-KR', 'zh-CN'] as const;
const inKorea = { locale: 'en-US', currency: 410, timeZone: 'Asia/Seoul' } as const;
const codeNames = Object.keys(CODES) as CodeName[];
const answered = (code: CodeName, more: object = {}): SaleOutcome => ({
  kind: 'answered',
  via: 'reply',
  reply: { code, ...more },
});

const record = (
  draw: (screen: ReturnType<typeof createTerminalScreen>) => void,
  colour = false,
): string[] => {
  let written = '';
  draw(createTerminalScreen({ write: (text) => (written += text), colour }));
  return written.split('\n').slice(0, -1);
};

describe('the width of a text', () => {
  it.each([
    ['abc', 3],
    ['₩12,900', 7],
    ['결제되었습니다', 14],
    ['김**', 4],
    ['支付成功', 8],
    ['', 0],
  ])('of %j is %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  it.each([
    ['가나', 4, '가나'],
    ['가나', 3, '가 '],
    ['가나', 5, '가나 '],
    ['ab', 0, ''],
  ])('fits %j into %i columns without half a character', (text, columns, fitted) => {
    expect(fitColumns(text, columns)).toBe(fitted);
  });
});

describe('the bars of the signal', () => {
  it.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [7, 1],
    [8, 2],
    [13, 2],
    [14, 3],
    [19, 3],
    [20, 4],
    [31, 4],
    [99, 0],
  ])('for %i are %i', (signal, bars) => {
    expect(signalBars(signal)).toBe(bars);
  });
});

describe('the screen', () => {
  it.each(LOCALES)('draws every outcome as a box of exactly 80 columns (%s)', (locale) => {
    const outcomes: SaleOutcome[] = [
      ...codeNames.map((code) =>
        answered(code, { maskedName: '김**', text: '오늘도 좋은 하루 되세요'.repeat(4) }),
      ),
      ...codeNames.map((code): SaleOutcome => ({ kind: 'stopped', code })),
      { kind: 'reversed' },
      { kind: 'not_sent', trouble: '' },
      { kind: 'unknown', sequence: 2, trouble: '' },
    ];
    for (const outcome of outcomes) {
      const lines = record((screen) => screen.outcome(screenText(outcome, { ...inKorea, locale })));
      expect(lines.map(displayWidth)).toEqual(lines.map(() => SCREEN_COLUMNS));
    }
  });

  it('lets no control character of a name or a modem reach the terminal', () => {
    const lines = record((screen) => {
      screen.outcome({ tone: 'paid', title: '\u001b[2Jgone', lines: ['a\u0007b'] });
      screen.dialogue({ direction: 'down', text: '\u001b]0;x\u0007', atMs: 0 });
      screen.signal(20, '\u009b31m');
      screen.products([{ sku: '\u001bX', price: '1', openNow: true }]);
    });
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  });

  it('cuts a line of the dialogue at 80 columns, and counts time from the first one', () => {
    const lines = record((screen) => {
      screen.dialogue({ direction: 'up', text: 'AT', atMs: 5_000 });
      screen.dialogue({ direction: 'down', text: '가'.repeat(100), atMs: 5_042 });
    });
    expect(lines[0]).toBe('     0 ms  → AT');
    expect(lines[1]).toMatch(/^ {4}42 ms {2}← 가/);
    expect(displayWidth(lines[1] ?? '')).toBeLessThanOrEqual(SCREEN_COLUMNS);
  });

  it('shows the same text with and without colours', () => {
    const text = screenText(answered('approved', { amountMinor: 100 }), inKorea);
    const coloured = record((screen) => screen.outcome(text), true);
    expect(coloured.join('')).toContain('\u001b[');
    expect(coloured.map(stripVTControlCharacters)).toEqual(
      record((screen) => screen.outcome(text)),
    );
  });
});

describe('the words of an outcome', () => {
  it('are of the tone paid for approved only, open for what is not decided, refused for the rest', () => {
    for (const code of codeNames) {
      const { tone } = screenText(answered(code), inKorea);
      const open = ['undecided', 'silent'].includes(CODES[code].class);
      const expected = open ? 'open' : 'refused';
      expect(tone, code).toBe(code === 'approved' ? 'paid' : expected);
    }
  });

  it.each(LOCALES)('never say that it failed while it is open (%s)', (locale) => {
    const open: SaleOutcome[] = [
      { kind: 'unknown', sequence: 2, trouble: 'no answer from the bridge' },
      ...codeNames.map((code): SaleOutcome => ({ kind: 'stopped', code })),
    ];
    for (const outcome of open) {
      const { tone, title, lines } = screenText(outcome, { ...inKorea, locale });
      expect(tone).toBe('open');
      expect(title, JSON.stringify(outcome)).not.toMatch(
        /fail|declin|nothing was|실패|거절|결제되지|失败|拒绝|未扣/i,
      );
      expect(lines.at(-1)).toBe(
        wordsOf(locale)[outcome.kind === 'unknown' ? 'unknown' : 'stopped'].hint,
      );
    }
  });

  it('show name, amount and authorisation of an approval', () => {
    const more = { maskedName: '김**', amountMinor: 12_900, authorisation: 'A1B2C3' };
    expect(screenText(answered('approved', more), { ...inKorea, locale: 'ko-KR' }).lines).toEqual([
      '김**',
      '금액: ₩12,900',
      '승인 번호: A1B2C3',
      wordsOf('ko-KR').codes.approved.hint,
    ]);
  });

  it('say the same thanks once, and other words of the shop besides', () => {
    const korean = { ...inKorea, locale: 'ko-KR' };
    expect(screenText(answered('approved', { text: '감사합니다' }), korean).lines).toHaveLength(1);
    expect(screenText(answered('approved', { text: '또 오세요' }), korean).lines).toHaveLength(2);
    const closed = answered('sale_window_closed', { text: '지금은 판매 시간이 아닙니다' });
    expect(screenText(closed, korean).lines).toHaveLength(1);
  });

  it('show the new price, and the next opening in the time of the region', () => {
    expect(screenText(answered('price_changed', { detail: 9_900 }), inKorea).lines[0]).toBe(
      'New price: ₩9,900',
    );
    // 2026-11-24 01:00 UTC is 10:00 in Seoul.
    const opening = Date.UTC(2026, 10, 24, 1) / 1000;
    const lines = screenText(answered('sale_window_closed', { detail: opening }), inKorea).lines;
    expect(lines[0]).toMatch(/Nov 24, 2026.*10:00\sAM/);
    expect(screenText(answered('sale_window_closed', { detail: 0 }), inKorea).lines).toHaveLength(
      1,
    );
  });

  it.each([
    ['ko', '결제되었습니다'],
    ['KO-kr', '결제되었습니다'],
    ['zh-Hant-TW', '支付成功'],
    ['de-DE', 'Paid'],
  ])('are in the language of %s', (locale, title) => {
    expect(wordsOf(locale).codes.approved.title).toBe(title);
  });
});

describe('money', () => {
  it.each([
    [0, 410, 'ko-KR', '₩0'],
    [0, 156, 'zh-CN', '¥0.00'],
    [9, 156, 'zh-CN', '¥0.09'],
    [99, 156, 'zh-CN', '¥0.99'],
    [100, 156, 'zh-CN', '¥1.00'],
    [1_290_050, 840, 'en-US', '$12,900.50'],
    [999, 414, 'en-US', 'KWD\u00a00.999'],
    [1_000, 414, 'en-US', 'KWD\u00a01.000'],
    [12_900, 999, 'en-US', '12900 (999)'],
    [9_007_199_254_740_991, 840, 'en-US', '$90,071,992,547,409.91'],
  ])('%i minor units of %i in %s are %s', (amount, currency, locale, text) => {
    expect(moneyText(amount, currency, locale)).toBe(text);
  });
});

describe('the request of a sale', () => {
  it('puts lines of one product together and adds the amount up', () => {
    const items = [
      { sku: 'A', quantity: 1, unitPriceMinor: 100 },
      { sku: 'B', quantity: 2, unitPriceMinor: 30 },
      { sku: 'A', quantity: 3, unitPriceMinor: 100 },
    ];
    const request = payRequestOf({ identifier: 'x', entryMode: 1, items, currency: 410 });
    expect(request.items).toEqual([
      { sku: 'A', quantity: 4, unitPriceMinor: 100 },
      { sku: 'B', quantity: 2, unitPriceMinor: 30 },
    ]);
    expect(request.amountMinor).toBe(460);
    expect(request).not.toHaveProperty('secondFactor');
  });
});
