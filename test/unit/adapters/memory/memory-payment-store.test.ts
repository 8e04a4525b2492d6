import { createMemoryPaymentStore } from '#adapters/memory/memory-payment-store.ts';
import {
  paymentStoreContract,
  type StoreUnderTest,
} from '../../../support/contracts/payment-store.ts';
import { paymentStoreAttacks } from '../../../support/contracts/payment-store-attacks.ts';

const create = async (): Promise<StoreUnderTest> => {
  const store = createMemoryPaymentStore();
  return { store, seed: store, readLedger: async () => store.readLedgerFacts() };
};
paymentStoreContract(create);
paymentStoreAttacks(create);
