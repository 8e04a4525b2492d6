/** JSON logs of the bridge: one event a line, declared fields only, noise limited. */
import { type DestinationStream, pino } from 'pino';
import { LOG_EVERY_MS } from './limits.ts';

/** All that a line may say. No payment identifier, key, frame or address has a field here. */
export interface LogFields {
  readonly port?: number;
  readonly healthPort?: number;
  readonly slot?: number;
  readonly fence?: number;
  readonly slots?: number;
  readonly connections?: number;
  readonly pending?: number;
  readonly looksLike?: string;
  readonly transport?: string;
  readonly direction?: 'up' | 'down';
  readonly dialect?: string;
  /** A frame with everything hidden that names a person (bridge/capture-mask.ts). */
  readonly masked?: string;
  readonly bytes?: number;
  readonly sales?: number;
  readonly seconds?: number;
  readonly terminal?: number;
  readonly reason?: string;
  readonly signal?: string;
  /** Class or code of an error, never its message. */
  readonly error?: string;
  /** Lines of the same kind that were left out since the last one. */
  readonly leftOut?: number;
}

const FIELDS = [
  'port',
  'healthPort',
  'slot',
  'fence',
  'slots',
  'connections',
  'pending',
  'looksLike',
  'transport',
  'direction',
  'dialect',
  'masked',
  'bytes',
  'sales',
  'seconds',
  'terminal',
  'reason',
  'signal',
  'error',
  'leftOut',
] as const satisfies readonly (keyof LogFields)[];

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface BridgeLog {
  write(level: LogLevel, event: string, fields?: LogFields): void;
}

/** What may be said of an unknown error: its name and, with AWS clients, that is its code. */
export const errorName = (error: unknown): string =>
  error instanceof Error ? error.name : typeof error;

const allowed = (fields: LogFields): LogFields =>
  Object.fromEntries(FIELDS.flatMap((name) => (name in fields ? [[name, fields[name]]] : [])));

/** A log on pino; whatever is not a declared field is dropped even if the type was cheated. */
export const createLog = (level: LogLevel, destination?: DestinationStream): BridgeLog => {
  const options = { level, base: { service: 'bridge' } };
  const lines = destination ? pino(options, destination) : pino(options);
  return {
    write(at, event, fields = {}): void {
      lines[at]({ event, ...allowed(fields) });
    },
  };
};

/** Lets one line of each kind through in LOG_EVERY_MS, and tells how many it left out. */
export const limitLog = (log: BridgeLog, nowMs: () => number): BridgeLog => {
  const kinds = new Map<string, { atMs: number; leftOut: number }>();
  return {
    write(level, event, fields = {}): void {
      const kind = `${event} ${fields.looksLike ?? ''}`;
      const last = kinds.get(kind);
      if (last && nowMs() - last.atMs < LOG_EVERY_MS) {
        last.leftOut += 1;
        return;
      }
      const leftOut = last?.leftOut ?? 0;
      kinds.set(kind, { atMs: nowMs(), leftOut: 0 });
      log.write(level, event, leftOut > 0 ? { ...fields, leftOut } : fields);
    },
  };
};
