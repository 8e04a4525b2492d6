/** SQS clients with every wait bounded. */
import { SQSClient } from '@aws-sdk/client-sqs';

/** Attempts of one call: one retry; whoever called decides about more (one layer retries). */
const ATTEMPTS_MAX = 2;
/** Sockets to SQS: above the calls that one process has in flight. The SDK's own default is 50. */
const SOCKETS_MAX = 200;
/** Milliseconds to open a connection within the region. */
const CONNECT_MS_MAX = 500;

export interface SqsClientOptions {
  /** Milliseconds one attempt may take; a long poll needs its waiting time on top. */
  readonly requestMsMax: number;
  readonly attemptsMax?: number;
}

/**
 * A client whose calls end within `attemptsMax` times `requestMsMax`. Region, credentials and endpoint come from the
 * environment, as the SDK defines it. Queue URLs name queues only: the endpoint is never taken from them, since the host of
 * a URL that a stand-in gives out need not resolve.
 */
export const createSqsClient = ({
  requestMsMax,
  attemptsMax = ATTEMPTS_MAX,
}: SqsClientOptions): SQSClient =>
  new SQSClient({
    maxAttempts: attemptsMax,
    useQueueUrlAsEndpoint: false,
    // The body travels over TLS and carries tags of its own: a third checksum costs a tenth of the call.
    md5: false,
    cacheMiddleware: true,
    requestHandler: {
      connectionTimeout: CONNECT_MS_MAX,
      requestTimeout: requestMsMax,
      // Without this the SDK only warns about a request that takes too long.
      throwOnRequestTimeout: true,
      socketTimeout: requestMsMax,
      httpsAgent: { keepAlive: true, maxSockets: SOCKETS_MAX },
      httpAgent: { keepAlive: true, maxSockets: SOCKETS_MAX },
    },
  });
