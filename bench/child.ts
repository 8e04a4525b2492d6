/** Child processes that talk over IPC, each on a core of its own where `taskset` is there. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Milliseconds that a child may take to answer: ten times what the slowest step takes. */
const ANSWER_MS_MAX = 120_000;

const hasTaskset = ((): boolean => {
  try {
    execFileSync('taskset', ['-p', String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Whether children run on cores of their own. */
export const isPinned: boolean = hasTaskset && availableParallelism() > 1;

export interface Child<Reply> {
  /** Sends a message and resolves with the next one that comes back. One at a time. */
  ask(message: object): Promise<Reply>;
  /** The next message. */
  next(): Promise<Reply>;
  close(): void;
}

/** Starts a module as a process of its own. */
export const startChild = <Reply>(
  module: URL,
  options: {
    readonly args?: readonly string[];
    readonly core?: 0 | 1;
    readonly execArgv?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Child<Reply> => {
  const { args = [], core, execArgv = [], env = {} } = options;
  const pinned = core !== undefined && isPinned;
  const child: ChildProcess = fork(module, args, {
    execArgv: pinned ? ['-c', String(core), process.execPath, ...execArgv] : [...execArgv],
    ...(pinned ? { execPath: 'taskset' } : {}),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  const received: Reply[] = [];
  const waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  let ended: Error | undefined;
  child.on('message', (message) => {
    const waiter = waiting.shift();
    if (waiter) {
      waiter.resolve(message as Reply);
    } else {
      received.push(message as Reply);
    }
  });
  child.once('exit', (code, signal) => {
    process.off('exit', kill);
    ended = new Error(`A process of the measurement ended by itself (${code ?? signal}).`);
    for (const waiter of waiting.splice(0)) {
      waiter.reject(ended);
    }
  });
  const next = async (): Promise<Reply> => {
    const ready = received.shift();
    if (ready !== undefined) {
      return ready;
    }
    if (ended) {
      throw ended;
    }
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Reply>((resolve, reject) => {
        waiting.push({ resolve, reject });
        timer = setTimeout(
          () => reject(new Error('A process of the measurement is silent.')),
          ANSWER_MS_MAX,
        );
      });
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    next,
    ask: (message) => {
      child.send(message);
      return next();
    },
    close: kill,
  };
};
