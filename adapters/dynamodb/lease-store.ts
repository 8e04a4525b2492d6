/** Leases of reply slots with a fence that grows with every owner. */
import {
  ConditionalCheckFailedException,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '#core/ports.ts';
import { LEASE_MS } from '#protocol/limits.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { orOutage } from './failure.ts';
import { itemKey } from './table.ts';

/** Milliseconds past its end before another may take it: clocks of two hosts differ by less. */
export const LEASE_SKEW_MS = 10_000;

export interface LeaseStore {
  /** Undefined where another owner holds the slot, or held it until very recently. */
  acquire(slot: number, owner: string): Promise<{ readonly fence: number } | undefined>;
  /** False where the lease belongs to another by now. Rejects where that is not known. */
  renew(slot: number, owner: string, fence: number): Promise<boolean>;
  /** Gives the slot back, if it is still the owner's; the fence is kept, so that the next is higher. */
  release(slot: number, owner: string, fence: number): Promise<void>;
}

export const createLeaseStore = ({
  client,
  table,
  clock,
}: TableAccess & { readonly clock: Clock }): LeaseStore => {
  /** The item afterwards; undefined where the condition failed. */
  const update = async (
    slot: number,
    change: Pick<
      UpdateItemCommandInput,
      'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'
    >,
  ): Promise<{ readonly fence: number } | undefined> => {
    try {
      const { Attributes } = await orOutage(
        client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { ...itemKey.lease(slot) },
            ExpressionAttributeNames: { '#owner': 'owner' },
            ReturnValues: 'ALL_NEW',
            ...change,
          }),
        ),
      );
      return { fence: Number(Attributes?.fence?.N) };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        return undefined;
      }
      throw error;
    }
  };
  const millis = (value: number): { readonly N: string } => ({ N: String(value) });
  const mine = '#owner = :owner AND fence = :fence';
  return {
    acquire: (slot, owner) =>
      update(slot, {
        UpdateExpression: 'SET #owner = :owner, untilMs = :until ADD fence :one',
        ConditionExpression: 'attribute_not_exists(pk) OR untilMs < :free',
        ExpressionAttributeValues: {
          ':owner': { S: owner },
          ':until': millis(clock.nowMs() + LEASE_MS),
          ':free': millis(clock.nowMs() - LEASE_SKEW_MS),
          ':one': { N: '1' },
        },
      }),
    renew: async (slot, owner, fence) =>
      (await update(slot, {
        UpdateExpression: 'SET untilMs = :until',
        ConditionExpression: mine,
        ExpressionAttributeValues: {
          ':owner': { S: owner },
          ':fence': millis(fence),
          ':until': millis(clock.nowMs() + LEASE_MS),
        },
      })) !== undefined,
    release: async (slot, owner, fence) => {
      await update(slot, {
        UpdateExpression: 'SET untilMs = :until',
        ConditionExpression: mine,
        ExpressionAttributeValues: {
          ':owner': { S: owner },
          ':fence': millis(fence),
          ':until': millis(0),
        },
      });
    },
  };
};
