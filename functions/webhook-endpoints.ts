/** The endpoints as publisher and deliveries see them. */
import { createEndpointStore } from '#adapters/dynamodb/endpoint-store.ts';
import { systemClock } from '#adapters/node/system-clock.ts';
import type { Endpoint, EndpointStore } from '#core/endpoints.ts';
import { cached } from './cached.ts';
import { createDynamodbClient } from './dynamodb-client.ts';

/** Milliseconds that a list of endpoints is used: what an operator changes holds after that. */
const ENDPOINTS_MS = 10_000;

export interface Endpoints extends Pick<EndpointStore, 'disableGone'> {
  /** At most ENDPOINTS_MS old. */
  readonly list: () => Promise<readonly Endpoint[]>;
}

export const createEndpoints = (table: string): Endpoints => {
  const store = createEndpointStore({ client: createDynamodbClient(), table });
  return {
    list: cached(store.list, { clock: systemClock, forMs: ENDPOINTS_MS }),
    disableGone: store.disableGone,
  };
};
