/** An SQS queue in memory behind the part of the SDK's client that the adapters use; it counts requests and takes time. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Milliseconds of one call within a region: what SQS takes for most calls. */
const CALL_MS = 10;

export interface StubQueue {
  readonly client: SQSClient;
  readonly requests: { send: number; receive: number; delete: number };
  /** Messages that wait to be received. */
  readonly waiting: number;
}

interface Message {
  readonly Body: string;
  readonly ReceiptHandle: string;
}

/** Never redelivers: nothing fails here. */
export const createStubQueue = (): StubQueue => {
  const requests = { send: 0, receive: 0, delete: 0 };
  const messages: Message[] = [];
  const arrivals: (() => void)[] = [];
  let handles = 0;

  const send = async (command: SendMessageBatchCommand): Promise<object> => {
    requests.send += 1;
    await sleep(CALL_MS);
    for (const { MessageBody = '' } of command.input.Entries ?? []) {
      handles += 1;
      messages.push({ Body: MessageBody, ReceiptHandle: String(handles) });
      arrivals.shift()?.();
    }
    return {};
  };

  const receive = async (
    command: ReceiveMessageCommand,
    signal: AbortSignal | undefined,
  ): Promise<object> => {
    requests.receive += 1;
    await sleep(CALL_MS);
    const until = performance.now() + (command.input.WaitTimeSeconds ?? 0) * 1_000;
    while (messages.length === 0 && performance.now() < until && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        arrivals.push(resolve);
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return { Messages: messages.splice(0, command.input.MaxNumberOfMessages ?? 1) };
  };

  const handle = async (command: unknown, signal: AbortSignal | undefined): Promise<object> => {
    if (command instanceof SendMessageBatchCommand) {
      return send(command);
    }
    if (command instanceof ReceiveMessageCommand) {
      return receive(command, signal);
    }
    if (command instanceof DeleteMessageBatchCommand) {
      requests.delete += 1;
      await sleep(CALL_MS);
      return {};
    }
    throw new Error('A call that the stub queue does not know.');
  };

  const client = {
    send: (command: unknown, options?: { readonly abortSignal?: AbortSignal }) =>
      handle(command, options?.abortSignal),
  };
  return {
    // The adapters use nothing else of the client.
    client: client as unknown as SQSClient,
    requests,
    get waiting(): number {
      return messages.length;
    },
  };
};
