/** CPU of taking one connection with its first frame verified and answered, against a bare server that echoes that frame. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Metric, type Pair, type RunOptions, ratioMetric, type Suite } from '../metric.ts';
import { type Load, type Server, startLoad, startServer } from './field.ts';
import type { ScriptName } from './scripts.ts';

const CONNECTIONS = 2_000;
const CONNECTIONS_QUICK = 1_000;
const PAIRS = 15;
const PAIRS_QUICK = 5;
/** Rounds that are not counted: past the optimising compiler of both. */
const WARM_UP_ROUNDS = 6;
/** Milliseconds in which a server has seen all of them go: that is not measured. */
const SETTLE_MS = 300;
const GOAL = 2;

/** CPU microseconds of the server for one connection. */
const acceptOnce = async (
  load: Load,
  server: Server,
  script: ScriptName,
  connections: number,
): Promise<number> => {
  const before = await server.usage();
  await load.open(script, server.port, script, connections);
  const after = await server.usage();
  await load.close(script);
  await sleep(SETTLE_MS);
  return (after.cpuUs - before.cpuUs) / connections;
};

const run = async ({ quick, progress }: RunOptions): Promise<readonly Metric[]> => {
  const connections = quick ? CONNECTIONS_QUICK : CONNECTIONS;
  const rounds = WARM_UP_ROUNDS + (quick ? PAIRS_QUICK : PAIRS);
  const load = startLoad();
  const bridge = await startServer('bridge', { collect: false });
  const echo = await startServer('echo', { collect: false });
  const pairs: Pair[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      progress(`${connections} connections: round ${round + 1} of ${rounds}`);
      const ours = await acceptOnce(load, bridge, 'bridgePing', connections);
      const theirs = await acceptOnce(load, echo, 'echoPing', connections);
      pairs.push({ ours, theirs });
    }
  } finally {
    load.end();
    bridge.close();
    echo.close();
  }
  return [
    ratioMetric({
      name: 'accept + HELLO / accept + echo',
      kind: 'cost',
      pairs: pairs.slice(WARM_UP_ROUNDS),
      goal: GOAL,
      detail: ({ ours, theirs }) =>
        `CPU of the server per connection: ${ours.toFixed(0)} us, against ${theirs.toFixed(0)} us`,
    }),
  ];
};

export const acceptSuite: Suite = {
  name: 'accept',
  method: [
    'Connections of terminals that each come once: at the bridge TCP, the dialect found, the keys of the terminal derived, HELLO verified, its region read from a stub, WELCOME signed; at the bare server TCP and the same HELLO echoed. CPU time of the server process from the first SYN to the last answer, divided by their number; the clients then reset.',
  ],
  run,
};
