/** What the operator sees: modem, connection, what waits, what is on the air and what a sale costs. */

import { type AirCount, bytesWithHeaders, costOf } from '../air-meter.ts';
import type { DialogueLine } from '../at/at-channel.ts';
import type { DialogueView, SaleRow, ServiceView } from '../content/kiosk-view.ts';
import { LANGUAGE_LOCALES, type Language, pageWordsOf } from '../content/languages.ts';
import { moneyText, smallMoneyText } from '../content/money-text.ts';
import { numberText } from '../content/number-text.ts';
import type { PageWords } from '../content/page-words.ts';
import type { RegionZone } from '../content/region-zone.ts';
import { clockText, millisecondsText } from '../content/time-text.ts';
import type { OpenRequest } from '../outbox/outbox-log.ts';
import { storedSales } from '../outbox/stored-sales.ts';
import type { ModemState } from './modem-keeper.ts';
import type { SaleReport } from './sale-log.ts';
import { resultText } from './shop-view.ts';

export interface ServiceState {
  readonly language: Language;
  readonly timeZone: RegionZone;
  readonly terminal: number;
  readonly keyVersion: number;
  readonly bridge: string;
  readonly modem: ModemState;
  readonly online: boolean;
  readonly trouble: string;
  readonly lastSequence: number;
  readonly open: readonly OpenRequest[];
  readonly air: AirCount;
  readonly usdPerMb: number;
  readonly sales: readonly SaleReport[];
}

type Fact = readonly [name: string, value: string];
const SALES_PER_THOUSAND = 1_000;

export const serviceView = (state: ServiceState): ServiceView => {
  const words = pageWordsOf(state.language);
  return {
    facts: factsOf(state, words),
    queue: queueOf(state, words),
    air: airOf(state, words),
    sales: state.sales.map((report) => rowOf(report, state, words)),
    modemOn: state.modem.kind !== 'off',
  };
};

const factsOf = (state: ServiceState, words: PageWords): readonly Fact[] => {
  const { service, status } = words;
  const { modem } = state;
  const report = modem.kind === 'ready' ? modem.report : undefined;
  const modemText =
    report?.identity ?? (modem.kind === 'starting' ? status.starting : status.modemDown);
  return [
    [service.terminal, `${state.terminal} · v${state.keyVersion}`],
    [service.modem, modemText],
    [service.operator, report?.operator || '–'],
    [service.address, report?.address || '–'],
    [service.connection, `${state.bridge} · ${state.online ? status.online : status.offline}`],
    [service.trouble, (modem.kind === 'down' ? modem.trouble : state.trouble) || service.none],
  ];
};

const queueOf = ({ open, lastSequence }: ServiceState, { service }: PageWords): readonly Fact[] => {
  const reverses = open.filter(({ kind }) => kind === 'reverse').length;
  return [
    [service.storedSales, String(storedSales(open).length)],
    [service.reverses, String(reverses)],
    [service.lastNumber, String(lastSequence)],
  ];
};

const airOf = (state: ServiceState, { service }: PageWords): readonly Fact[] => {
  const locale = LANGUAGE_LOCALES[state.language];
  const { air, usdPerMb, sales } = state;
  const payments = sales.filter(({ result }) => result.kind === 'answered');
  const mean =
    payments.reduce((sum, report) => sum + costOf(report.air, usdPerMb), 0) /
    Math.max(1, payments.length);
  const money = (usd: number): string => smallMoneyText(usd, 'USD', locale);
  return [
    [service.up, `${numberText(air.upBytes)} B`],
    [service.down, `${numberText(air.downBytes)} B`],
    [service.withHeaders, `${numberText(bytesWithHeaders(air))} B`],
    [service.cost, money(costOf(air, usdPerMb))],
    [service.thousand, payments.length === 0 ? '–' : money(mean * SALES_PER_THOUSAND)],
  ];
};

const rowOf = (report: SaleReport, state: ServiceState, words: PageWords): SaleRow => {
  const locale = LANGUAGE_LOCALES[state.language];
  const { amountMinor, currency } = report;
  const { timeZone } = state;
  const { tone, title } = resultText(report.result, { words, locale, currency, timeZone });
  const { air } = report;
  return {
    time: clockText(report.atMs, locale, timeZone),
    result: title,
    tone,
    amount: moneyText(amountMinor, currency, locale),
    seconds: (report.ms / 1000).toFixed(1),
    bytes: `${air.upBytes} + ${air.downBytes}`,
    cost: smallMoneyText(costOf(air, state.usdPerMb), 'USD', locale),
  };
};

/** Milliseconds count where a dialogue is read. */
export const dialogueView = (
  { direction, text, atMs }: DialogueLine,
  timeZone: RegionZone,
): DialogueView => ({
  direction,
  // Control characters of a modem must not steer whatever shows them.
  text: text.replaceAll(/\p{Cc}/gu, '·'),
  time: millisecondsText(atMs, timeZone),
});
