/** How values are spread over buckets: one comparison or a few per value, and no more memory than its buckets. */

export class Histogram {
  /** Upper ends of the buckets, ascending; what is larger counts in the sum only. */
  readonly bounds: readonly number[];
  /** Values in each bucket; the last counts those above all bounds. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    this.sum += value;
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] as number)) {
      bucket += 1;
    }
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
  }
}
