/** What a language must have words for on the kiosk's page; `{x}` stands for a value. */
import type { StoredRefusal } from '../outbox/stored-sales.ts';
import type { SaleStep } from './sale-step.ts';
import type { Notice } from './screen-words.ts';

export interface ShopWords {
  readonly title: string;
  readonly lead: string;
  readonly onSale: string;
  readonly closed: string;
  readonly opensIn: string;
  readonly closesIn: string;
  /** It opens at a time that is not known yet. */
  readonly opensLater: string;
  readonly add: string;
  readonly addOne: string;
  readonly takeOne: string;
  readonly basket: string;
  readonly basketEmpty: string;
  readonly total: string;
  readonly pay: string;
  readonly empty: string;
  readonly promotion: {
    readonly label: string;
    readonly use: string;
    readonly remove: string;
    /** Beside a code that is used. */
    readonly hint: string;
  };
  /** Nothing is known of what is sold here. */
  readonly noProducts: Notice;
}

export interface PayWords {
  readonly title: string;
  readonly lead: string;
  readonly scan: string;
  readonly scanHint: string;
  readonly type: string;
  readonly code: string;
  readonly tap: string;
  readonly chip: string;
  readonly demoCards: string;
  readonly show: string;
  readonly hide: string;
  readonly back: string;
  readonly codeInvalid: string;
  readonly pinTitle: string;
  readonly pinLead: string;
  readonly pinWrong: string;
  readonly pin: string;
  readonly continue: string;
}

export interface WaitWords {
  readonly title: string;
  /** While nothing has left the kiosk. */
  readonly connectingLead: string;
  readonly lead: string;
  readonly unknownTitle: string;
  readonly unknownLead: string;
  readonly cancel: string;
  /** `{seconds}` since the customer paid. */
  readonly elapsed: string;
  readonly steps: Readonly<Record<SaleStep, string>>;
}

export interface OfflineWords {
  readonly title: string;
  readonly lead: string;
  readonly accept: string;
  readonly decline: string;
  readonly stored: Notice;
  readonly refusals: Readonly<Record<StoredRefusal, string>>;
}

export interface StatusWords {
  readonly language: string;
  readonly starting: string;
  readonly online: string;
  readonly ready: string;
  readonly offline: string;
  readonly modemDown: string;
  /** `{bars}` of 4. */
  readonly signal: string;
  /** `{count}` requests. */
  readonly waiting: string;
  /** The page has lost the kiosk process. */
  readonly pageLost: string;
}

export interface ServiceWords {
  readonly open: string;
  readonly close: string;
  readonly title: string;
  readonly modem: string;
  readonly connection: string;
  readonly operator: string;
  readonly address: string;
  readonly trouble: string;
  readonly none: string;
  readonly terminal: string;
  readonly lastNumber: string;
  readonly queue: string;
  readonly queueEmpty: string;
  readonly storedSales: string;
  readonly reverses: string;
  readonly air: string;
  readonly airHint: string;
  readonly up: string;
  readonly down: string;
  readonly withHeaders: string;
  readonly cost: string;
  readonly thousand: string;
  readonly sales: string;
  readonly noSales: string;
  readonly time: string;
  readonly result: string;
  readonly amount: string;
  readonly seconds: string;
  readonly bytes: string;
  readonly dialogue: string;
  readonly dialogueEmpty: string;
  readonly powerOff: string;
  readonly powerOn: string;
  readonly retryNow: string;
}

export interface PageWords {
  readonly shop: ShopWords;
  readonly payment: PayWords;
  readonly wait: WaitWords;
  readonly offline: OfflineWords;
  readonly status: StatusWords;
  readonly service: ServiceWords;
  readonly done: string;
  readonly tryAgain: string;
  readonly outOfService: Notice;
}

/** Puts values in the place of `{names}`. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(values[name] ?? ''));
