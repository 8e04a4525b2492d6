/** What honest terminals wait for their answers while the bridge is under attack, against the same terminals in calm. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from '../child.ts';
import { countMetric, type Metric, type RunOptions, type Suite } from '../metric.ts';
import { startServer } from './field.ts';
import { scriptsOf } from './scripts.ts';
import type { ClientScript } from './wire.ts';

/** Each pays once in 2.4 s, below the 30 frames a minute that a terminal may send. */
const TERMINALS = 60;
const PAUSE_MS = 40;
const ASKS = 500;
const ASKS_QUICK = 150;
/** Milliseconds until an attack is under way, and the first victims of it were cut. */
const ATTACK_MS = 3_000;
const GOAL_MS = 50;
const GOAL_MB = 256;
const BYTES_PER_MB = 1_048_576;

type Ask = () => Promise<number>;

/** Signed on; each call pays once, and resolves with the milliseconds to the last byte of the answer. */
const openTerminal = async (port: number, script: ClientScript): Promise<Ask> => {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let missing = script.openingReplyBytes;
  let come = (): void => undefined;
  let lost = (_error: Error): void => undefined;
  socket.once('close', () => lost(new Error('The bridge hung up on an honest terminal.')));
  socket.on('data', (bytes) => {
    missing -= bytes.length;
    if (missing <= 0) {
      come();
    }
  });
  const send = (hex: string, replyBytes: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const sentMs = performance.now();
      missing = replyBytes;
      come = () => resolve(performance.now() - sentMs);
      lost = reject;
      socket.write(Buffer.from(hex, 'hex'));
    });
  socket.on('error', () => socket.destroy());
  await send(script.opening, script.openingReplyBytes);
  return () => send(script.request, script.replyBytes);
};

/** The terminals pay in turn, at an even pace. */
const waits = async (terminals: readonly Ask[], asks: number): Promise<readonly number[]> => {
  const found: number[] = [];
  for (let ask = 0; ask < asks; ask += 1) {
    found.push((await terminals[ask % terminals.length]?.()) ?? Number.NaN);
    await sleep(PAUSE_MS);
  }
  return found;
};

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN;

const run = async ({ quick, progress }: RunOptions): Promise<readonly Metric[]> => {
  const asks = quick ? ASKS_QUICK : ASKS;
  const server = await startServer('guardedBridge', { collect: false });
  try {
    const terminals: Ask[] = [];
    for (const script of scriptsOf('bridgePay', TERMINALS)) {
      terminals.push(await openTerminal(server.port, script));
    }
    progress(`${asks} payments in calm`);
    await waits(terminals, TERMINALS);
    const calm = await waits(terminals, asks);
    const attacker = startChild(new URL('./attacker.ts', import.meta.url), {
      args: [String(server.port)],
      core: 1,
    });
    await attacker.next();
    progress('the attack begins');
    await sleep(ATTACK_MS);
    progress(`${asks} payments under attack`);
    const attacked = await waits(terminals, asks);
    const { rssBytes } = await server.usage();
    attacker.close();
    const [before, during] = [percentile(calm, 0.99), percentile(attacked, 0.99)];
    return [
      countMetric({
        name: 'honest p99 under attack, ms above calm',
        value: during - before,
        unit: '',
        goal: { direction: 'at most', value: GOAL_MS },
        detail: `${during.toFixed(1)} ms against ${before.toFixed(1)} ms, median ${percentile(attacked, 0.5).toFixed(1)} ms against ${percentile(calm, 0.5).toFixed(1)} ms, of ${asks} payments each; every one was answered`,
      }),
      countMetric({
        name: 'resident MB under attack',
        value: rssBytes / BYTES_PER_MB,
        unit: '',
        goal: { direction: 'at most', value: GOAL_MB },
        detail: 'of the bridge alone, at the end of the attack',
      }),
    ];
  } finally {
    server.close();
  }
};

export const attackSuite: Suite = {
  name: 'attack',
  method: [
    'The bridge has the limits of a deployed one. 60 honest terminals pay in turn, 25 times a second, first in calm, then while another process holds 2,000 connections that send one byte a second, opens 500 connections a second from one address, and blasts PAYs from a terminal that signed on. Wall time from the write to the last byte of the answer; the attacker shares its core with the honest clients, so part of what they wait is their own.',
  ],
  run,
};
