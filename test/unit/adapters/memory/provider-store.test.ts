import { createMemoryPaymentStore } from '#adapters/memory/memory-payment-store.ts';
import { providerStoreContract } from '../../../support/contracts/provider-store.ts';

providerStoreContract(async () => {
  const store = createMemoryPaymentStore();
  return { store, seed: store, readLedger: async () => store.readLedgerFacts() };
});
