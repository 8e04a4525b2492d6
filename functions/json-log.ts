/** One JSON line per event on standard output, with declared fields only: nothing else can reach a log. */

type Value = string | number | boolean | undefined;

/** Everything a function may ever say. Terminals and codes are no secrets; users, identifiers, keys and frames never appear. */
export interface LogFields {
  readonly outcome?: string;
  readonly reason?: string;
  readonly code?: string;
  readonly op?: string;
  readonly terminal?: number;
  readonly sequence?: number;
  readonly duplicate?: boolean;
  readonly ms?: number;
  readonly count?: number;
  readonly error?: string;
  readonly status?: number;
  /** Of a webhook: where it goes, by the id that an operator gave it, and the event's id. */
  readonly endpoint?: string;
  readonly id?: string;
}

export type LogLevel = 'info' | 'warn' | 'error';
export type Log = (level: LogLevel, event: string, fields: LogFields) => void;

const FIELDS = [
  'outcome',
  'reason',
  'code',
  'op',
  'terminal',
  'sequence',
  'duplicate',
  'ms',
  'count',
  'error',
  'status',
  'endpoint',
  'id',
] as const satisfies readonly (keyof LogFields)[];

/** A word of ours: what came from outside in text does not look like this, and is not printed. */
const WORD = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

const printable = (value: Value): Value =>
  typeof value === 'string' && !WORD.test(value) ? 'unprintable' : value;

/** A log that hands each line to `write`. */
export const createLog =
  (write: (line: string) => void): Log =>
  (level, event, fields) => {
    const entry: Record<string, Value> = { level, event };
    for (const name of FIELDS) {
      const value = fields[name];
      if (value !== undefined) {
        entry[name] = printable(value);
      }
    }
    write(`${JSON.stringify(entry)}\n`);
  };

/** The function's own log. */
export const stdoutLog: Log = createLog((line) => process.stdout.write(line));

/** The name of what was thrown: messages may carry what must not be logged. */
export const errorName = (error: unknown): string =>
  error instanceof Error ? error.name : 'Unknown';
