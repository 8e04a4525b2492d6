/** Size and initialisation of the payment function against a bundle with esbuild's defaults. */
import {
  countMetric,
  type Metric,
  median,
  type Pair,
  type RunOptions,
  ratioMetric,
  type Suite,
} from '../metric.ts';
import { buildPair } from './build-pair.ts';
import { createInitialiser } from './init.ts';

const SPAWNS = 25;
const SPAWNS_QUICK = 15;
const SIZE_GOAL_KB = 400;
const INIT_GOAL = 0.75;

const kilobytes = (bytes: number): number => bytes / 1000;

const run = async ({ quick, progress }: RunOptions): Promise<readonly Metric[]> => {
  progress('building both bundles');
  const bundles = await buildPair();
  const initialiser = await createInitialiser();
  const spawns = quick ? SPAWNS_QUICK : SPAWNS;
  const pairs: Pair[] = [];
  const wall: Pair[] = [];
  try {
    for (let spawn = 0; spawn < spawns; spawn += 1) {
      progress(`start ${spawn + 1} of ${spawns}`);
      const ours = await initialiser.run(bundles.lean.file);
      const theirs = await initialiser.run(bundles.plain.file);
      pairs.push({ ours: ours.cpuMs, theirs: theirs.cpuMs });
      wall.push({ ours: ours.wallMs, theirs: theirs.wallMs });
    }
  } finally {
    initialiser.close();
    bundles.close();
  }
  const { lean, plain } = bundles;
  return [
    countMetric({
      name: 'pay bundle, KB',
      value: kilobytes(lean.bytes),
      unit: '',
      goal: { direction: 'at most', value: SIZE_GOAL_KB },
      detail: `${kilobytes(lean.bytes).toFixed(0)} KB (${kilobytes(lean.gzipBytes).toFixed(0)} gzip), with esbuild's defaults and the whole of zod ${kilobytes(plain.bytes).toFixed(0)} KB (${kilobytes(plain.gzipBytes).toFixed(0)} gzip)`,
    }),
    ratioMetric({
      name: 'pay init / default bundle',
      kind: 'cost',
      pairs,
      goal: INIT_GOAL,
      detail: ({ ours, theirs }) =>
        `CPU ${ours.toFixed(0)} ms against ${theirs.toFixed(0)} ms; wall time ${median(wall.map((pair) => pair.ours)).toFixed(0)} ms against ${median(wall.map((pair) => pair.theirs)).toFixed(0)} ms`,
    }),
  ];
};

export const bundleSuite: Suite = {
  name: 'bundle',
  method: [
    "The payment function as it deploys, against the same handler with esbuild's defaults for Node (`main` fields, the whole credential chain) and `import { z } from 'zod'`; both minified ES modules built in this run.",
    'Initialisation: CPU time of a fresh process around `import()` of the bundle, its clients made and its two secrets read from a server on loopback. Starts in turns.',
  ],
  run,
};
