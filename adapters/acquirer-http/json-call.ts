/** One JSON request over HTTP with everything bounded, and what became of it: answered, never sent, or unknown. */
import * as http from 'node:http';
import * as https from 'node:https';

/** Bytes of an answer at most: a charge takes 300, and nobody may fill our memory. */
export const ANSWER_BYTES_MAX = 16_384;
/** Connections that stay open for the next payment: as many as one function handles at a time. */
const SOCKETS_KEPT_MAX = 10;
/** Milliseconds an idle connection is kept: gateways close theirs after a minute, and a reused one that is just being closed costs a question. */
const IDLE_MS_MAX = 30_000;

export type CallResult =
  /** The whole answer was read; `body` is its JSON. */
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown }
  /** No connection came about, so not one byte of the request was sent. */
  | { readonly kind: 'unsent' }
  /** It may have arrived. */
  | { readonly kind: 'unknown' };

export interface JsonCall {
  readonly method: 'GET' | 'POST';
  /** After the base address, with a leading slash. */
  readonly path: string;
  readonly idempotencyKey?: string;
  readonly body?: object;
}

export interface JsonCallerOptions {
  /** http: or https:, without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey: string;
}

export interface JsonCaller {
  /** Sends once; never rejects. Given up, at the latest, when `signal` is aborted. */
  call(call: JsonCall, signal: AbortSignal): Promise<CallResult>;
  /** Closes the connections that were kept. */
  close(): void;
}

const UNSENT: CallResult = { kind: 'unsent' };
const UNKNOWN: CallResult = { kind: 'unknown' };

/** A caller with connections of its own. */
export const createJsonCaller = ({ baseUrl, apiKey }: JsonCallerOptions): JsonCaller => {
  const secure = baseUrl.startsWith('https:');
  const transport = secure ? https : http;
  const agent = new transport.Agent({
    keepAlive: true,
    maxFreeSockets: SOCKETS_KEPT_MAX,
    timeout: IDLE_MS_MAX,
  });
  return {
    close: () => agent.destroy(),
    call: ({ method, path, idempotencyKey, body }, signal) => {
      const payload = body === undefined ? '' : JSON.stringify(body);
      if (signal.aborted) {
        return Promise.resolve(UNSENT);
      }
      return new Promise((resolve) => {
        // What travels only once a connection stands: before that, failing proves that nothing was sent.
        let connected = false;
        const request = transport.request(`${baseUrl}${path}`, {
          agent,
          method,
          signal,
          headers: {
            accept: 'application/json',
            authorization: `Bearer ${apiKey}`,
            'content-length': Buffer.byteLength(payload),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
          },
        });
        request.once('socket', (socket) => {
          connected = request.reusedSocket || !socket.connecting;
          socket.once(secure ? 'secureConnect' : 'connect', () => {
            connected = true;
          });
        });
        // The error quotes addresses and perhaps more: it ends here.
        request.once('error', () => resolve(connected ? UNKNOWN : UNSENT));
        request.once('response', (response) => {
          void readAnswer(response).then(resolve);
        });
        request.end(payload);
      });
    },
  };
};

const readAnswer = async (response: http.IncomingMessage): Promise<CallResult> => {
  const { statusCode = 0 } = response;
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES_MAX) {
        // Leaving the loop destroys the connection: the rest is never read.
        return UNKNOWN;
      }
      chunks.push(chunk);
    }
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return { kind: 'answered', status: statusCode, body };
  } catch {
    return UNKNOWN;
  }
};
