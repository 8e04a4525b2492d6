/** The log of the process, which never holds it up: lines that nobody reads wait, and then are left out and counted. */
import { destination } from 'pino';
import type { Timers } from '#core/ports.ts';
import { LOG_BYTES_MAX, LOG_FLUSH_MS } from './limits.ts';
import { type BridgeLog, createLog, type LogLevel } from './log.ts';

export interface ProcessLog extends BridgeLog {
  /** True once every line is written; false where they are not within LOG_FLUSH_MS. */
  flush(): Promise<boolean>;
}

/** Writes to the file descriptor or file `dest`; standard output by default. A reader that is gone costs the lines, no more. */
export const createProcessLog = (
  level: LogLevel,
  timers: Timers,
  dest: number | string = 1,
): ProcessLog => {
  // Written by the thread pool: a full pipe would stop the event loop, and every terminal with it.
  const lines = destination({ dest, sync: false, minLength: 1, maxLength: LOG_BYTES_MAX });
  const log = createLog(level, lines);
  let leftOut = 0;
  lines.on('drop', () => {
    leftOut += 1;
  });
  lines.on('drain', () => {
    if (leftOut > 0) {
      const since = leftOut;
      leftOut = 0;
      log.write('warn', 'log_left_out', { leftOut: since });
    }
  });
  return {
    write: log.write,
    flush: () =>
      Promise.race([
        new Promise<true>((resolve) => lines.flush(() => resolve(true))),
        timers.sleep(LOG_FLUSH_MS).then(() => false),
      ]),
  };
};
