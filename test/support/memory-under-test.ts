/** What the contracts run against in memory. */
import { createMemoryPaymentStore } from '#adapters/memory/memory-payment-store.ts';
import type { StoreUnderTest } from './contracts/payment-store.ts';

export const memoryUnderTest = async (): Promise<StoreUnderTest> => {
  const store = createMemoryPaymentStore();
  return {
    store,
    seed: store,
    cases: store,
    ledger: store,
    count: async () => undefined,
    readLedger: async () => store.readLedgerFacts(),
  };
};
