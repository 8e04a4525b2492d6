/** An acquirer as a real HTTP server with books of its own, which speaks the API of docs/providers.md and can be made to fail. */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { systemClock } from '#adapters/node/system-clock.ts';
import { systemTimers } from '#adapters/node/system-timers.ts';
import type { Clock, Timers } from '#core/ports.ts';
import { listen } from '../stand-ins/listen.ts';
import { type Books, createBooks } from './books.ts';
import { type Answer, failure } from './charge.ts';
import { createFaultPlan, FAULTS, type Fault, type FaultOptions } from './faults.ts';
import { faultOf } from './test-codes.ts';

/** Bytes of a request at most: a charge takes 300. */
export const REQUEST_BYTES_MAX = 16_384;
/** Bytes of an answer that never ends: beyond what any caller may read. */
const ENDLESS_BYTES = 1_000_000;
/** Times that one planned fault may be repeated. */
const TIMES_MAX = 1_000;
/** Milliseconds of latency at most: no caller waits longer. */
const LATENCY_MS_MAX = 60_000;
const KEY_LENGTH_MAX = 40;

const Key = z.string().check(z.regex(/^[A-Za-z0-9-]+$/), z.maxLength(KEY_LENGTH_MAX));
const Amount = z.int().check(z.minimum(1));
const Text = z.string().check(z.minLength(1), z.maxLength(512));
const ChargeBody = z.object({
  key: Key,
  code: Text,
  kind: Text,
  amount: Amount,
  currency: z.int(),
  merchant: Text,
  region: Text,
  terminal: z.int(),
});
const RefundBody = z.object({ key: Key, amount: Amount, currency: z.int() });
const FaultBody = z.object({
  fault: z.enum(FAULTS),
  times: z.optional(z.int().check(z.minimum(1), z.maximum(TIMES_MAX))),
});
const LatencyBody = z.object({ ms: z.int().check(z.minimum(0), z.maximum(LATENCY_MS_MAX)) });

export interface SimulatorOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  readonly apiKey: string;
  readonly faults?: FaultOptions;
  readonly clock?: Clock;
  readonly timers?: Timers;
}

export interface Simulator {
  readonly url: string;
  readonly books: Books;
  close(): Promise<void>;
}

/** Resolves once it listens. */
export const startSimulator = async ({
  port,
  host,
  apiKey,
  faults = { seed: 1, perThousand: 0 },
  clock = systemClock,
  timers = systemTimers,
}: SimulatorOptions): Promise<Simulator> => {
  const books = createBooks(clock);
  const plan = createFaultPlan(faults);
  let latencyMs = 0;

  const control = (what: string, body: unknown): Answer => {
    const fault = what === 'faults' ? FaultBody.safeParse(body) : undefined;
    if (fault?.success) {
      plan.plan(fault.data.fault, fault.data.times ?? 1);
      return { status: 200, body: {} };
    }
    const latency = what === 'latency' ? LatencyBody.safeParse(body) : undefined;
    if (latency?.success) {
      latencyMs = latency.data.ms;
      return { status: 200, body: {} };
    }
    const settle = what === 'settle' ? z.object({ key: Key }).safeParse(body) : undefined;
    return settle?.success ? books.settle(settle.data.key) : failure(400, 'invalid_request');
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const path = (request.url ?? '').split('/').slice(1);
    if (!isKeyRight(request.headers.authorization, apiKey)) {
      send(response, failure(401, 'unauthorised'));
      return;
    }
    if (path[0] === 'control') {
      send(response, control(path[1] ?? '', body));
      return;
    }
    if (latencyMs > 0) {
      await timers.sleep(latencyMs);
    }
    const fault = plan.next() ?? faultOfBody(body);
    const act = (): Answer => route(books, request, path, body);
    if (fault === undefined) {
      send(response, act());
    } else {
      misbehave(fault, act, response);
    }
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const listening = await listen(server, port, host);
  return { url: `http://${host}:${listening.port}`, books, close: listening.close };
};

/** The request as documented; anything else is refused before it is booked. */
const route = (
  books: Books,
  { method, headers }: IncomingMessage,
  [version, charges, key, action, ...more]: readonly string[],
  body: unknown,
): Answer => {
  const idempotencyKey = headers['idempotency-key'];
  if (version !== 'v1' || charges !== 'charges' || more.length > 0) {
    return failure(404, 'not_found');
  }
  if (method === 'GET' && key !== undefined && action === undefined) {
    return books.find(key);
  }
  if (method !== 'POST' || typeof idempotencyKey !== 'string') {
    return failure(400, 'invalid_request');
  }
  if (action === 'cancel' && Key.safeParse(key).success && key !== undefined) {
    return books.cancel(key);
  }
  const refund = action === 'refunds' ? RefundBody.safeParse(body) : undefined;
  if (refund?.success && refund.data.key === idempotencyKey && key !== undefined) {
    return books.refund(key, refund.data);
  }
  const charge = key === undefined ? ChargeBody.safeParse(body) : undefined;
  return charge?.success && charge.data.key === idempotencyKey
    ? books.charge(charge.data)
    : failure(400, 'invalid_request');
};

const faultOfBody = (body: unknown): Fault | undefined => {
  const charge = ChargeBody.safeParse(body);
  return charge.success ? faultOf(charge.data.code) : undefined;
};

const misbehave = (fault: Fault, act: () => Answer, response: ServerResponse): void => {
  if (fault === 'error_before' || fault === 'rate_limited') {
    send(response, fault === 'error_before' ? failure(500, 'internal') : failure(429, fault));
    return;
  }
  const answer = act();
  switch (fault) {
    case 'silent':
      return;
    case 'lost':
      response.socket?.resetAndDestroy();
      return;
    case 'error_after':
      send(response, failure(500, 'internal'));
      return;
    case 'duplicate':
      send(response, act());
      return;
    case 'garbage':
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body).slice(0, -2));
      return;
    case 'oversized':
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify(answer.body)}${' '.repeat(ENDLESS_BYTES)}`);
      return;
  }
};

const send = (response: ServerResponse, { status, body }: Answer): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

/** The JSON of a request; undefined where there is none, or too much of it. */
const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= REQUEST_BYTES_MAX) {
      chunks.push(chunk);
    }
  }
  try {
    return bytes > REQUEST_BYTES_MAX ? undefined : JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
};

const isKeyRight = (header: string | undefined, apiKey: string): boolean => {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${apiKey}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
};
