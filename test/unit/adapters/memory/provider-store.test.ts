import { providerStoreContract } from '../../../support/contracts/provider-store.ts';
import { memoryUnderTest } from '../../../support/memory-under-test.ts';

providerStoreContract(memoryUnderTest);
