/** POSTs to addresses that outsiders have chosen: only to what they could reach themselves, and never for long. */
import { lookup } from 'node:dns/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { SendFailure, Sent, WebhookSender } from '#core/deliver-webhook.ts';
import { WEBHOOK_TRY_MS_MAX } from '#protocol/limits.ts';
import { isPublicAddress } from './public-address.ts';

/** Bytes of an answer that are read: only its status means anything. */
export const ANSWER_BYTES_MAX = 16_384;
/** Characters of an endpoint's address. */
export const URL_LENGTH_MAX = 2_048;

type Addresses = readonly { readonly address: string; readonly family: number }[];

export interface WebhookSenderOptions {
  /** `local`: plain HTTP and addresses of this machine and network too. */
  readonly reach: 'public' | 'local';
  readonly timeoutMs?: number;
  /** All addresses of a name. */
  readonly resolve?: (name: string) => Promise<Addresses>;
}

/** Thrown into a connection that must not come about. */
class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
}

export const createWebhookSender = ({
  reach,
  timeoutMs = WEBHOOK_TRY_MS_MAX,
  resolve = (name) => lookup(name, { all: true }),
}: WebhookSenderOptions): WebhookSender => {
  const isAllowed = (address: string): boolean => reach === 'local' || isPublicAddress(address);
  const checkedLookup = lookupOf(resolve, isAllowed);
  return {
    post: ({ url, headers, body }) => {
      const target = parseUrl(url, reach);
      if (target === undefined) {
        return Promise.resolve({ kind: 'failed', reason: 'url_refused' });
      }
      // A host that is an address is never looked up.
      const host = target.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && !isAllowed(host)) {
        return Promise.resolve({ kind: 'failed', reason: 'address_refused' });
      }
      const signal = AbortSignal.timeout(timeoutMs);
      const transport = target.protocol === 'https:' ? https : http;
      return new Promise((settle) => {
        const request = transport.request(target, {
          // A connection of its own each: what was checked is what it goes to, and nothing outlives the try.
          agent: false,
          method: 'POST',
          lookup: checkedLookup,
          signal,
          headers: {
            ...headers,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            'user-agent': 'cosmopay-webhooks/1',
          },
        });
        // Out of time while the rest of an answer is read is no failure: its status had come.
        let answer: Sent | undefined;
        request.on('error', (error) =>
          settle(answer ?? { kind: 'failed', reason: failureOf(error) }),
        );
        request.once('response', (response) => {
          const answered: Sent = { kind: 'answered', status: response.statusCode ?? 0 };
          answer = answered;
          void drain(response).then(() => settle(answered));
        });
        request.end(body);
      });
    },
  };
};

const parseUrl = (text: string, reach: WebhookSenderOptions['reach']): URL | undefined => {
  const url = text.length <= URL_LENGTH_MAX && URL.canParse(text) ? new URL(text) : undefined;
  const isSecure = url?.protocol === 'https:' || (reach === 'local' && url?.protocol === 'http:');
  return isSecure && url?.username === '' && url.password === '' ? url : undefined;
};

/**
 * What `connect` asks for the address of a name. It gets only addresses that were all checked, and connects to one of them: a
 * name that leads elsewhere when it is asked again, leads nowhere.
 */
const lookupOf =
  (
    resolve: Required<WebhookSenderOptions>['resolve'],
    isAllowed: (address: string) => boolean,
  ): LookupFunction =>
  (name, options, callback) => {
    resolve(name).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || !addresses.every(({ address }) => isAllowed(address))) {
          callback(new AddressRefusedError(), '', 0);
        } else if (options.all === true) {
          callback(null, [...addresses]);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (error: Error) => callback(error, '', 0),
    );
  };

const failureOf = (error: Error): SendFailure => {
  if (error instanceof AddressRefusedError) {
    return 'address_refused';
  }
  return error.name === 'AbortError' || error.name === 'TimeoutError' ? 'timed_out' : 'unreachable';
};

/** Reads as much as is polite; never rejects. */
const drain = async (response: http.IncomingMessage): Promise<void> => {
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES_MAX) {
        // Leaving the loop ends the connection.
        return;
      }
    }
  } catch {
    // Broken off, or out of time.
  }
};
