/** A function as its callers see it: as many sandboxes as are needed at once, up to its concurrency. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createBackOff } from '../children/back-off.ts';
import type { FunctionSettings } from './invocation.ts';
import { Sandbox } from './sandbox.ts';

/** Milliseconds before the next sandbox where one ended by itself, doubled while none of them answers. */
const RESTART = { firstMs: 50, mostMs: 5_000, steadyMs: Number.POSITIVE_INFINITY };

export interface FunctionPoolOptions {
  readonly concurrencyMax: number;
  onOutput?(text: string): void;
}

/** Callers beyond the concurrency wait in line; the sources of events bound that line. */
export class FunctionPool {
  readonly settings: FunctionSettings;
  readonly concurrencyMax: number;
  readonly #onOutput: (text: string) => void;
  readonly #idle: Sandbox[] = [];
  readonly #all = new Set<Sandbox>();
  readonly #line: (() => void)[] = [];
  readonly #backOff = createBackOff(RESTART);
  readonly #stop = new AbortController();
  /** Milliseconds that the next start waits. */
  #waitMs = 0;
  #busy = 0;
  #closed = false;

  constructor(settings: FunctionSettings, options: FunctionPoolOptions) {
    this.settings = settings;
    this.concurrencyMax = options.concurrencyMax;
    this.#onOutput = options.onOutput ?? (() => undefined);
  }

  /** The function's result. Rejects with an InvocationError. */
  async invoke(event: unknown): Promise<unknown> {
    while (this.#busy >= this.concurrencyMax) {
      await new Promise<void>((resolve) => this.#line.push(resolve));
    }
    if (this.#closed) {
      throw new Error(`${this.settings.name} is closed`);
    }
    this.#busy += 1;
    try {
      const sandbox = this.#idle.pop() ?? (await this.#start());
      const result = await sandbox.invoke(event).finally(() => this.#release(sandbox));
      this.#backOff.reset();
      return result;
    } finally {
      this.#busy -= 1;
      this.#line.shift()?.();
    }
  }

  /** Starts one sandbox ahead of the first call. */
  async warm(): Promise<void> {
    this.#idle.push(await this.#start());
  }

  /** Kills a sandbox, one that is at work if there is one. */
  async killOne(): Promise<void> {
    const sandboxes = [...this.#all];
    const victim = sandboxes.find((sandbox) => !this.#idle.includes(sandbox)) ?? sandboxes[0];
    await victim?.kill();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stop.abort();
    for (const resolve of this.#line.splice(0)) {
      resolve();
    }
    await Promise.all([...this.#all].map((sandbox) => sandbox.kill()));
  }

  #release(sandbox: Sandbox): void {
    if (this.#all.has(sandbox) && !this.#closed) {
      this.#idle.push(sandbox);
    }
  }

  async #start(): Promise<Sandbox> {
    const waitMs = this.#waitMs;
    this.#waitMs = 0;
    await sleep(waitMs, undefined, { signal: this.#stop.signal });
    const sandbox = new Sandbox(this.settings, {
      onOutput: this.#onOutput,
      onEnd: () => {
        this.#all.delete(sandbox);
        this.#waitMs = this.#backOff.afterRun(0);
        const at = this.#idle.indexOf(sandbox);
        if (at >= 0) {
          this.#idle.splice(at, 1);
        }
      },
    });
    this.#all.add(sandbox);
    await sandbox.start();
    return sandbox;
  }
}
