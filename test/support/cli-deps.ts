/** The command line with nothing of the outside: no files, no browser, no pauses. */
import { randomUUID } from 'node:crypto';
import type { CliDeps } from '#cli/program.ts';
import type { Session, Sessions } from '#cli/sessions.ts';

export const memorySessions = (sessions: Map<string, Session> = new Map()): Sessions => ({
  all: (nowMs) => new Map([...sessions].filter(([, { untilMs }]) => untilMs > nowMs)),
  put: (api, session) => void sessions.set(api, session),
  remove: (api) => void sessions.delete(api),
});

export const cliDeps = (more: Partial<CliDeps> & Pick<CliDeps, 'fetch' | 'env'>): CliDeps => ({
  sleep: async () => undefined,
  random: () => 0,
  newKey: randomUUID,
  out: () => undefined,
  err: () => undefined,
  isTty: false,
  interrupted: Promise.resolve(),
  sessions: memorySessions(),
  nowMs: () => 0,
  secret: () => 'secret',
  receive: () => Promise.reject(new Error('no browser')),
  ...more,
});
