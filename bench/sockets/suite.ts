/** The bridge's round trips against a bare Node echo and an MQTT broker, by CPU time of the server process. */
import { isPinned } from '../child.ts';
import { pairUp } from '../interleave.ts';
import { type Metric, median, type RunOptions, ratioMetric, type Suite } from '../metric.ts';
import { type Load, type Server, startLoad, startServer } from './field.ts';
import type { ScriptName } from './scripts.ts';
import type { ServerKind } from './wire.ts';

const ROUNDS = 7;
const ROUNDS_QUICK = 5;
const RUN_MS = 1_000;
const RUN_MS_QUICK = 400;
/** Milliseconds of warming up: past the optimising compiler of a server. */
const WARM_UP_MS = 2_000;
const WARM_UP_MS_QUICK = 1_000;
const SOCKETS = [100, 1_000] as const;
const ECHO_GOAL = 0.85;
const BROKER_GOAL = 1.8;

const GROUPS: Readonly<Record<ScriptName, ServerKind>> = {
  bridgePay: 'bridge',
  bridgePing: 'bridge',
  echoPay: 'echo',
  echoPing: 'echo',
  brokerPublish: 'broker',
};
const GROUP_NAMES = Object.keys(GROUPS) as readonly ScriptName[];

interface Comparison {
  readonly name: string;
  readonly ours: ScriptName;
  readonly theirs: ScriptName;
  readonly goal: number;
}

const COMPARISONS: readonly Comparison[] = [
  { name: 'PAY / bare echo', ours: 'bridgePay', theirs: 'echoPay', goal: ECHO_GOAL },
  { name: 'PING / bare echo', ours: 'bridgePing', theirs: 'echoPing', goal: ECHO_GOAL },
  { name: 'PAY / aedes QoS 1', ours: 'bridgePay', theirs: 'brokerPublish', goal: BROKER_GOAL },
  { name: 'PING / aedes QoS 1', ours: 'bridgePing', theirs: 'brokerPublish', goal: BROKER_GOAL },
];

/** CPU microseconds of the server for one answer. */
const measureOnce = async (
  load: Load,
  server: Server,
  group: string,
  ms: number,
): Promise<number> => {
  const before = await server.usage();
  const answers = await load.run(group, ms);
  const after = await server.usage();
  if (answers === 0) {
    throw new Error(`${group}: no answer at all.`);
  }
  return (after.cpuUs - before.cpuUs) / answers;
};

type Costs = Readonly<Record<ScriptName, readonly number[]>>;

const measureAll = async (
  load: Load,
  servers: ReadonlyMap<ScriptName, Server>,
  sockets: number,
  { quick, progress }: RunOptions,
): Promise<Costs> => {
  const serverOf = (group: ScriptName): Server => servers.get(group) as Server;
  for (const group of GROUP_NAMES) {
    progress(`${sockets} sockets: warming up ${group}`);
    await load.open(group, serverOf(group).port, group, sockets);
    await load.run(group, quick ? WARM_UP_MS_QUICK : WARM_UP_MS);
  }
  const costs = Object.fromEntries(GROUP_NAMES.map((group) => [group, [] as number[]])) as Record<
    ScriptName,
    number[]
  >;
  const rounds = quick ? ROUNDS_QUICK : ROUNDS;
  for (let round = 0; round < rounds; round += 1) {
    progress(`${sockets} sockets: round ${round + 1} of ${rounds}`);
    const order = round % 2 === 0 ? GROUP_NAMES : [...GROUP_NAMES].reverse();
    for (const group of order) {
      costs[group].push(
        await measureOnce(load, serverOf(group), group, quick ? RUN_MS_QUICK : RUN_MS),
      );
    }
  }
  for (const group of GROUP_NAMES) {
    await load.close(group);
  }
  return costs;
};

const compare = (costs: Costs, sockets: number): readonly Metric[] =>
  COMPARISONS.map(({ name, ours, theirs, goal }) =>
    ratioMetric({
      name: `${name}, ${sockets} sockets`,
      kind: 'speed',
      pairs: pairUp(costs[ours], costs[theirs]),
      goal,
      detail: (medians) =>
        `CPU of the server per answer: ${medians.ours.toFixed(1)} us, against ${median(costs[theirs]).toFixed(1)} us`,
    }),
  );

const run = async (options: RunOptions): Promise<readonly Metric[]> => {
  const load = startLoad();
  const servers = new Map<ScriptName, Server>();
  try {
    for (const group of GROUP_NAMES) {
      servers.set(group, await startServer(GROUPS[group], { collect: false }));
    }
    const metrics: Metric[] = [];
    for (const sockets of SOCKETS) {
      metrics.push(...compare(await measureAll(load, servers, sockets, options), sockets));
    }
    return metrics;
  } finally {
    load.end();
    for (const server of servers.values()) {
      server.close();
    }
  }
};

export const socketSuite: Suite = {
  name: 'sockets',
  method: [
    'Each server is a process of its own, with its own connections, which stay open over all rounds; the load generator is another process: one request in flight per socket, prepared bytes, answers checked by length and type. A value is how many times the rate of the other side the bridge has for the same CPU time of the server process (user and system).',
    'PAY: the bridge frames it, writes the envelope (JSON as bytes), hands it to a stub queue in the same process, reads the reply envelope that the stub gives at the next turn of the loop, and writes the frame of the answer. The stub copies the correlation into a prepared reply, decodes and encodes nothing, and is part of the measured process; SQS itself is not measured here.',
    'PING: frame, HMAC of the PING verified, PONG written with its own HMAC.',
    'Bare echo: `socket.on("data", data => socket.write(data))`, frames of the size of that PAY (75 bytes) or PING (22 bytes). aedes: PUBLISH of the same PAY frame at QoS 1 and its PUBACK, no subscriber.',
    isPinned
      ? 'Servers ran on one core, the load generator on the other (taskset).'
      : 'No process was pinned to a core.',
  ],
  run,
};
