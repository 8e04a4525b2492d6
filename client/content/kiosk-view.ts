/** What the kiosk's process tells its page: everything to be shown, in words; and what the page tells back. */
import type { EntryMode } from '#protocol/request.ts';
import type { Language } from './languages.ts';
import type { PageWords } from './page-words.ts';
import type { SaleStep } from './sale-step.ts';
import type { Tone } from './screen-text.ts';

export interface ProductView {
  readonly sku: string;
  readonly name: string;
  readonly price: string;
  readonly open: boolean;
  /** When it opens or closes, unix milliseconds of the kiosk's clock; absent where it never does. */
  readonly changesAtMs?: number;
  /** In the basket. */
  readonly quantity: number;
}

export interface BasketLineView {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly total: string;
}

export interface BasketView {
  readonly lines: readonly BasketLineView[];
  readonly total: string;
  /** Code of a promotion; it is taken off when the payment is decided. */
  readonly promotion?: string;
}

export interface CardView {
  readonly index: number;
  readonly label: string;
  readonly entryMode: EntryMode;
}

export type ScreenView =
  | { readonly kind: 'shop' }
  | {
      readonly kind: 'identify';
      readonly cards: readonly CardView[];
      readonly notice?: string;
    }
  | { readonly kind: 'pin'; readonly notice?: string }
  | {
      readonly kind: 'waiting';
      /** The outcome is open: nothing may say that it failed. */
      readonly unknown: boolean;
      readonly lead: string;
      readonly steps: readonly { readonly step: SaleStep; readonly text: string }[];
      readonly sinceMs: number;
      readonly mayCancel: boolean;
    }
  | {
      readonly kind: 'outcome';
      readonly tone: Tone;
      readonly title: string;
      readonly lines: readonly string[];
      /** Bytes, seconds and cost of this sale. */
      readonly air?: string;
      readonly mayRetry: boolean;
    }
  | { readonly kind: 'offline'; readonly lead: string; readonly mayAccept: boolean };

export interface StatusView {
  readonly tone: 'good' | 'busy' | 'bad';
  readonly text: string;
  /** 0 .. 4. */
  readonly bars: number;
  readonly signalText: string;
  /** Empty where nothing waits. */
  readonly waiting: string;
}

export interface KioskView {
  readonly language: Language;
  readonly locale: string;
  readonly words: PageWords;
  readonly languages: readonly { readonly code: Language; readonly name: string }[];
  /** The kiosk's clock, unix milliseconds, for countdowns. */
  readonly nowMs: number;
  readonly status: StatusView;
  readonly products: readonly ProductView[];
  readonly basket: BasketView;
  readonly screen: ScreenView;
}

export interface SaleRow {
  readonly time: string;
  readonly result: string;
  readonly tone: Tone;
  readonly amount: string;
  readonly seconds: string;
  readonly bytes: string;
  readonly cost: string;
}

export interface ServiceView {
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly queue: readonly (readonly [name: string, value: string])[];
  readonly air: readonly (readonly [name: string, value: string])[];
  readonly sales: readonly SaleRow[];
  readonly modemOn: boolean;
}

/** One line of the live dialogue. */
export interface DialogueView {
  readonly direction: 'up' | 'down';
  readonly text: string;
  readonly time: string;
}

export type KioskAction =
  | { readonly type: 'add' | 'take'; readonly sku: string }
  | {
      readonly type: 'empty' | 'checkout' | 'back' | 'done' | 'retry' | 'cancel' | 'accept_offline';
    }
  | { readonly type: 'identify'; readonly text: string; readonly entryMode: EntryMode }
  | { readonly type: 'card'; readonly index: number }
  | { readonly type: 'pin' | 'promotion'; readonly text: string }
  | { readonly type: 'language'; readonly language: Language }
  | { readonly type: 'modem'; readonly on: boolean }
  | { readonly type: 'deliver_now' };
