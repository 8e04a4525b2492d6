import { promotionStoreContract } from '../../../support/contracts/promotion-store.ts';
import { memoryUnderTest } from '../../../support/memory-under-test.ts';

promotionStoreContract(memoryUnderTest);
