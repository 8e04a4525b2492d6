/** Composition root of the janitor: gives back the money of holds that nobody confirmed, and asks providers about what is open. */
import { createCaseStore } from '#adapters/dynamodb/case-store.ts';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { systemClock } from '#adapters/node/system-clock.ts';
import { systemRandom } from '#adapters/node/system-random.ts';
import { createSecretReader } from '#adapters/secrets/secret-reader.ts';
import { createDynamodbClient } from '../dynamodb-client.ts';
import { stdoutLog } from '../json-log.ts';
import { createProviders } from '../providers.ts';
import { readJanitorConfig } from './config.ts';
import { sweep } from './sweep.ts';

const config = readJanitorConfig();
const access = { client: createDynamodbClient(), table: config.table };
const store = createDynamodbPaymentStore(access);
const cases = createCaseStore(access);
const providers = await createProviders(config.providers, (arn) => createSecretReader().read(arn));

/** Runs on a schedule; a run that fails is made good by the next. */
export const handler = async (): Promise<void> => {
  const deps = { store, clock: systemClock, random: systemRandom, providers, cases };
  const ended = await sweep(deps, deps);
  stdoutLog('info', 'sweep', { count: ended });
};
