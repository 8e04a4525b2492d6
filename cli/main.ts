#!/usr/bin/env node
/** `cosmopay`: the edge of the command line, with the real network and terminal. */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCli } from './program.ts';
import { receiveCode } from './receive-code.ts';
import { openSessions } from './sessions.ts';

const interrupt = new AbortController();
const interrupted = once(interrupt.signal, 'abort').then(() => undefined);
process.once('SIGINT', () => interrupt.abort());

const line = (stream: NodeJS.WriteStream, text: string): void => {
  // What is written over ends without a new line.
  stream.write(text.startsWith('\r') ? text : `${text}\n`);
};

process.exitCode = await runCli(process.argv.slice(2), {
  fetch: globalThis.fetch,
  sleep: (ms) => sleep(ms, undefined, { ref: true }).then(() => undefined),
  random: Math.random,
  newKey: randomUUID,
  out: (text) => line(process.stdout, text),
  err: (text) => line(process.stderr, text),
  isTty: process.stderr.isTTY === true,
  env: process.env,
  interrupted,
  sessions: openSessions(process.env),
  nowMs: Date.now,
  secret: () => randomBytes(32).toString('base64url'),
  receive: receiveCode,
});
process.exit();
