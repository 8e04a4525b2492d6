/** The functions' DynamoDB client, with every wait bounded. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Milliseconds one attempt may take: far above the 99.9th percentile of a transaction, far below a function's timeout. */
const REQUEST_MS_MAX = 1_000;
/** Milliseconds to open a connection within the region. */
const CONNECT_MS_MAX = 500;
/** Attempts of the SDK within one read: a connection that died while the function was frozen costs one of them. */
const READ_ATTEMPTS_MAX = 2;
/** Attempts of the SDK within one booking: repeating is the core's, which looks at the deadline first. */
export const BOOKING_ATTEMPTS_MAX = 1;

/** Region, credentials and endpoint come from the environment. */
export const createDynamodbClient = (attemptsMax: number = READ_ATTEMPTS_MAX): DynamoDBClient =>
  new DynamoDBClient({
    maxAttempts: attemptsMax,
    cacheMiddleware: true,
    requestHandler: {
      connectionTimeout: CONNECT_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      throwOnRequestTimeout: true,
      socketTimeout: REQUEST_MS_MAX,
    },
  });
