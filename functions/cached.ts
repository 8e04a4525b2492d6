/** What is read from elsewhere now and then, and used many times in between. */
import type { Clock } from '#core/ports.ts';

/** Reads again once the last value is `forMs` old. Callers share a read under way; one that failed is not kept. */
export const cached = <T>(
  read: () => Promise<T>,
  { clock, forMs }: { readonly clock: Clock; readonly forMs: number },
): (() => Promise<T>) => {
  let last: { readonly value: Promise<T>; readonly untilMs: number } | undefined;
  return () => {
    const nowMs = clock.nowMs();
    if (last === undefined || nowMs >= last.untilMs) {
      const value = read();
      const mine = { value, untilMs: nowMs + forMs };
      last = mine;
      value.catch(() => {
        last = last === mine ? undefined : last;
      });
    }
    return last.value;
  };
};
