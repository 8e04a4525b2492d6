/** Runs what several processes do to a store one step at a time, in an order that the test gives, with faults that it gives. */

/**
 * What becomes of one call: `before` and `after`: the call fails, without and with its effect; `death`: the process is
 * gone after the effect and never hears; `unsaid`: done, and a conflict is told; `conflict`: not done, and that is told.
 */
export type Fault = 'none' | 'before' | 'after' | 'death' | 'unsaid' | 'conflict';

export interface Turns {
  /** Whether the next process is alone: it waits for no turn, since there is only one order. */
  alone(is: boolean): void;
  /** Waits for its turn, then runs. */
  take<T>(run: () => Promise<T>): Promise<T>;
  /** Lets everything that waits run, the next one picked by the numbers of `order` in turn. */
  run(order: readonly number[]): Promise<void>;
}

export const createTurns = (): Turns => {
  const waiting: (() => void)[] = [];
  let isAlone = false;
  return {
    alone: (is) => {
      isAlone = is;
    },
    take: (run) =>
      isAlone
        ? run()
        : new Promise((resolve, reject) => {
            waiting.push(() => {
              run().then(resolve, reject);
            });
          }),
    run: async (order) => {
      await settled();
      for (let turn = 0; waiting.length > 0; turn += 1) {
        const at = (order[turn % order.length] ?? 0) % waiting.length;
        const [next] = waiting.splice(at, 1);
        next?.();
        await settled();
      }
    },
  };
};

/** Never resolves: a process that died waits for nothing. */
export const death = <T>(): Promise<T> => new Promise(() => undefined);

/** Every promise that can go on has gone on. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
