import { createMemoryPaymentStore } from '#adapters/memory/memory-payment-store.ts';
import { paymentStoreContract } from '../../support/contracts/payment-store.ts';

paymentStoreContract(async () => {
  const store = createMemoryPaymentStore();
  return { store, seed: store, readLedger: async () => store.readLedgerFacts() };
});
