/** From the kiosk's state to what its page shows, in words of the customer's language. Identifiers stay behind. */

import { bytesWithHeaders, costOf } from '../air-meter.ts';
import { linesOf, totalOf } from '../content/basket.ts';
import { type Catalogue, offerAt } from '../content/catalogue.ts';
import type {
  BasketView,
  CardView,
  KioskView,
  ProductView,
  ScreenView,
  StatusView,
} from '../content/kiosk-view.ts';
import {
  LANGUAGE_LOCALES,
  LANGUAGE_NAMES,
  LANGUAGES,
  type Language,
  pageWordsOf,
} from '../content/languages.ts';
import { moneyText, smallMoneyText } from '../content/money-text.ts';
import { numberText } from '../content/number-text.ts';
import { fill, type PageWords } from '../content/page-words.ts';
import type { RegionZone } from '../content/region-zone.ts';
import { type ScreenText, screenText } from '../content/screen-text.ts';
import { signalBars } from '../ui/signal-bars.ts';
import type { ModemState } from './modem-keeper.ts';
import type { SaleReport } from './sale-log.ts';
import type { Screen, ShopState } from './shop-state.ts';

export interface Surroundings {
  readonly modem: ModemState;
  readonly online: boolean;
  /** A standing connection is wanted, so having none is a fault. */
  readonly standing: boolean;
  /** Requests without an answer. */
  readonly waiting: number;
  readonly timeZone: RegionZone;
  /** Of the lines that the server adds. */
  readonly terminalLanguage: Language;
  readonly cards: readonly { readonly label: string; readonly entryMode: CardView['entryMode'] }[];
  /** Price of a megabyte on the air, US dollars. */
  readonly usdPerMb: number;
  readonly nowMs: number;
}

export const kioskView = (state: ShopState, around: Surroundings): KioskView => {
  const { language } = state;
  const words = pageWordsOf(language);
  const locale = LANGUAGE_LOCALES[language];
  return {
    language,
    locale,
    words,
    languages: LANGUAGES.map((code) => ({ code, name: LANGUAGE_NAMES[code] })),
    nowMs: around.nowMs,
    status: statusView(around, words),
    products: productViews(state, locale, around.nowMs),
    basket: basketView(state, locale),
    screen: screenView(state, around, words),
  };
};

const statusView = (around: Surroundings, words: PageWords): StatusView => {
  const { modem, waiting } = around;
  const bars = modem.kind === 'ready' ? signalBars(modem.report.signal) : 0;
  return {
    ...linkStatus(around, words),
    bars,
    signalText: fill(words.status.signal, { bars }),
    waiting: waiting === 0 ? '' : fill(words.status.waiting, { count: waiting }),
  };
};

const linkStatus = (
  { modem, online, standing }: Surroundings,
  { status }: PageWords,
): Pick<StatusView, 'tone' | 'text'> => {
  if (modem.kind === 'starting') {
    return { tone: 'busy', text: status.starting };
  }
  if (modem.kind !== 'ready') {
    return { tone: 'bad', text: status.modemDown };
  }
  if (online) {
    return { tone: 'good', text: status.online };
  }
  return standing ? { tone: 'bad', text: status.offline } : { tone: 'good', text: status.ready };
};

const productViews = (
  { catalogue, basket }: ShopState,
  locale: string,
  nowMs: number,
): readonly ProductView[] =>
  (catalogue?.items ?? []).map((item) => {
    const { open, changesAtS } = offerAt(item, Math.floor(nowMs / 1000));
    return {
      sku: item.sku,
      name: item.name,
      price: moneyText(item.unitPriceMinor, (catalogue as Catalogue).currency, locale),
      open,
      quantity: basket.get(item.sku) ?? 0,
      ...(changesAtS === undefined ? {} : { changesAtMs: changesAtS * 1000 }),
    };
  });

const basketView = ({ catalogue, basket, promotion }: ShopState, locale: string): BasketView => {
  const currency = catalogue?.currency ?? 0;
  const lines = linesOf(basket, catalogue?.items ?? []);
  return {
    lines: lines.map(({ item: { sku, name }, quantity, totalMinor }) => ({
      sku,
      name,
      quantity,
      total: moneyText(totalMinor, currency, locale),
    })),
    total: lines.length === 0 ? '' : moneyText(totalOf(lines), currency, locale),
    ...(promotion === undefined ? {} : { promotion }),
  };
};

