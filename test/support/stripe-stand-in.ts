/** The few endpoints of Stripe that we use, over HTTP: form-encoded requests, idempotent replays, a search that lags, errors in its form. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '#local/stand-ins/listen.ts';
import type { WireFault } from './contracts/provider-contract.ts';

interface Intent {
  readonly id: string;
  readonly object: 'payment_intent';
  readonly amount: number;
  readonly currency: string;
  readonly metadata: { readonly charge: string };
  amount_received: number;
  customer: string | null;
  status: string;
  latest_charge: string | null;
  last_payment_error: object | null;
}
interface Refund {
  readonly id: string;
  readonly object: 'refund';
  readonly payment_intent: string;
  readonly amount: number;
  readonly metadata: { readonly refund: string };
  status: string;
}
interface Answer {
  readonly status: number;
  readonly body: object;
}

export interface StripeStandIn {
  readonly port: number;
  readonly intents: ReadonlyMap<string, Intent>;
  readonly refunds: readonly Refund[];
  /** Method and path of each request, ids left out. */
  readonly requests: string[];
  /** Of the next request that confirms. */
  fault: WireFault | undefined;
  /** What the next refund becomes. */
  refundStatus: string;
  /** As a day later: idempotency keys are forgotten, and the search has caught up. */
  nextDay(): void;
  close(): Promise<void>;
}

const failed = (status: number, type: string, code?: string, decline?: string): Answer => ({
  status,
  body: {
    error: {
      type,
      message: 'It did not work.',
      ...(code === undefined ? {} : { code }),
      ...(decline === undefined ? {} : { decline_code: decline }),
    },
  },
});

/** By payment method: status, type, code, decline code. */
const DECLINES: Readonly<Record<string, readonly [number, string, string, string?]>> = {
  pm_poor: [402, 'card_error', 'card_declined', 'insufficient_funds'],
  pm_generic: [402, 'card_error', 'card_declined', 'generic_decline'],
  pm_expired: [402, 'card_error', 'expired_card'],
  pm_challenge: [402, 'card_error', 'authentication_required', 'authentication_required'],
  pm_gone: [400, 'invalid_request_error', 'resource_missing'],
  pm_busy: [429, 'invalid_request_error', 'lock_timeout'],
};

/** Payment methods whose bank takes its time. */
const SLOW = new Set(['pm_slow']);

const paidOf = ({ amount }: Intent): Partial<Intent> => ({
  status: 'succeeded',
  amount_received: amount,
});

/** What a request is refused for before it is looked at. */
const refusedAtOnce = (
  authorization: string | undefined,
  fault: WireFault | undefined,
): Answer | undefined => {
  if (authorization !== 'Bearer sk_of_tests') {
    return failed(401, 'invalid_request_error');
  }
  return fault === 'error_before' ? failed(500, 'api_error') : undefined;
};

