/** A bundle as a plain process, started again when it dies, as its host would. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBackOff } from './children/back-off.ts';
import { ended, spawnNode, stopChild } from './children/child-process.ts';
import { LocalError } from './local-error.ts';

/** Milliseconds until it listens: a cold start on a busy machine. */
const READY_MS_MAX = 30_000;
const POLL_MS = 25;
/** Milliseconds after its own drain before it is killed. */
const STOP_MS_MAX = 10_000;
/** Milliseconds before one that died is started again: at once at first, slower while it keeps dying. */
const RESTART = { firstMs: 100, mostMs: 10_000, steadyMs: 10_000 };

export interface KeptProcess {
  /** SIGKILL; resolves once it has ended. It is started again on the same port. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface KeptOptions {
  /** As in "The bridge does not come up", and the name of its log. */
  readonly name: string;
  /** The program, and what it is given. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Answers with 200 once it is ready. */
  readonly readyUrl: string;
  onOutput?(text: string): void;
}

/** Resolves once it is ready. */
export const startKept = async (options: KeptOptions): Promise<KeptProcess> => {
  let ready = false;
  let stopped = false;
  let restart: NodeJS.Timeout | undefined;
  const backOff = createBackOff(RESTART);
  const start = (): ChildProcess => {
    const begun = performance.now();
    const started = spawnNode(options.args, {
      env: { PATH: process.env.PATH, ...options.environment },
      onOutput: (text) => options.onOutput?.(text),
    });
    started.once('exit', () => {
      if (!stopped && ready) {
        restart = setTimeout(
          () => {
            child = start();
          },
          backOff.afterRun(performance.now() - begun),
        );
      }
    });
    return started;
  };
  let child = start();
  const deadline = performance.now() + READY_MS_MAX;
  while (!(await isReady(options.readyUrl))) {
    const dead = child.exitCode !== null;
    if (dead || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new LocalError(
        'process_failed',
        `The ${options.name} does not come up.`,
        `Its log in .cosmopay/logs/${options.name}.log says why.`,
      );
    }
    await sleep(POLL_MS);
  }
  ready = true;
  return {
    kill: async () => {
      const victim = child;
      victim.kill('SIGKILL');
      await ended(victim);
    },
    close: async () => {
      stopped = true;
      clearTimeout(restart);
      await stopChild(child, STOP_MS_MAX);
    },
  };
};

const isReady = (url: string): Promise<boolean> =>
  fetch(url).then(
    (response) => response.ok,
    () => false,
  );