const screenView = (state: ShopState, around: Surroundings, words: PageWords): ScreenView => {
  const { screen } = state;
  switch (screen.kind) {
    case 'shop':
      return { kind: 'shop' };
    case 'identify':
      return {
        kind: 'identify',
        cards: around.cards.map((card, index) => ({ index, ...card })),
        ...(screen.invalid ? { notice: words.payment.codeInvalid } : {}),
      };
    case 'pin':
      return { kind: 'pin', ...(screen.wrong ? { notice: words.payment.pinWrong } : {}) };
    case 'waiting':
      return waitingView(screen, words);
    case 'outcome':
      return outcomeView(screen, state, around);
    case 'offline': {
      const amount = basketView(state, LANGUAGE_LOCALES[state.language]).total;
      return screen.refusal === undefined
        ? { kind: 'offline', lead: fill(words.offline.lead, { amount }), mayAccept: true }
        : { kind: 'offline', lead: words.offline.refusals[screen.refusal], mayAccept: false };
    }
  }
};

const waitingView = (
  { sinceMs, steps, sent, unknown }: Screen & { readonly kind: 'waiting' },
  words: PageWords,
): ScreenView => ({
  kind: 'waiting',
  unknown,
  lead: leadOf({ sent, unknown }, words),
  steps: steps.map((step) => ({ step, text: words.wait.steps[step] })),
  sinceMs,
  mayCancel: !sent,
});

const leadOf = (
  { sent, unknown }: { readonly sent: boolean; readonly unknown: boolean },
  { wait }: PageWords,
): string => {
  if (unknown) {
    return wait.unknownLead;
  }
  return sent ? wait.lead : wait.connectingLead;
};

const outcomeView = (
  { result, report }: Screen & { readonly kind: 'outcome' },
  { language, catalogue }: ShopState,
  around: Surroundings,
): ScreenView => {
  const words = pageWordsOf(language);
  const text = resultText(inLanguage(result, language === around.terminalLanguage), {
    words,
    locale: LANGUAGE_LOCALES[language],
    currency: catalogue?.currency ?? 0,
    timeZone: around.timeZone,
  });
  return {
    kind: 'outcome',
    ...text,
    mayRetry: text.tone === 'refused' && result.kind !== 'out_of_service',
    ...(report === undefined || result.kind === 'stored'
      ? {}
      : { air: airText(report, language, around.usdPerMb) }),
  };
};

type ShownResult = (Screen & { readonly kind: 'outcome' })['result'];

/** The server's own line is in the language of the terminal: on a screen in another it is left out. */
const inLanguage = (result: ShownResult, same: boolean): ShownResult => {
  if (same || result.kind !== 'answered') {
    return result;
  }
  const { text: _, ...reply } = result.reply;
  return { ...result, reply };
};

interface TextOptions {
  readonly words: PageWords;
  readonly locale: string;
  readonly currency: number;
  readonly timeZone: RegionZone;
}

/** Also for the rows of the service view. */
export const resultText = (result: ShownResult, { words, ...options }: TextOptions): ScreenText => {
  if (result.kind === 'stored') {
    const { title, hint } = words.offline.stored;
    return { tone: 'paid', title, lines: [hint] };
  }
  if (result.kind === 'out_of_service') {
    const { title, hint } = words.outOfService;
    return { tone: 'refused', title, lines: [hint] };
  }
  return screenText(result, options);
};

/** `312 B · 1.2 s · $0.00016`: what one sale cost on the air. */
export const airText = (report: SaleReport, language: Language, usdPerMb: number): string => {
  const locale = LANGUAGE_LOCALES[language];
  const seconds = numberText(report.ms / 1000, 1);
  const bytes = numberText(bytesWithHeaders(report.air));
  const cost = smallMoneyText(costOf(report.air, usdPerMb), 'USD', locale);
  return `${bytes} B · ${seconds} s · ${cost}`;
};
