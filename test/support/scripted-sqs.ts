/** An SQS client whose calls a test answers itself: the real SDK, without a network below it. */
import { SQSClient } from '@aws-sdk/client-sqs';

export interface SqsCall {
  /** Name of the operation, such as `ReceiveMessage`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A JSON body, a fault by name, or an error of the connection. */
export type SqsAnswer =
  | { readonly body: object }
  | { readonly fault: string; readonly status?: number }
  | { readonly error: Error };

interface SentRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Waits end when `answer` resolves, or the call is aborted. One attempt per call. */
export const createScriptedSqs = (
  answer: (call: SqsCall) => SqsAnswer | Promise<SqsAnswer>,
): SQSClient =>
  new SQSClient({
    region: 'eu-central-1',
    endpoint: 'http://127.0.0.1:9',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    md5: false,
    requestHandler: {
      handle: async (
        request: SentRequest,
        options: { readonly abortSignal?: AbortSignal } = {},
      ) => {
        const operation = request.headers['x-amz-target']?.split('.')[1] ?? '';
        const input = JSON.parse(new TextDecoder().decode(request.body)) as SqsCall['input'];
        const answered = await Promise.race([
          answer({ operation, input }),
          aborted(options.abortSignal),
        ]);
        if ('error' in answered) {
          throw answered.error;
        }
        const [statusCode, content] =
          'fault' in answered
            ? [answered.status ?? 400, { __type: answered.fault, message: 'scripted' }]
            : [200, answered.body];
        return {
          response: {
            statusCode,
            headers: { 'content-type': 'application/x-amz-json-1.0' },
            body: new TextEncoder().encode(JSON.stringify(content)),
          },
        };
      },
    },
  });

const aborted = (signal: AbortSignal | undefined): Promise<SqsAnswer> =>
  new Promise((resolve) => {
    const end = (): void => {
      resolve({ error: Object.assign(new Error('aborted'), { name: 'AbortError' }) });
    };
    if (signal?.aborted) {
      end();
    }
    signal?.addEventListener('abort', end, { once: true });
  });
