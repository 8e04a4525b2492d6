/** Words in three languages: none is missing, none is left in English, and what is open is never called failed. */
import { describe, expect, it } from 'vitest';
import { costOf } from '#client/air-meter.ts';
import { countdownText } from '#client/content/countdown.ts';
import { LANGUAGES, languageOf, pageWordsOf } from '#client/content/languages.ts';
import { smallMoneyText } from '#client/content/money-text.ts';
import { fill } from '#client/content/page-words.ts';
import { SALE_STEPS, STEP_TEXTS } from '#client/content/sale-step.ts';
import { wordsOf } from '#client/content/screen-text.ts';
import { CODES, type CodeName } from '#protocol/codes.ts';

type Tree = { readonly [name: string]: string | Tree };
/** `[path, text]` of every word. */
const leaves = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[`${path}${name}`, value]] : leaves(value, `${path}${name}.`),
  );
const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
const wordsIn = (language: (typeof LANGUAGES)[number]): Map<string, string> =>
  new Map([
    ...leaves(pageWordsOf(language) as unknown as Tree, 'page.'),
    ...leaves(wordsOf(language) as unknown as Tree, 'screen.'),
  ]);
const english = wordsIn('en');

describe.each(LANGUAGES)('the words in %s', (language) => {
  const words = wordsIn(language);

  it('are there for everything that English has words for', () => {
    expect([...words.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [path, text] of words) {
      expect(text.trim(), path).not.toBe('');
      expect(text, path).toBe(text.trim());
      expect(placeholders(text), path).toEqual(placeholders(english.get(path) ?? ''));
    }
  });

  it('have a title and a hint for every code there is', () => {
    for (const code of Object.keys(CODES) as CodeName[]) {
      expect(words.get(`screen.codes.${code}.title`), code).toBeTruthy();
      expect(words.get(`screen.codes.${code}.hint`), code).toBeTruthy();
    }
  });

  it('have a text for every step of a sale', () => {
    for (const step of SALE_STEPS) {
      expect(words.get(`page.wait.steps.${step}`), step).toBeTruthy();
      expect(STEP_TEXTS[step], step).toBeTruthy();
    }
  });

  it('never say that something failed while its outcome is open', () => {
    const open = [...words].filter(
      ([path]) => path.startsWith('page.wait.') || path.startsWith('screen.unknown.'),
    );
    expect(open.length).toBeGreaterThan(10);
    for (const [path, text] of open) {
      expect(text, path).not.toMatch(
        /fail|declin|nothing was|실패|거절|결제되지 않|失败|拒绝|未扣/i,
      );
    }
  });
});

describe.each([
  ['ko', /\p{Script=Hangul}/u],
  ['zh', /\p{Script=Han}/u],
] as const)('the words in %s', (language, script) => {
  it('are in their own script', () => {
    for (const [path, text] of wordsIn(language)) {
      const borrowed = ['PIN', 'AT', '–'].includes(text);
      expect(borrowed || script.test(text), `${path}: ${text}`).toBe(true);
    }
  });
});

describe('the language of a locale', () => {
  it.each([
    ['ko-KR', 'ko'],
    ['ZH-hant-TW', 'zh'],
    ['en-GB', 'en'],
    ['de-DE', 'en'],
    ['', 'en'],
  ])('%j is %s', (locale, language) => {
    expect(languageOf(locale)).toBe(language);
  });
});

describe('values in texts', () => {
  it('stand in their places, and nothing stands where there is none', () => {
    expect(fill('{a} of {b}, {a}{c}', { a: 1, b: 'two' })).toBe('1 of two, 1');
  });

  it.each([
    [0, 'en-US', '00:00'],
    [-5_000, 'en-US', '00:00'],
    [1, 'en-US', '00:01'],
    [59_000, 'en-US', '00:59'],
    [60_000, 'en-US', '01:00'],
    [3_599_000, 'en-US', '59:59'],
    [3_600_000, 'en-US', '01:00:00'],
    [86_399_000, 'ko-KR', '23:59:59'],
    [86_400_000, 'ko-KR', '1일 00:00:00'],
    [4 * 86_400_000 + 3_661_000, 'zh-CN', '4天 01:01:01'],
    [4 * 86_400_000, 'en-US', '4 days 00:00:00'],
  ])('%i ms in %s are %s', (ms, locale, text) => {
    expect(countdownText(ms, locale)).toBe(text);
  });

  it('show the cost of a few hundred bytes', () => {
    const air = { upBytes: 71, downBytes: 77, segments: 2, connections: 0 };
    // 148 of payload, and four headers of 40, at half a dollar a megabyte.
    expect(costOf(air, 0.5)).toBeCloseTo(0.000154, 9);
    expect(smallMoneyText(costOf(air, 0.5), 'USD', 'en-US')).toBe('$0.00015');
    // One connection more: three segments to open with 40 bytes of options, four to close.
    expect(costOf({ ...air, connections: 1 }, 1)).toBeCloseTo((308 + 320) / 1_000_000, 12);
  });
});
