/** The kiosk behind its page: from the first touch over the payment to the goods, and back to the next customer. */
import { utf8Length } from '#protocol/bytes.ts';
import type { CodeName } from '#protocol/codes.ts';
import { SHORT_TEXT_BYTES_MAX } from '#protocol/limits.ts';
import { addToBasket, EMPTY_BASKET, itemsOf, linesOf, takeFromBasket } from '../content/basket.ts';
import type { Catalogue } from '../content/catalogue.ts';
import { offerAt } from '../content/catalogue.ts';
import { parseIdentifier } from '../content/identifier-entry.ts';
import type { KioskAction } from '../content/kiosk-view.ts';
import type { Language } from '../content/languages.ts';
import { payRequestOf } from '../content/pay-request.ts';
import type { SaleStep } from '../content/sale-step.ts';
import type { PaySale } from '../terminal.ts';
import { Checkout, type CheckoutDeps } from './checkout.ts';
import type { Screen, ShopState, Shown } from './shop-state.ts';

/** Without a touch for this long the next customer finds an empty basket, and nothing of the one before. */
export const IDLE_MS = 90_000;
/** A certain outcome is shown this long. */
export const OUTCOME_MS = 20_000;

export interface ShopDeps extends CheckoutDeps {
  readonly cards: readonly Shown[];
  /** The server knows better what is sold here. */
  readonly onOutdated: () => void;
  readonly language: Language;
  readonly onChange: () => void;
}

export class Shop {
  readonly #deps: ShopDeps;
  readonly #checkout: Checkout;
  #state: ShopState;
  #watching = new AbortController();

