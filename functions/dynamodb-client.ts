/** The functions' DynamoDB client, with every wait bounded. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Milliseconds one attempt may take: far above the 99.9th percentile of a transaction, far below a function's timeout. */
const REQUEST_MS_MAX = 1_000;
/** Milliseconds to open a connection within the region. */
const CONNECT_MS_MAX = 500;
/** Attempts of the SDK within one call; conflicts are the core's to repeat. */
const ATTEMPTS_MAX = 2;

/** Region, credentials and endpoint come from the environment. */
export const createDynamodbClient = (): DynamoDBClient =>
  new DynamoDBClient({
    maxAttempts: ATTEMPTS_MAX,
    cacheMiddleware: true,
    requestHandler: {
      connectionTimeout: CONNECT_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      throwOnRequestTimeout: true,
      socketTimeout: REQUEST_MS_MAX,
    },
  });
