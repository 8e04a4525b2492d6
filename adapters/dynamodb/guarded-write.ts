/** One change, all or nothing, made of writes that each know what their failed condition means. */
import {
  type CancellationReason,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { CONDITION_FAILED, cancellationReasons, isAmbiguous } from './failure.ts';
import type { Item } from './table.ts';

/** Writes of one change at most: a limit of DynamoDB. */
export const WRITES_MAX = 100;

export interface GuardedWrite<Refusal extends string = string> {
  readonly write: TransactWriteItem;
  /** What it means that the condition fails; absent: there is none. */
  readonly refusal?: Refusal;
}

export type GuardedResult<Refusal extends string> =
  | { readonly outcome: 'done' }
  /** The first of the writes, in their order, whose condition failed, and the item as it stood. */
  | { readonly outcome: 'refused'; readonly refusal: Refusal; readonly item: Item | undefined }
  /** Nothing is known to be written, or it is not known whether it was: put-if-absent makes trying again safe. */
  | { readonly outcome: 'conflict' };

/** One attempt, durable before it resolves. Throws on what trying again does not heal. */
export const writeGuarded = async <Refusal extends string>(
  { client }: TableAccess,
  writes: readonly GuardedWrite<Refusal>[],
): Promise<GuardedResult<Refusal>> => {
  try {
    await client.send(
      new TransactWriteItemsCommand({ TransactItems: writes.map(({ write }) => write) }),
    );
    return { outcome: 'done' };
  } catch (error) {
    const reasons = cancellationReasons(error);
    if (reasons !== undefined) {
      return refusedBy(writes, reasons);
    }
    if (isAmbiguous(error)) {
      return { outcome: 'conflict' };
    }
    throw error;
  }
};

const refusedBy = <Refusal extends string>(
  writes: readonly GuardedWrite<Refusal>[],
  reasons: readonly CancellationReason[],
): GuardedResult<Refusal> => {
  for (const [at, { refusal }] of writes.entries()) {
    const reason = reasons[at];
    if (reason?.Code === 'ValidationError') {
      throw new Error('DynamoDB refuses a write of a change: ValidationError');
    }
    if (reason?.Code === CONDITION_FAILED && refusal !== undefined) {
      return { outcome: 'refused', refusal, item: reason.Item };
    }
  }
  return { outcome: 'conflict' };
};
