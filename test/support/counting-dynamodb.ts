/** A proxy in front of DynamoDB that notes every call and what it cost, and can play an outage. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CountedCall {
  /** Name of the operation, such as `BatchGetItem`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** As DynamoDB billed it; writes of a transaction are billed twofold. */
  readonly capacityUnits: number;
}

export interface CountingDynamodb {
  readonly endpoint: string;
  /** Calls since it was last asked. */
  takeCalls(): readonly CountedCall[];
  /** While set, calls of operations that match are answered 500, without reaching DynamoDB. */
  outage: RegExp | undefined;
  /** Calls that an outage answered. */
  refused: number;
  stop(): Promise<void>;
}

interface Answer {
  readonly ConsumedCapacity?: Capacity | readonly Capacity[];
}
interface Capacity {
  readonly CapacityUnits?: number;
}

/** Operations that are asked for their cost; others are passed on as they are. */
const BILLED = /^(BatchGetItem|GetItem|PutItem|UpdateItem|Query|TransactWriteItems)$/;

/** Forwards to `target`; asks for the cost of each call, which the caller under test did not. */
export const startCountingDynamodb = async (target: string): Promise<CountingDynamodb> => {
  const calls: CountedCall[] = [];
  const forward = async (request: IncomingMessage): Promise<Response> => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const input = JSON.parse(await textOf(request)) as Record<string, unknown>;
    const billed = BILLED.test(operation) ? { ReturnConsumedCapacity: 'TOTAL' } : {};
    const response = await fetch(target, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': String(request.headers['x-amz-target']),
        authorization: String(request.headers.authorization),
        'x-amz-date': String(request.headers['x-amz-date']),
      },
      body: JSON.stringify({ ...input, ...billed }),
    });
    const answer = (await response.clone().json()) as Answer;
    calls.push({ operation, input, capacityUnits: unitsOf(answer) });
    return response;
  };
  const server = createServer((request, response) => {
    if (proxy.outage?.test(String(request.headers['x-amz-target']))) {
      proxy.refused += 1;
      response.writeHead(500).end('{"__type":"InternalServerError"}');
      return;
    }
    forward(request).then(
      async (answer) => {
        response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(await answer.text());
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const proxy: CountingDynamodb = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeCalls: () => calls.splice(0),
    outage: undefined,
    refused: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
};

const unitsOf = ({ ConsumedCapacity = [] }: Answer): number =>
  [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);

export const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
  }
  return text;
};