  constructor(deps: ShopDeps, catalogue: Catalogue | undefined) {
    this.#deps = deps;
    this.#checkout = new Checkout(deps);
    this.#state = {
      language: deps.language,
      catalogue,
      basket: EMPTY_BASKET,
      screen: { kind: 'shop' },
    };
  }

  get state(): ShopState {
    return this.#state;
  }

  set catalogue(catalogue: Catalogue) {
    this.#change({ catalogue });
  }

  /** A step of the sale in progress. */
  step(step: SaleStep): void {
    const { screen } = this.#state;
    if (screen.kind === 'waiting' && screen.steps.at(-1) !== step) {
      this.#show({
        ...screen,
        steps: [...screen.steps, step].slice(-STEPS_MAX),
        sent: screen.sent || step === 'sent',
        unknown: screen.unknown || step === 'asking_status',
      });
    }
  }

  /** What the outbox was told of a request that a customer may still be waiting for. */
  settled(sequence: number): void {
    const { screen } = this.#state;
    if (screen.kind === 'outcome' && screen.result.kind === 'unknown') {
      if (screen.result.sequence === sequence) {
        this.#conclude({ ...screen, result: { kind: 'reversed' } });
      }
    }
  }

  /** Anything that does not fit the screen is passed over: a touch may come late, or twice. */
  async act(action: KioskAction): Promise<void> {
    this.#watchIdle();
    switch (action.type) {
      case 'add':
      case 'take':
        this.#changeBasket(action.type, action.sku);
        break;
      case 'empty':
        this.#change({ basket: EMPTY_BASKET, promotion: undefined });
        break;
      case 'language':
        this.#change({ language: action.language });
        break;
      case 'identify':
        await this.#identify(action.text, action.entryMode);
        break;
      case 'card':
        await this.#tap(action.index);
        break;
      case 'pin':
        await this.#enterPin(action.text);
        break;
      case 'promotion':
        this.#usePromotion(action.text);
        break;
      case 'accept_offline':
        this.#sellOffline();
        break;
      case 'cancel':
        this.#checkout.cancel();
        break;
      case 'checkout':
      case 'retry':
      case 'back':
      case 'done':
        this.#turn(action.type);
        break;
      default:
        break;
    }
  }

  /** Ends all waiting. */
  close(): void {
    this.#watching.abort();
    this.#checkout.cancel();
  }

  #changeBasket(type: 'add' | 'take', sku: string): void {
    const { basket, catalogue, screen } = this.#state;
    const item = catalogue?.items.find((row) => row.sku === sku);
    if (screen.kind !== 'shop' || catalogue === undefined || item === undefined) {
      return;
    }
    if (type === 'take') {
      this.#change({ basket: takeFromBasket(basket, sku) });
    } else if (offerAt(item, this.#nowS).open) {
      this.#change({ basket: addToBasket(basket, item, catalogue.items) });
    }
  }

  /** Nothing typed takes it away. Whether it is good, only the server knows. */
  #usePromotion(text: string): void {
    if (this.#state.screen.kind === 'shop') {
      const code = parseIdentifier(text);
      const fits = code !== undefined && utf8Length(code) <= SHORT_TEXT_BYTES_MAX;
      this.#change({ promotion: fits ? code : undefined });
    }
  }

  #turn(to: 'checkout' | 'retry' | 'back' | 'done'): void {
    const { screen } = this.#state;
    const from = screen.kind;
    const mayPay = from === 'shop' || from === 'outcome';
    if ((to === 'checkout' || to === 'retry') && mayPay && this.#sale(undefined) !== undefined) {
      this.#show({ kind: 'identify', invalid: false });
    } else if (to === 'back' && (from === 'identify' || from === 'pin' || from === 'offline')) {
      this.#show({ kind: 'shop' });
    } else if (to === 'done' && (from === 'outcome' || from === 'offline')) {
      this.#next();
    }
  }

  async #identify(text: string, entryMode: Shown['entryMode']): Promise<void> {
    const { screen } = this.#state;
    if (screen.kind !== 'identify') {
      return;
    }
    const identifier = parseIdentifier(text);
    if (identifier === undefined) {
      this.#show({ kind: 'identify', invalid: true });
      return;
    }
    await this.#pay({ identifier, entryMode });
  }

  async #tap(index: number): Promise<void> {
    const card = this.#deps.cards[index];
    if (card !== undefined && this.#state.screen.kind === 'identify') {
      await this.#pay(card);
    }
  }

  async #enterPin(text: string): Promise<void> {
    const { screen } = this.#state;
    const pin = parseIdentifier(text)?.slice(0, PIN_LENGTH_MAX);
    if (screen.kind === 'pin' && pin !== undefined) {
      await this.#pay(screen.shown, pin);
    }
  }

  async #pay(shown: Shown, secondFactor?: string): Promise<void> {
    const sale = this.#sale(shown, secondFactor);
    if (sale === undefined) {
      this.#show({ kind: 'shop' });
      return;
    }
    const offer = this.#checkout.offerAtOnce(shown, sale);
    if (offer !== undefined) {
      this.#show(offer);
      return;
    }
    const sinceMs = this.#deps.clock.nowMs();
    this.#show({ kind: 'waiting', sinceMs, steps: [], sent: false, unknown: false });
    this.#conclude(await this.#checkout.pay(shown, sale));
  }

  #sellOffline(): void {
    const { screen } = this.#state;
    const sale = screen.kind === 'offline' ? this.#sale(screen.shown) : undefined;
    if (screen.kind === 'offline' && screen.refusal === undefined && sale !== undefined) {
      // Nobody can say now whether its code is good, and nothing may be promised that is not kept.
      const { promotionCode: _code, ...full } = sale;
      this.#conclude(this.#checkout.sellOffline(screen, full));
    }
  }

  /** What is in the basket as a request; undefined where it is empty. */
  #sale(shown: Shown | undefined, secondFactor?: string): PaySale | undefined {
    const { basket, catalogue, promotion } = this.#state;
    const lines = linesOf(basket, catalogue?.items ?? []);
    if (catalogue === undefined || lines.length === 0) {
      return undefined;
    }
    const request = payRequestOf({
      ...(shown ?? { identifier: '', entryMode: 1 }),
      items: itemsOf(lines),
      currency: catalogue.currency,
      ...(secondFactor === undefined ? {} : { secondFactor }),
      ...(promotion === undefined ? {} : { promotionCode: promotion }),
    });
    return { ...request, catalogueVersion: catalogue.version };
  }

  #conclude(screen: Screen): void {
    const result = screen.kind === 'outcome' ? screen.result : undefined;
    const code = result?.kind === 'answered' ? result.reply.code : undefined;
    const goods = result?.kind === 'stored' || code === 'approved';
    this.#change({
      screen,
      ...(goods ? { basket: EMPTY_BASKET } : {}),
      // Asked again, the sale goes without a code that is not good here.
      ...(goods || code === 'promotion_invalid' ? { promotion: undefined } : {}),
    });
    if (code !== undefined && OUTDATED.has(code)) {
      this.#deps.onOutdated();
    }
    this.#watchIdle();
  }

  /** The next customer. */
  #next(): void {
    const { language } = this.#deps;
    this.#change({
      screen: { kind: 'shop' },
      basket: EMPTY_BASKET,
      promotion: undefined,
      language,
    });
  }

  #watchIdle(): void {
    this.#watching.abort();
    const watching = new AbortController();
    this.#watching = watching;
    const certain =
      this.#state.screen.kind === 'outcome' && this.#state.screen.result.kind !== 'unknown';
    const patienceMs = certain ? OUTCOME_MS : IDLE_MS;
    void this.#deps.timers.sleep(patienceMs, watching.signal).then(() => {
      if (!watching.signal.aborted && this.#state.screen.kind !== 'waiting') {
        this.#next();
      }
    });
  }

  get #nowS(): number {
    return Math.floor(this.#deps.clock.nowMs() / 1000);
  }

  #show(screen: Screen): void {
    this.#change({ screen });
  }

  #change(change: Partial<ShopState>): void {
    this.#state = { ...this.#state, ...change };
    this.#deps.onChange();
  }
}

/** Refusals that come from a catalogue which is not the newest. */
const OUTDATED: ReadonlySet<CodeName> = new Set([
  'price_changed',
  'sale_window_closed',
  'region_not_allowed',
  'sold_out',
]);
/** Steps that the waiting screen remembers. */
const STEPS_MAX = 8;
/** Characters of a PIN; the wire takes longer ones, people do not remember them. */
const PIN_LENGTH_MAX = 32;
