import { createMemoryPaymentStore } from '#adapters/memory/memory-payment-store.ts';
import { allowanceStoreContract } from '../../../support/contracts/allowance-store.ts';

allowanceStoreContract(async () => {
  const store = createMemoryPaymentStore();
  return { store, seed: store, readLedger: async () => store.readLedgerFacts() };
});
