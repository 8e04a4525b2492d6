/** One basket paid for: online, or kept for later where there is no connection; and which screen comes of it. */
import { isOfflineEntryMode } from '../content/identifier-entry.ts';
import type { Outbox } from '../outbox/file-outbox.ts';
import { OutboxError } from '../outbox/outbox-error.ts';
import {
  refuseStored,
  type StoredLimits,
  type StoredRefusal,
  storedSales,
} from '../outbox/stored-sales.ts';
import type { Clock, Timers } from '../ports.ts';
import type { PaySale, Terminal } from '../terminal.ts';
import type { SaleLog } from './sale-log.ts';
import type { Screen, Shown } from './shop-state.ts';

/** REVERSE is watched by the customer for this long; then the page says that it is not known, and the outbox goes on. */
export const REVERSE_WATCH_MS = 60_000;
/** Nothing has left after this long: who may buy offline is asked whether to. */
export const OFFLINE_AFTER_MS = 20_000;

export interface CheckoutDeps {
  readonly terminal: Pick<Terminal, 'pay' | 'store'>;
  readonly outbox: Pick<Outbox, 'open'>;
  readonly sales: SaleLog;
  /** The modem cannot carry anything now. */
  readonly isModemDown: () => boolean;
  /** Undefined: this kiosk does not sell offline. */
  readonly storedLimits: StoredLimits | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
}

export class Checkout {
  readonly #deps: CheckoutDeps;
  #unsent = new AbortController();

  constructor(deps: CheckoutDeps) {
    this.#deps = deps;
  }

  /** Gives up what has not left the terminal yet. */
  cancel(): void {
    this.#unsent.abort();
  }

  /** Where no payment has to be waited for: the offer to buy offline. */
  offerAtOnce(shown: Shown, sale: PaySale): Screen | undefined {
    return this.#deps.isModemDown() && this.#maySellOffline(shown)
      ? this.#offer(shown, sale)
      : undefined;
  }

  /** The screen that follows the waiting. */
  async pay(shown: Shown, sale: PaySale): Promise<Screen> {
    const { sales, terminal, timers } = this.#deps;
    const report = sales.begin(sale.amountMinor, sale.currency);
    const unsent = new AbortController();
    this.#unsent = unsent;
    const over = new AbortController();
    const offline = this.#maySellOffline(shown);
    if (offline) {
      void timers.sleep(OFFLINE_AFTER_MS, over.signal).then(() => {
        if (!over.signal.aborted) {
          unsent.abort();
        }
      });
    }
    try {
      const outcome = await terminal.pay(sale, REVERSE_WATCH_MS, unsent.signal);
      if (outcome.kind === 'not_sent' && offline) {
        return this.#offer(shown, sale);
      }
      const result = report(outcome);
      if (outcome.kind === 'answered' && outcome.reply.code === 'second_factor_required') {
        return { kind: 'pin', shown, wrong: sale.secondFactor !== undefined };
      }
      return { kind: 'outcome', result: outcome, report: result };
    } catch (error) {
      assertOutbox(error);
      // Nothing was sent: the outbox refused to keep it first.
      return { kind: 'outcome', result: { kind: 'out_of_service' }, report: undefined };
    } finally {
      over.abort();
    }
  }

  /** Keeps the sale; goods are handed out on `stored` only. */
  sellOffline(screen: Screen & { readonly kind: 'offline' }, sale: PaySale): Screen {
    const refusal = this.#refuse(sale);
    if (refusal !== undefined) {
      return { ...screen, refusal };
    }
    const report = this.#deps.sales.begin(sale.amountMinor, sale.currency);
    try {
      const sequence = this.#deps.terminal.store(sale);
      const result = { kind: 'stored' } as const;
      return { kind: 'outcome', result, report: report(result, sequence) };
    } catch (error) {
      assertOutbox(error);
      // Half of it may be on the disk: nobody hands goods out, and the operator looks.
      const result = { kind: 'stopped', code: 'internal' } as const;
      return { kind: 'outcome', result, report: report(result) };
    }
  }

  #maySellOffline({ entryMode }: Shown): boolean {
    return this.#deps.storedLimits !== undefined && isOfflineEntryMode(entryMode);
  }

  #refuse(sale: PaySale): StoredRefusal | undefined {
    const { storedLimits, outbox, clock } = this.#deps;
    const asked = { amountMinor: sale.amountMinor, nowS: Math.floor(clock.nowMs() / 1000) };
    return storedLimits && refuseStored(storedSales(outbox.open), asked, storedLimits);
  }

  #offer(shown: Shown, sale: PaySale): Screen {
    return { kind: 'offline', shown, refusal: this.#refuse(sale) };
  }
}

function assertOutbox(error: unknown): asserts error is OutboxError {
  if (!(error instanceof OutboxError)) {
    throw error;
  }
}
