/** The files of a data folder that no stand-in owns: what is cleared, and the logs. */
import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** What the demo's receiver of webhooks has got in this run. */
export const EVENTS_LOG = 'events.log';

/** Removes what runs keep, apart from the lock and the logs. */
export const clearFolder = (dir: string): void => {
  for (const name of [
    'queues',
    'secrets.json',
    'streams',
    'tls.json',
    'tls.pem',
    'kiosk',
    'page-kiosk',
    'outbox',
  ]) {
    rmSync(join(dir, name), { recursive: true, force: true });
  }
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(join(dir, `table.sqlite${suffix}`), { force: true });
  }
};

/** One log file per function, and one of the bridge; each begins anew with every run. */
export const createLogs = (
  folder: string,
  closers: (() => unknown)[],
): ((name: string, text: string) => void) => {
  const files = new Map<string, WriteStream>();
  closers.push(() => files.forEach((file) => void file.end()));
  return (name, text) => {
    const file = files.get(name) ?? createWriteStream(join(folder, `${name}.log`));
    files.set(name, file);
    if (file.writable) {
      file.write(text);
    }
  };
};
