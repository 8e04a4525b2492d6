/** Who is told: the endpoints that operators have set up, and which events each wants. */
import type { EventType, OutgoingEvent } from './events.ts';

/** Endpoints of one system: they are read whole, in one page of a query. */
export const ENDPOINTS_MAX = 100;

export interface Endpoint {
  /** Letters, digits and `-`; it names the secret too. */
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly enabled: boolean;
  /** Absent: every type. */
  readonly types?: readonly EventType[];
  /** Absent: of all merchants, and what is of none. */
  readonly merchant?: string;
  /** It answered that it is gone for good. */
  readonly goneAtS?: number;
}

export interface EndpointStore {
  /** All of them, at most ENDPOINTS_MAX; strongly consistent. */
  list(): Promise<readonly Endpoint[]>;
  /** Puts it, or puts it anew. Rejects where there are ENDPOINTS_MAX others. */
  put(endpoint: Endpoint): Promise<void>;
  /** Disables an endpoint that is gone, unless its address was changed meanwhile. */
  disableGone(gone: Pick<Endpoint, 'id' | 'url'> & { readonly atS: number }): Promise<void>;
}

/** The enabled endpoints that want `event`. */
export const subscribersOf = (
  event: OutgoingEvent,
  endpoints: readonly Endpoint[],
): readonly Endpoint[] => {
  const merchant = 'merchant' in event.data ? event.data.merchant : undefined;
  return endpoints.filter(
    (endpoint) =>
      endpoint.enabled &&
      (endpoint.types === undefined || endpoint.types.includes(event.type)) &&
      (endpoint.merchant === undefined || endpoint.merchant === merchant),
  );
};
