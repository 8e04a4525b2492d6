/** Writes a projection so that delivering it again changes nothing. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { toItem } from '#adapters/dynamodb/attributes.ts';
import { type Item, itemKey } from '#adapters/dynamodb/table.ts';
import { usageDay } from '#core/day-usage.ts';
import { isSequenceRegression } from './clone-suspicion.ts';
import { usageWrites } from './count-usage.ts';
import type { Projection } from './projection.ts';

/** Seconds a marker is kept: a stream holds a change for 24 hours, so none is delivered again after a week. */
const MARKER_S = 7 * 86_400;

export interface ProjectionTarget {
  readonly client: DynamoDBClient;
  readonly table: string;
}

/** Rejects on outages; the change is then delivered again. */
export const applyProjection = async (
  target: ProjectionTarget,
  projection: Projection,
): Promise<void> => {
  const { keyVersion, sequence, atS, terminal, sale, usage } = projection;
  await raise(target, projection, { name: 'at', value: atS });
  const name = `seq${keyVersion}`;
  const above = await raise(target, projection, { name, value: sequence });
  if (above !== undefined) {
    await suspectClone(target, projection, {
      highest: Number(above[name]?.N),
      atS: Number(above.at?.N),
    });
  }
  const writes = [
    ...(sale === undefined ? [] : [addSale(target, sale)]),
    ...(usage === undefined ? [] : await usageWrites(target, terminal, usage)),
  ];
  if (writes.length > 0) {
    await addOnce(target, projection, writes);
  }
};

/** Last seen and highest sequence only ever rise, so that replays and disorder are harmless; the row where it is higher already. */
const raise = async (
  { client, table }: ProjectionTarget,
  { terminal }: Projection,
  { name, value }: { readonly name: string; readonly value: number },
): Promise<Item | undefined> => {
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { ...itemKey.seen(terminal) },
        UpdateExpression: 'SET #f = :v',
        ConditionExpression: 'attribute_not_exists(#f) OR #f < :v',
        ExpressionAttributeNames: { '#f': name },
        ExpressionAttributeValues: { ':v': { N: String(value) } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return undefined;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return error.Item;
    }
    throw error;
  }
};

/** One row per request that is far behind, however often its change is delivered. */
const suspectClone = async (
  { client, table }: ProjectionTarget,
  { terminal, keyVersion, sequence, drawnAtS }: Projection,
  seen: { readonly highest: number; readonly atS: number },
): Promise<void> => {
  if (drawnAtS === undefined) {
    return;
  }
  if (isSequenceRegression({ sequence, decidedAtS: drawnAtS }, seen)) {
    const day = usageDay('UTC', drawnAtS);
    const name = `${drawnAtS}#clone-${terminal}-${keyVersion}-${sequence}`;
    const fields = {
      kind: 'clone_suspected',
      reason: 'sequence_regression',
      terminal,
      keyVersion,
      sequence,
      highest: seen.highest,
      at: drawnAtS,
    };
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: { ...itemKey.event(day, name), ...toItem(fields) },
      }),
    );
  }
};

const addSale = (
  { table }: ProjectionTarget,
  { merchant, day, currency, netDeltaMinor }: NonNullable<Projection['sale']>,
): TransactWriteItem => ({
  Update: {
    TableName: table,
    Key: { pk: { S: `M#${merchant}` }, sk: { S: `DAY#${day}#${currency}` } },
    UpdateExpression: 'ADD netMinor :d, changes :one',
    ExpressionAttributeValues: { ':d': { N: String(netDeltaMinor) }, ':one': { N: '1' } },
  },
});

/** The marker of the event and the figures change together, or not at all: each event counts once. */
const addOnce = async (
  { client, table }: ProjectionTarget,
  { eventId, atS }: Projection,
  writes: readonly TransactWriteItem[],
): Promise<void> => {
  try {
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          {
            Put: {
              TableName: table,
              Item: {
                pk: { S: `EVENT#${eventId}` },
                sk: { S: 'SALE' },
                ttl: { N: String(atS + MARKER_S) },
              },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          ...writes,
        ],
      }),
    );
  } catch (error) {
    const counted =
      error instanceof TransactionCanceledException &&
      error.CancellationReasons?.[0]?.Code === 'ConditionalCheckFailed';
    if (!counted) {
      throw error;
    }
  }
};