export const startStripe = async (): Promise<StripeStandIn> => {
  const intents = new Map<string, Intent>();
  const refunds: Refund[] = [];
  const indexed = new Set<string>();
  const replays = new Map<string, { readonly content: string; readonly answer: Answer }>();
  let numbers = 0;
  const nextId = (kind: string): string => {
    numbers += 1;
    return `${kind}_${numbers}`;
  };

  const confirm = (intent: Intent, form: URLSearchParams): Answer => {
    if (intent.status !== 'requires_payment_method') {
      return failed(400, 'invalid_request_error', 'payment_intent_unexpected_state');
    }
    const method = form.get('payment_method') ?? '';
    const decline = DECLINES[method];
    if (intent.customer === null || form.get('off_session') !== 'true') {
      return failed(400, 'invalid_request_error', 'parameter_missing');
    }
    if (decline !== undefined) {
      const [status, type, code, declineCode] = decline;
      intent.last_payment_error =
        status === 402 ? { type, code, decline_code: declineCode ?? null } : null;
      return failed(status, type, code, declineCode);
    }
    Object.assign(intent, SLOW.has(method) ? { status: 'processing' } : paidOf(intent));
    intent.latest_charge = nextId('ch');
    return { status: 200, body: { ...intent } };
  };

  const refund = (form: URLSearchParams): Answer => {
    const made: Refund = {
      id: nextId('re'),
      object: 'refund',
      payment_intent: form.get('payment_intent') ?? '',
      amount: Number(form.get('amount')),
      metadata: { refund: form.get('metadata[refund]') ?? '' },
      status: standIn.refundStatus,
    };
    refunds.push(made);
    return { status: 200, body: { ...made } };
  };

  const list = (data: readonly object[]): Answer => ({
    status: 200,
    body: { object: 'list', data: data.slice(0, 100), has_more: data.length > 100 },
  });

  const search = (query: string | null): Answer =>
    list(
      [...intents.values()].filter(
        (one) => indexed.has(one.id) && query === `metadata["charge"]:"${one.metadata.charge}"`,
      ),
    );

  const create = (form: URLSearchParams): Answer => {
    const intent: Intent = {
      id: nextId('pi'),
      object: 'payment_intent',
      amount: Number(form.get('amount')),
      currency: form.get('currency') ?? '',
      metadata: { charge: form.get('metadata[charge]') ?? '' },
      amount_received: 0,
      customer: null,
      status: 'requires_payment_method',
      latest_charge: null,
      last_payment_error: null,
    };
    intents.set(intent.id, intent);
    return { status: 200, body: { ...intent } };
  };

  const change = (intent: Intent, action: string | undefined, form: URLSearchParams): Answer => {
    if (action === 'confirm') {
      return confirm(intent, form);
    }
    if (action === 'cancel') {
      intent.status = 'canceled';
    } else {
      intent.customer = form.get('customer');
    }
    return { status: 200, body: { ...intent } };
  };

  const act = (method: string, url: URL, form: URLSearchParams): Answer => {
    const [, , kind, id = '', action] = url.pathname.split('/');
    if (kind === 'refunds') {
      const mine = url.searchParams.get('payment_intent');
      return method === 'POST'
        ? refund(form)
        : list(refunds.filter(({ payment_intent: of }) => of === mine));
    }
    if (id === 'search') {
      return search(url.searchParams.get('query'));
    }
    if (id === '') {
      return create(form);
    }
    const intent = intents.get(id);
    if (intent === undefined) {
      return failed(404, 'invalid_request_error', 'resource_missing');
    }
    return method === 'POST' ? change(intent, action, form) : { status: 200, body: { ...intent } };
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'http://stripe');
    const content = `${url.pathname}?${await text(request)}`;
    const form = new URLSearchParams(content.slice(url.pathname.length + 1));
    const { method = '' } = request;
    standIn.requests.push(`${method} ${url.pathname.replace(/pi_\d+/, ':id')}`);
    const isConfirm = url.pathname.endsWith('/confirm');
    const fault = isConfirm ? standIn.fault : undefined;
    standIn.fault = isConfirm ? undefined : standIn.fault;
    const refused = refusedAtOnce(request.headers.authorization, fault);
    if (refused !== undefined) {
      send(response, refused, false);
      return;
    }
    const key = String(request.headers['idempotency-key'] ?? '');
    const known = replays.get(key);
    if (known !== undefined && known.content !== content) {
      send(response, failed(400, 'idempotency_error'), false);
      return;
    }
    const answer = known?.answer ?? act(method, url, form);
    if (key !== '') {
      replays.set(key, { content, answer });
    }
    answerWith(fault, answer, { response, isReplayed: known !== undefined });
  };

  const server = createServer((request, response) => void serve(request, response));
  const { port, close } = await listen(server, 0, '127.0.0.1');
  const standIn: StripeStandIn = {
    port,
    close,
    intents,
    refunds,
    requests: [],
    fault: undefined,
    refundStatus: 'succeeded',
    nextDay: () => {
      replays.clear();
      for (const id of intents.keys()) {
        indexed.add(id);
      }
    },
  };
  return standIn;
};

const send = (response: ServerResponse, { status, body }: Answer, isReplayed: boolean): void => {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(isReplayed ? { 'idempotent-replayed': 'true' } : {}),
  });
  response.end(JSON.stringify(body));
};

const answerWith = (
  fault: WireFault | undefined,
  answer: Answer,
  { response, isReplayed }: { readonly response: ServerResponse; readonly isReplayed: boolean },
): void => {
  switch (fault) {
    case 'silent':
      return;
    case 'lost':
      response.socket?.resetAndDestroy();
      return;
    case 'garbage':
      response.end('{"id":');
      return;
    case 'error_after':
      send(response, failed(500, 'api_error'), false);
      return;
    default:
      send(response, answer, isReplayed);
  }
};
