import { operatorCaseContract } from '../../../support/contracts/operator-case.ts';
import { paymentStoreContract } from '../../../support/contracts/payment-store.ts';
import { paymentStoreAttacks } from '../../../support/contracts/payment-store-attacks.ts';
import { postingContract } from '../../../support/contracts/posting.ts';
import { statusContract } from '../../../support/contracts/status.ts';
import { storedSalesContract } from '../../../support/contracts/stored-sales.ts';
import { memoryUnderTest } from '../../../support/memory-under-test.ts';

paymentStoreContract(memoryUnderTest);
paymentStoreAttacks(memoryUnderTest);
operatorCaseContract(memoryUnderTest);
postingContract(memoryUnderTest);
statusContract(memoryUnderTest);
storedSalesContract(memoryUnderTest);
