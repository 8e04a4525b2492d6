/** Children that never outlive this process: started in their own group, tied to it by their standard input. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const EXIT_WITH_PARENT = fileURLToPath(new URL('exit-with-parent.mjs', import.meta.url));

/** `sh` waits for its standard input to end, then kills what it started: for programs that know nothing of parents. */
const KEEPER =
  '"$@" </dev/null & child=$!; trap "kill -9 $child 2>/dev/null" TERM EXIT; cat >/dev/null; kill -9 $child 2>/dev/null';

export interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Every chunk that the child writes to its outputs. */
  onOutput?(text: string): void;
}

/** A Node program; `args` begin with its file, and may begin with options of Node's. */
export const spawnNode = (args: readonly string[], options: ChildOptions): ChildProcess =>
  start(process.execPath, ['--import', EXIT_WITH_PARENT, ...args], options);

/** Any other program. */
export const spawnKept = (
  program: string,
  args: readonly string[],
  options: ChildOptions = {},
): ChildProcess => start('/bin/sh', ['-c', KEEPER, 'keeper', program, ...args], options);

const start = (program: string, args: readonly string[], options: ChildOptions): ChildProcess => {
  const child = spawn(program, args, {
    env: options.env ?? process.env,
    // Ctrl-C reaches the whole foreground group: children wait to be stopped in order instead.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (text: string) => options.onOutput?.(text));
  }
  // The pipe breaks when the child dies first; that is told by 'exit'.
  child.stdin.on('error', () => undefined);
  return child;
};

/** Resolves once the child has ended; at once if it has already. */
export const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      resolve();
    } else {
      child.once('exit', () => resolve());
    }
  });

/** Asks the child to end, and kills it where it has not after `graceMs`. */
export const stopChild = async (child: ChildProcess, graceMs: number): Promise<void> => {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  try {
    await ended(child);
  } finally {
    clearTimeout(timer);
  }
};
