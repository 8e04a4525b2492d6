/** CPU time of the local system's processes by what they stand for, read from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts process time in hundredths of a second. */
const TICK_MS = 10;

/** The first word that is found in a command line names the process. */
const PARTS: readonly (readonly [part: string, word: string])[] = [
  ['bridge', 'bridge/index.mjs'],
  ['functions', 'aws-lambda-ric'],
  ['DynamoDB stand-in', 'dynoxide'],
  // The stand-in for SQS, the mappings and the schedules live in the system's own process.
  ['queues, mappings', 'local/main.ts'],
];

interface Process {
  readonly parent: number;
  readonly cpuMs: number;
  readonly command: string;
}

const readProcess = (pid: number): Process | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      parent: Number(fields[1]),
      cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      command: readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
    };
  } catch {
    // It ended meanwhile.
    return undefined;
  }
};

/** Milliseconds of CPU so far by part, of all processes below this one; empty where there is no /proc. */
export const cpuByProcess = (): ReadonlyMap<string, number> => {
  const processes = new Map<number, Process>();
  try {
    for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      const found = readProcess(Number(name));
      if (found) {
        processes.set(Number(name), found);
      }
    }
  } catch {
    return new Map();
  }
  const isOurs = (pid: number): boolean => {
    const parent = processes.get(pid)?.parent ?? 0;
    return parent === process.pid || (parent > 1 && isOurs(parent));
  };
  const sums = new Map<string, number>();
  for (const [pid, { command, cpuMs }] of processes) {
    const part = PARTS.find(([, word]) => command.includes(word))?.[0];
    if (part !== undefined && isOurs(pid)) {
      sums.set(part, (sums.get(part) ?? 0) + cpuMs);
    }
  }
  return sums;
};
