/** One try to deliver one event to one endpoint. */
import type { Crypto } from '#protocol/crypto.ts';
import { retryAfterS } from './delivery-schedule.ts';
import type { Endpoint, EndpointStore } from './endpoints.ts';
import type { Clock, Random } from './ports.ts';
import { webhookHeaders } from './webhook-signature.ts';

/** What waits in the queue: the body is signed and sent as it stands, at every try. */
export interface Delivery {
  /** Of the endpoint. */
  readonly endpoint: string;
  /** Of the event. */
  readonly id: string;
  /** JSON. */
  readonly body: string;
}

/** Why there was no answer. */
export type SendFailure = 'url_refused' | 'address_refused' | 'unreachable' | 'timed_out';

export type Sent =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: SendFailure };

export interface WebhookSender {
  /** One POST, bounded in time; never rejects, follows no redirect. */
  post(webhook: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }): Promise<Sent>;
}

export interface DeliveryDeps {
  /** May be some seconds old. */
  readonly endpoints: () => Promise<readonly Endpoint[]>;
  /** Keys of an endpoint, the newest first; undefined: there is no secret for it. */
  readonly keysOf: (endpoint: string) => Promise<readonly Uint8Array[] | undefined>;
  readonly disableGone: EndpointStore['disableGone'];
  readonly sender: WebhookSender;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
}

export type DeliveryResult =
  /** Nothing is left to do. `dropped`: the endpoint is disabled, or is no more. */
  | { readonly outcome: 'delivered' | 'gone' | 'dropped'; readonly status?: number }
  | {
      readonly outcome: 'failed';
      readonly reason: SendFailure | 'status' | 'secret_missing';
      readonly status?: number;
      /** Undefined: that was the last try. */
      readonly retryAfterS: number | undefined;
    };

/** Answers that mean: taken, and never again. */
const STATUS_TAKEN = { least: 200, most: 299 };
const STATUS_GONE = 410;

/** `tries`: with this one. Rejects on outages of ours, which count as a try. */
export const deliverWebhook = async (
  deps: DeliveryDeps,
  { endpoint: id, ...event }: Delivery,
  tries: number,
): Promise<DeliveryResult> => {
  const endpoint = (await deps.endpoints()).find((each) => each.id === id);
  if (endpoint?.enabled !== true) {
    return { outcome: 'dropped' };
  }
  const failed = { outcome: 'failed', retryAfterS: retryAfterS(tries, deps.random) } as const;
  const keys = await deps.keysOf(id);
  if (keys === undefined) {
    return { ...failed, reason: 'secret_missing' };
  }
  const atS = Math.floor(deps.clock.nowMs() / 1000);
  const sent = await deps.sender.post({
    url: endpoint.url,
    headers: webhookHeaders(deps.crypto, keys, { ...event, atS }),
    body: event.body,
  });
  if (sent.kind === 'failed') {
    return { ...failed, reason: sent.reason };
  }
  const { status } = sent;
  if (status === STATUS_GONE) {
    await deps.disableGone({ id, url: endpoint.url, atS });
    return { outcome: 'gone', status };
  }
  return status >= STATUS_TAKEN.least && status <= STATUS_TAKEN.most
    ? { outcome: 'delivered', status }
    : { ...failed, reason: 'status', status };
};
