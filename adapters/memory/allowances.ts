/** Shards of allowances in memory, by name. */
import type { AllowanceChange, PaymentStore } from '#core/ports.ts';

/** Taken, by allowance and shard. */
type Shards = Map<string, number>;

export const readAllowances = (
  shards: Shards,
  of: Parameters<PaymentStore['readAllowances']>[0],
): ReadonlyMap<string, readonly number[]> =>
  new Map(
    of.map(({ id, shards: count }) => [
      id,
      Array.from({ length: count }, (_, shard) => shards.get(nameOf({ id, shard })) ?? 0),
    ]),
  );

/** Whether none is taken beyond its bound, and none given back that was not taken. */
export const canChangeAllowances = (
  shards: Shards,
  changes: readonly AllowanceChange[] = [],
): boolean =>
  changes.every((change) => {
    const taken = (shards.get(nameOf(change)) ?? 0) + change.delta;
    return taken >= 0 && taken <= (change.max ?? taken);
  });

export const changeAllowances = (
  shards: Shards,
  changes: readonly AllowanceChange[] = [],
): void => {
  for (const change of changes) {
    shards.set(nameOf(change), (shards.get(nameOf(change)) ?? 0) + change.delta);
  }
};

const nameOf = ({ id, shard }: { readonly id: string; readonly shard: number }): string =>
  `${id}\n${shard}`;
