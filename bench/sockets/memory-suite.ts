/** Memory of an idle, signed-on connection at the bridge against one at a bare Node server. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Metric, type Pair, type RunOptions, ratioMetric, type Suite } from '../metric.ts';
import { type Load, startLoad, startServer } from './field.ts';
import type { ScriptName } from './scripts.ts';
import type { ServerKind } from './wire.ts';

const CONNECTIONS = 10_000;
const CONNECTIONS_QUICK = 3_000;
const PAIRS = 5;
const PAIRS_QUICK = 3;
/** Files that a process needs besides its connections. */
const FILES_RESERVED = 200;
/** Milliseconds between the last connection and the weighing. */
const SETTLE_MS = 500;
const GOAL = 1.5;

/** Connections that the limit on open files allows. */
const allowedConnections = (wanted: number): number => {
  let limit = Number.POSITIVE_INFINITY;
  try {
    const text = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
    limit = text === 'unlimited' ? limit : Number(text);
  } catch {
    // No shell: then there is no such limit to read either.
  }
  return Math.max(100, Math.min(wanted, limit - FILES_RESERVED));
};

/** Bytes of resident memory that one connection adds to a fresh server. */
const weigh = async (
  load: Load,
  kind: ServerKind,
  script: ScriptName,
  connections: number,
): Promise<number> => {
  const server = await startServer(kind, { collect: true });
  try {
    const empty = await server.usage();
    await load.open(script, server.port, script, connections);
    await sleep(SETTLE_MS);
    const full = await server.usage();
    await load.close(script);
    return (full.rssBytes - empty.rssBytes) / connections;
  } finally {
    server.close();
  }
};

const run = async ({ quick, progress }: RunOptions): Promise<readonly Metric[]> => {
  const connections = allowedConnections(quick ? CONNECTIONS_QUICK : CONNECTIONS);
  const rounds = quick ? PAIRS_QUICK : PAIRS;
  const load = startLoad();
  const pairs: Pair[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      progress(`${connections} connections: pair ${round + 1} of ${rounds}`);
      const ours = await weigh(load, 'bridge', 'bridgePing', connections);
      const theirs = await weigh(load, 'echo', 'echoPing', connections);
      pairs.push({ ours, theirs });
    }
  } finally {
    load.end();
  }
  return [
    ratioMetric({
      name: `bytes / idle connection, ${connections}`,
      kind: 'cost',
      pairs,
      goal: GOAL,
      detail: ({ ours, theirs }) =>
        `${(ours / 1000).toFixed(2)} kB at the bridge, ${(theirs / 1000).toFixed(2)} kB at the bare server; the kernel's share of about 5 kB is the same for both and not in it`,
    }),
  ];
};

export const memorySuite: Suite = {
  name: 'memory',
  method: [
    'Resident memory of a fresh server process with so many idle connections, less what it had without any, divided by their number; garbage collected before both. At the bridge each connection has signed on as a terminal of its own (HELLO verified, WELCOME sent); at the bare server each has echoed the same HELLO. 10,000 connections, fewer with --quick or where the limit on open files is lower.',
  ],
  run,
};
