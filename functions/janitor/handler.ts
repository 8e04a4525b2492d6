/** Composition root of the janitor: gives back the money of holds that nobody confirmed. */
import { createExpiryStore } from '#adapters/dynamodb/dynamodb-expiry-store.ts';
import { systemClock } from '#adapters/node/system-clock.ts';
import { createDynamodbClient } from '../dynamodb-client.ts';
import { stdoutLog } from '../json-log.ts';
import { readJanitorConfig } from './config.ts';
import { sweep } from './sweep.ts';

const store = createExpiryStore({
  client: createDynamodbClient(),
  table: readJanitorConfig().table,
});

/** Runs on a schedule; a run that fails is made good by the next. */
export const handler = async (): Promise<void> => {
  const expired = await sweep({ store, clock: systemClock });
  stdoutLog('info', 'sweep', { count: expired });
};
