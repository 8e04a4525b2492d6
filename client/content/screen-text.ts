/** From an outcome to what the customer reads. While the outcome is open, nothing here says that it failed. */

import { CODES } from '#protocol/codes.ts';
import type { Reply } from '#protocol/reply.ts';
import type { SaleOutcome } from '../terminal.ts';
import { moneyText } from './money-text.ts';
import type { RegionZone } from './region-zone.ts';
import type { Notice, ScreenWords } from './screen-words.ts';
import { dateTimeText } from './time-text.ts';
import { wordsEn } from './words-en.ts';
import { wordsKo } from './words-ko.ts';
import { wordsZh } from './words-zh.ts';

/** `open`: not known yet; `refused`: certain, nothing was charged. */
export type Tone = 'paid' | 'refused' | 'open';

export interface ScreenText {
  readonly tone: Tone;
  readonly title: string;
  /** Below the title, in order. */
  readonly lines: readonly string[];
}

export interface ScreenOptions {
  /** BCP 47; languages other than Korean and Chinese get English. */
  readonly locale: string;
  /** ISO 4217 number of the sale. */
  readonly currency: number;
  /** Of the terminal's region. */
  readonly timeZone: RegionZone;
}

export const wordsOf = (locale: string): ScreenWords => {
  const language = locale.toLowerCase().split('-')[0];
  if (language === 'ko') {
    return wordsKo;
  }
  return language === 'zh' ? wordsZh : wordsEn;
};

const withNotice = (tone: Tone, notice: Notice, more: readonly string[] = []): ScreenText => ({
  tone,
  title: notice.title,
  lines: [...more, notice.hint],
});

const moreOf = (reply: Reply, words: ScreenWords, options: ScreenOptions): readonly string[] => {
  const { locale, currency, timeZone } = options;
  const lines: string[] = [];
  if (reply.maskedName !== undefined) {
    lines.push(reply.maskedName);
  }
  if (reply.code === 'approved' && reply.amountMinor !== undefined) {
    lines.push(`${words.amount}: ${moneyText(reply.amountMinor, currency, locale)}`);
  }
  if (reply.authorisation !== undefined) {
    lines.push(`${words.authorisation}: ${reply.authorisation}`);
  }
  if (reply.code === 'price_changed' && reply.detail !== undefined) {
    lines.push(`${words.newPrice}: ${moneyText(reply.detail, currency, locale)}`);
  }
  if (reply.code === 'sale_window_closed' && (reply.detail ?? 0) > 0) {
    const when = dateTimeText((reply.detail ?? 0) * 1000, locale, timeZone);
    lines.push(`${words.opens}: ${when}`);
  }
  const { title, hint } = words.codes[reply.code];
  // The server's own line is left out where ours say the same.
  if (reply.text !== undefined && !title.includes(reply.text) && !hint.includes(reply.text)) {
    lines.push(reply.text);
  }
  return lines;
};

const replyText = (reply: Reply, options: ScreenOptions): ScreenText => {
  const words = wordsOf(options.locale);
  const kind = CODES[reply.code].class;
  const decided = kind === 'final' || kind === 'bytes';
  const refusedOrOpen = decided ? 'refused' : 'open';
  const tone = reply.code === 'approved' ? 'paid' : refusedOrOpen;
  return withNotice(tone, words.codes[reply.code], moreOf(reply, words, options));
};

/** Every outcome has a text in every language. */
export const screenText = (outcome: SaleOutcome, options: ScreenOptions): ScreenText => {
  const words = wordsOf(options.locale);
  switch (outcome.kind) {
    case 'answered':
      return replyText(outcome.reply, options);
    case 'reversed':
      return withNotice('refused', words.reversed);
    case 'not_sent':
      return withNotice('refused', words.notSent);
    case 'unknown':
      return withNotice('open', words.unknown);
    case 'stopped':
      return withNotice('open', words.stopped, [words.codes[outcome.code].hint]);
  }
};
