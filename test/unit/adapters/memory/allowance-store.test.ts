import { allowanceStoreContract } from '../../../support/contracts/allowance-store.ts';
import { memoryUnderTest } from '../../../support/memory-under-test.ts';

allowanceStoreContract(memoryUnderTest);
