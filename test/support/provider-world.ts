/** The small world with a provider in it: codes of WeChat, and a janitor. */
import { expireEach } from '#core/expire-holds.ts';
import type { CaseStore, ExpiryStore, PaymentStore, SeedStore } from '#core/ports.ts';
import type { Payment } from '#core/records.ts';
import { resolvePending } from '#core/resolve-pending.ts';
import type { PayRequest } from '#protocol/request.ts';
import { createModelProvider, type ModelProvider } from './model-provider.ts';
import { createWorld, pay, seedWorld, TERMINAL, type World } from './payment-world.ts';

/** Milliseconds in which the PAYs of this world are of use. */
export const DEADLINE_MS = 20_000;

/** A code of WeChat, by the number of its customer. */
export const wechatCode = (customer: number): string => `13${String(customer).padStart(16, '0')}`;

export const codePay = (change: Partial<PayRequest> = {}): PayRequest =>
  pay({ identifier: wechatCode(1), entryMode: 3, deadlineMs: DEADLINE_MS, ...change });

export interface ProviderWorld {
  readonly world: World;
  readonly model: ModelProvider;
  /** Looks at what is due once; resolves with how many payments came to rest. */
  readonly janitor: () => Promise<number>;
}

export const createProviderWorld = async (under: {
  readonly store: PaymentStore & ExpiryStore;
  readonly seed: SeedStore;
  readonly cases: CaseStore;
}): Promise<ProviderWorld> => {
  const { seed, cases } = under;
  const store = risingByOne(under.store);
  await seedWorld(seed);
  await seed.putTerminal({ ...TERMINAL, providers: ['wechat'] });
  const model = createModelProvider();
  const world = createWorld(store, { providers: new Map([['wechat', model]]) });
  return {
    world,
    model,
    janitor: async () => {
      const due = await store.readDue(Math.floor(world.nowMs / 1000), 100);
      const expired = await expireEach({ store, clock: world.deps.clock }, due);
      const carried = due.filter(({ payment }) => payment?.provider !== undefined);
      return expired + (await resolvePending({ ...world.deps, cases }, carried));
    },
  };
};

/** Every change raises the revision by one: it is the condition of the next, so one that falls or stays lets two of them through. */
const risingByOne = (store: PaymentStore & ExpiryStore): PaymentStore & ExpiryStore => {
  const check = (change?: { readonly from: number; readonly to: Payment }): void => {
    if (change !== undefined && change.to.revision !== change.from + 1) {
      throw new Error('a change does not raise the revision by one');
    }
  };
  return {
    ...store,
    book: async (booking) => {
      check(booking.payment);
      return store.book(booking);
    },
    settle: async (settlement) => {
      check(settlement.payment);
      return store.settle(settlement);
    },
    expire: async (expiry) => {
      check(expiry);
      return store.expire(expiry);
    },
  };
};
