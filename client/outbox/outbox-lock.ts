/** One process per outbox: two would give the same numbers to different sales. */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The file's name beside the outbox. */
export const LOCK_FILE = 'outbox.lock';
/** Names one run of the kernel, so that a number of a process before a power cut means nothing after it. */
const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';

const readOr = (path: string, fallback: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return fallback;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

const isHeld = (path: string, boot: string): boolean => {
  const [pid, heldBoot] = readOr(path, '').split(' ');
  const owner = Number(pid);
  const another = Number.isInteger(owner) && owner > 0 && owner !== process.pid;
  return another && (heldBoot ?? '') === boot && isAlive(owner);
};

const take = (path: string, content: string): boolean => {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, content);
    closeSync(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return false;
    }
    throw error;
  }
};

/** Makes the folder where there is none. Gives the lock back, or undefined where a living process holds it. What a dead one left is taken over. */
export const takeOutboxLock = (folder: string): (() => void) | undefined => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, LOCK_FILE);
  const boot = readOr(BOOT_ID_FILE, '');
  const content = `${process.pid} ${boot}`.trim();
  if (!take(path, content)) {
    if (isHeld(path, boot)) {
      return undefined;
    }
    rmSync(path, { force: true });
    if (!take(path, content)) {
      return undefined;
    }
  }
  return () => rmSync(path, { force: true });
};
