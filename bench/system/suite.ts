/** Payments per second of the whole local system, end to end over real sockets, and where the CPU time goes. */
import { openShop, type Shop } from '../../test/e2e/support/shop.ts';
import { Till } from '../../test/support/till.ts';
import { countMetric, type Metric, median, type RunOptions, type Suite } from '../metric.ts';
import { cpuByProcess } from './cpu-by-process.ts';

const TILLS = 24;
const ROUNDS = 5;
const ROUNDS_QUICK = 3;
const ROUND_MS = 4_000;
const ROUND_MS_QUICK = 2_000;
const WARM_UP_PAYMENTS = 10;
const LONE_PAYMENTS = 60;
const LONE_PAYMENTS_QUICK = 25;
/** Above every number that the system's own first sale draws. */
const FIRST_SEQUENCE = 1_000;

/** One sale that must be approved; milliseconds from the first byte to the answer. */
const sell = async (shop: Shop, till: Till): Promise<number> => {
  const startedMs = performance.now();
  const { code } = await till.askUntilAnswered(till.payFrame(shop.sale()));
  if (code !== 0) {
    throw new Error(`A payment was answered with ${code}.`);
  }
  return performance.now() - startedMs;
};

interface Round {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
  /** Milliseconds of CPU per payment. */
  readonly cpuMs: ReadonlyMap<string, number>;
}

const runRound = async (shop: Shop, tills: readonly Till[], ms: number): Promise<Round> => {
  const before = cpuByProcess();
  const startedMs = performance.now();
  const latenciesMs: number[] = [];
  await Promise.all(
    tills.map(async (till) => {
      while (performance.now() - startedMs < ms) {
        latenciesMs.push(await sell(shop, till));
      }
    }),
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  const cpuMs = new Map(
    [...cpuByProcess()].map(([part, total]) => [
      part,
      (total - (before.get(part) ?? 0)) / latenciesMs.length,
    ]),
  );
  return { perSecond: latenciesMs.length / seconds, latenciesMs, cpuMs };
};

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

const spread = (values: readonly number[]): Pick<Metric, 'value' | 'min' | 'max'> => ({
  value: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
});

const throughputMetric = (rounds: readonly Round[]): Metric => {
  const latenciesMs = rounds.flatMap((round) => round.latenciesMs);
  return {
    name: `payments/s end to end, ${TILLS} terminals`,
    ...spread(rounds.map(({ perSecond }) => perSecond)),
    unit: '',
    detail: `latency p50 ${percentile(latenciesMs, 0.5).toFixed(0)} ms, p99 ${percentile(latenciesMs, 0.99).toFixed(0)} ms`,
  };
};

const cpuMetrics = (rounds: readonly Round[]): readonly Metric[] => {
  const parts = [...new Set(rounds.flatMap(({ cpuMs }) => [...cpuMs.keys()]))];
  return parts.map((part) => ({
    name: `  CPU ms / payment: ${part}`,
    ...spread(rounds.map(({ cpuMs }) => cpuMs.get(part) ?? 0)),
    unit: '',
    detail: 'user and system time of its processes over the rounds above, stand-ins included',
  }));
};

const measureLone = async (shop: Shop, till: Till, payments: number): Promise<Metric> => {
  const latenciesMs: number[] = [];
  for (let count = 0; count < payments; count += 1) {
    latenciesMs.push(await sell(shop, till));
  }
  return {
    ...countMetric({
      name: 'one payment alone, ms (p50, p10 - p90)',
      value: percentile(latenciesMs, 0.5),
      unit: '',
      detail: `${payments} payments one after another, one terminal`,
    }),
    min: percentile(latenciesMs, 0.1),
    max: percentile(latenciesMs, 0.9),
  };
};

const run = async ({ quick, progress }: RunOptions): Promise<readonly Metric[]> => {
  progress('starting the local system');
  const shop = await openShop({ terminals: TILLS });
  const tills = shop.terminals
    .slice(0, TILLS)
    .map((keys) => new Till(shop.bridge, keys, FIRST_SEQUENCE));
  try {
    progress('warming up');
    for (let count = 0; count < WARM_UP_PAYMENTS; count += 1) {
      await Promise.all(tills.map((till) => sell(shop, till)));
    }
    progress('one terminal');
    const lone = await measureLone(shop, shop.till, quick ? LONE_PAYMENTS_QUICK : LONE_PAYMENTS);
    const rounds: Round[] = [];
    const wanted = quick ? ROUNDS_QUICK : ROUNDS;
    for (let round = 0; round < wanted; round += 1) {
      progress(`${TILLS} terminals: round ${round + 1} of ${wanted}`);
      rounds.push(await runRound(shop, tills, quick ? ROUND_MS_QUICK : ROUND_MS));
    }
    return [throughputMetric(rounds), lone, ...cpuMetrics(rounds)];
  } finally {
    for (const till of tills) {
      till.hangUp();
    }
    await shop.close();
  }
};

export const systemSuite: Suite = {
  name: 'system',
  method: [
    'The local system as `npm start` brings it up (the bundles that deploy, stand-ins for DynamoDB and SQS), in a folder of its own; terminals that share no code with it, one request in flight each, all sales by one user; every answer is checked. Rates are of this machine, on which terminals, stand-ins, bridge and functions share the cores: no goal, and no forecast for AWS.',
    'CPU per payment: user and system time of the processes of each part, so that it shows which hop costs what.',
  ],
  run,
};
