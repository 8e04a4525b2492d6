/** One sandbox: the Runtime API on a port of its own, and the official runtime client running the bundle. */
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ended, spawnNode } from '../children/child-process.ts';
import { type Listening, listen } from '../stand-ins/listen.ts';
import { type FunctionSettings, InvocationError } from './invocation.ts';

const RUNTIME_CLIENT = createRequire(import.meta.url).resolve('aws-lambda-ric');
const PRELOAD = fileURLToPath(new URL('runtime-client.mjs', import.meta.url));
/** Milliseconds from start to readiness: Lambda's own limit is 10 s, a busy laptop gets three times that. */
const INIT_MS_MAX = 30_000;

interface Pending {
  readonly id: string;
  readonly event: string;
  /** Undefined while the sandbox has not taken it. */
  timer: NodeJS.Timeout | undefined;
  settle(outcome: { readonly result: unknown } | { readonly error: InvocationError }): void;
}

/** Runs one invocation at a time; once it has ended, another sandbox has to be started. */
export class Sandbox {
  readonly #settings: FunctionSettings;
  readonly #onEnd: () => void;
  readonly #onOutput: (text: string) => void;
  #server: Listening | undefined;
  #child: ChildProcess | undefined;
  #pending: Pending | undefined;
  #waiting: ServerResponse | undefined;
  #timedOut = false;

  constructor(
    settings: FunctionSettings,
    listeners: { readonly onEnd: () => void; readonly onOutput: (text: string) => void },
  ) {
    this.#settings = settings;
    this.#onEnd = listeners.onEnd;
    this.#onOutput = listeners.onOutput;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the process; invocations may be given to it at once. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    this.#server = await listen(server, 0, '127.0.0.1');
    const { name, folder, handler, memoryMb, environment } = this.#settings;
    const child = spawnNode(['--import', PRELOAD, RUNTIME_CLIENT, handler], {
      cwd: folder,
      onOutput: this.#onOutput,
      env: {
        PATH: process.env.PATH,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${this.#server.port}`,
        _HANDLER: handler,
        LAMBDA_TASK_ROOT: folder,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
        AWS_LAMBDA_LOG_STREAM_NAME: 'local',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        ...environment,
      },
    });
    this.#child = child;
    child.once('exit', () => this.#handleEnd());
  }

  /** Rejects with an InvocationError. */
  invoke(event: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#pending = {
        id: randomUUID(),
        event: JSON.stringify(event),
        timer: setTimeout(() => this.#handleTimeout(), INIT_MS_MAX),
        settle: (outcome) => ('error' in outcome ? reject(outcome.error) : resolve(outcome.result)),
      };
      this.#deliver();
    });
  }

  /** As a crash of the machine below would. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child !== undefined) {
      child.kill('SIGKILL');
      await ended(child);
    }
  }

  #deliver(): void {
    const pending = this.#pending;
    const response = this.#waiting;
    if (pending === undefined || response === undefined) {
      return;
    }
    this.#waiting = undefined;
    const { timeoutMs, arn } = this.#settings;
    clearTimeout(pending.timer);
    pending.timer = setTimeout(() => this.#handleTimeout(), timeoutMs);
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': pending.id,
      'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
      'lambda-runtime-invoked-function-arn': arn,
      'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
    });
    response.end(pending.event);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (path.endsWith('/invocation/next')) {
      this.#waiting = response;
      this.#deliver();
      return;
    }
    const body = await text(request);
    response.writeHead(202).end('{}');
    if (path.endsWith('/response')) {
      this.#settle({ result: body === '' ? null : JSON.parse(body) });
    } else if (path.endsWith('/error')) {
      const { errorType = 'Error', errorMessage = '' } = JSON.parse(body || '{}') as {
        errorType?: string;
        errorMessage?: string;
      };
      this.#settle({ error: new InvocationError(errorType, errorMessage) });
    }
  }

  #settle(outcome: Parameters<Pending['settle']>[0]): void {
    const pending = this.#pending;
    this.#pending = undefined;
    clearTimeout(pending?.timer);
    pending?.settle(outcome);
  }

  #handleTimeout(): void {
    this.#timedOut = true;
    this.#child?.kill('SIGKILL');
  }

  #handleEnd(): void {
    this.#settle({
      error: this.#timedOut
        ? new InvocationError(
            'Sandbox.Timedout',
            `Task timed out after ${this.#settings.timeoutMs} ms`,
          )
        : new InvocationError('Runtime.ExitError', 'Runtime exited before it answered'),
    });
    void this.#server?.close();
    this.#onEnd();
  }
}
