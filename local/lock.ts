/** One system per data folder. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalError } from './local-error.ts';

/** Takes the folder; returns what gives it back. Throws `already_running`; a lock whose owner is gone is taken over. */
export const lockFolder = (folder: string): (() => void) => {
  const file = join(folder, 'lock');
  const mine = `${process.pid} ${startTime(process.pid)}`;
  if (existsSync(file)) {
    const [pid = '', startedAt = ''] = readFileSync(file, 'utf8').split(' ');
    if (startTime(Number(pid)) === startedAt && startedAt !== '') {
      throw alreadyRunning(folder, pid);
    }
    rmSync(file, { force: true });
  }
  try {
    // Of two that start at the same moment one makes the file.
    writeFileSync(file, mine, { flag: 'wx' });
  } catch {
    throw alreadyRunning(folder, readFileSync(file, 'utf8').split(' ')[0] ?? '');
  }
  return () => rmSync(file, { force: true });
};

const alreadyRunning = (folder: string, pid: string): LocalError =>
  new LocalError(
    'already_running',
    `A system already runs on ${folder} (process ${pid}).`,
    'Stop it with Ctrl-C, or choose another folder by COSMOPAY_DIR.',
  );

/** When the process started, in the kernel's ticks: a process id alone may have been given out again. */
const startTime = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
};
