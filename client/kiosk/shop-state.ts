/** What the kiosk remembers between two touches. Identifiers live in it only while their customer stands there. */
import type { EntryMode } from '#protocol/request.ts';
import type { Basket } from '../content/basket.ts';
import type { Catalogue } from '../content/catalogue.ts';
import type { Language } from '../content/languages.ts';
import type { SaleStep } from '../content/sale-step.ts';
import type { StoredRefusal } from '../outbox/stored-sales.ts';
import type { SaleReport, SaleResult } from './sale-log.ts';

/** What the customer showed. Never sent to the page, never logged. */
export interface Shown {
  readonly identifier: string;
  readonly entryMode: EntryMode;
}

export type Screen =
  | { readonly kind: 'shop' }
  | { readonly kind: 'identify'; readonly invalid: boolean }
  | { readonly kind: 'pin'; readonly shown: Shown; readonly wrong: boolean }
  | {
      readonly kind: 'waiting';
      readonly sinceMs: number;
      /** The latest; the same one is not told twice in a row. */
      readonly steps: readonly SaleStep[];
      /** Something has left the terminal, so the sale cannot be cancelled any more. */
      readonly sent: boolean;
      /** What became of it has to be asked: nothing may say that it failed. */
      readonly unknown: boolean;
    }
  | {
      readonly kind: 'outcome';
      /** `out_of_service`: nothing was sent, and nothing can be. */
      readonly result: SaleResult | { readonly kind: 'out_of_service' };
      readonly report: SaleReport | undefined;
    }
  | {
      readonly kind: 'offline';
      readonly shown: Shown;
      readonly refusal: StoredRefusal | undefined;
    };

export interface ShopState {
  readonly language: Language;
  readonly catalogue: Catalogue | undefined;
  readonly basket: Basket;
  /** Code of a promotion that the customer typed. */
  readonly promotion?: string | undefined;
  readonly screen: Screen;
}
