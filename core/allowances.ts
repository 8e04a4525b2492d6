/** Counted rights that run out: units of a sale window, uses and money of a promotion. Kept in shards, so that many can take at once. */
import type { CodeName } from '#protocol/codes.ts';
import type { RequestKey } from '#protocol/request.ts';
import { discountOut } from './payment-shares.ts';
import type { AllowanceChange } from './ports.ts';
import type { Payment, RecordedState, TakenAllowance } from './records.ts';

/** Shards of a quota where nothing else is said: one takes some hundred transactions a second before they collide. */
export const QUOTA_SHARDS_DEFAULT = 8;
/** Shards at most: a sale that does not fit one looks at all of them. */
export const QUOTA_SHARDS_MAX = 32;
/** Shards that one payment may take of: with record, account, code and guess they must fit the 100 items of a transaction. */
export const TAKEN_SHARDS_MAX = 90;

/** What a payment needs of one allowance. */
export interface Take {
  readonly id: string;
  /** Above zero. */
  readonly amount: number;
  /** Of all shards together. */
  readonly max: number;
  readonly shards: number;
  /** The answer where there is too little left. */
  readonly refusal: Exclude<CodeName, 'approved'>;
  /** As in `TakenAllowance`. */
  readonly spends?: true;
}

/** How much of each shard is taken, by allowance and shard; what is not listed: nothing. */
export type Seen = ReadonlyMap<string, readonly number[]>;

/** The part of the whole that one shard may give: as even as can be, and together exactly `max`. */
export const shardMax = ({ max, shards }: Pick<Take, 'max' | 'shards'>, shard: number): number =>
  Math.floor(max / shards) + (shard < max % shards ? 1 : 0);

/**
 * From which shards to take, as far as `seen` tells: one alone where it has enough, beginning at one that follows from the
 * key, else as few as it takes. The code to refuse with where all of them together have too little, or where too many shards
 * would take part, `already` others counted.
 */
export const planTakes = (
  takes: readonly Take[],
  key: RequestKey,
  seen: Seen,
  already = 0,
): readonly TakenAllowance[] | Take['refusal'] => {
  const planned: TakenAllowance[] = [];
  for (const take of takes) {
    const parts = planTake(take, key, seen.get(take.id) ?? []);
    if (parts === undefined || already + planned.length + parts.length > TAKEN_SHARDS_MAX) {
      return take.refusal;
    }
    planned.push(...parts);
  }
  return planned;
};

/** What must change in the shards when a payment goes from one state to another; `from` undefined: it is new. */
export const allowanceChanges = (
  from: Payment | undefined,
  to: Payment,
): readonly AllowanceChange[] => {
  const before = counter(from);
  const after = counter(to);
  return (to.taken ?? []).flatMap((taken) => {
    const { id, shard, max } = taken;
    const delta = after(taken) - before(taken);
    if (delta === 0) {
      return [];
    }
    return [delta > 0 ? { id, shard, delta, max } : { id, shard, delta }];
  });
};

/** How much a payment holds in its state of one after another: of units all or nothing, of money what the promotion pays, from the first shard on. */
const counter = (payment: Payment | undefined): ((taken: TakenAllowance) => number) => {
  const counts = payment !== undefined && COUNTS[payment.state];
  let moneyMinor = payment === undefined ? 0 : discountOut(payment);
  return ({ amount, spends }) => {
    if (spends === undefined) {
      return counts ? amount : 0;
    }
    const counted = Math.min(amount, moneyMinor);
    moneyMinor -= counted;
    return counted;
  };
};

/** Whether what it has taken is still its own: refunds give no units back, since the goods are out. */
const COUNTS: Readonly<Record<RecordedState, boolean>> = {
  in_progress: true,
  held: true,
  posted: true,
  partly_refunded: true,
  refunded: true,
  voided: false,
  expired: false,
  declined: false,
};

const planTake = (
  take: Take,
  { terminal, sequence }: RequestKey,
  taken: readonly number[],
): readonly TakenAllowance[] | undefined => {
  const first = (terminal + sequence) % take.shards;
  const shards = Array.from({ length: take.shards }, (_, at) => {
    const shard = (first + at) % take.shards;
    const max = shardMax(take, shard);
    return { shard, max, left: Math.max(0, max - (taken[shard] ?? 0)) };
  });
  const enough = shards.find(({ left }) => left >= take.amount);
  const from = enough === undefined ? shards.sort((a, b) => b.left - a.left) : [enough];
  const parts: TakenAllowance[] = [];
  let missing = take.amount;
  for (const { shard, max, left } of from) {
    const amount = Math.min(left, missing);
    if (amount > 0) {
      parts.push({ id: take.id, shard, amount, max, ...(take.spends && { spends: take.spends }) });
      missing -= amount;
    }
  }
  return missing === 0 ? parts : undefined;
};
