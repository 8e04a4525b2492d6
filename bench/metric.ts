/** What one measurement says: two sides, measured in interleaved pairs within one run, and the goal of their ratio. */

/** One pair: what each side cost, in the same unit, measured one right after the other. */
export interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

/** `at least`: bigger is better. */
export type Direction = 'at least' | 'at most';

export interface Goal {
  readonly direction: Direction;
  readonly value: number;
}

export interface Metric {
  /** At most 40 characters: it is a cell of the table. */
  readonly name: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Printed after the figure: `x` for ratios. */
  readonly unit: string;
  /** Undefined where a figure is only told. */
  readonly goal?: Goal;
  /** The figures behind it, one line for the report. */
  readonly detail: string;
}

/** A group of metrics that are measured together. */
export interface Suite {
  readonly name: string;
  /** What is compared with what, for the report. */
  readonly method: readonly string[];
  readonly run: (options: RunOptions) => Promise<readonly Metric[]>;
}

export interface RunOptions {
  readonly quick: boolean;
  /** Tells the person who waits what is being done. */
  readonly progress: (step: string) => void;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};

/**
 * Ratio of the medians, with the least and greatest ratio of a pair.
 * `speed`: how many times as fast ours is (theirs / ours); `cost`: how much of theirs ours costs (ours / theirs).
 */
export const ratioMetric = (metric: {
  readonly name: string;
  readonly kind: 'speed' | 'cost';
  readonly pairs: readonly Pair[];
  readonly goal: number;
  readonly detail: (medians: Pair) => string;
}): Metric => {
  const ratioOf = ({ ours, theirs }: Pair): number =>
    metric.kind === 'speed' ? theirs / ours : ours / theirs;
  const medians = {
    ours: median(metric.pairs.map(({ ours }) => ours)),
    theirs: median(metric.pairs.map(({ theirs }) => theirs)),
  };
  const ratios = metric.pairs.map(ratioOf);
  return {
    name: metric.name,
    value: ratioOf(medians),
    min: Math.min(...ratios),
    max: Math.max(...ratios),
    unit: 'x',
    goal: { direction: metric.kind === 'speed' ? 'at least' : 'at most', value: metric.goal },
    detail: metric.detail(medians),
  };
};

/** A figure that was counted, so it has no spread. */
export const countMetric = (metric: {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: Goal;
  readonly detail: string;
}): Metric => ({ ...metric, min: metric.value, max: metric.value });

/** Whether the goal is reached; undefined where there is none. */
export const isReached = ({ value, goal }: Metric): boolean | undefined => {
  if (goal === undefined) {
    return undefined;
  }
  return goal.direction === 'at least' ? value >= goal.value : value <= goal.value;
};
