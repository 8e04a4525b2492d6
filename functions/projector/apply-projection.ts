/** Writes a projection so that delivering it again changes nothing. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
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
  const { keyVersion, sequence, atS } = projection;
  await raise(target, projection, { name: 'at', value: atS });
  await raise(target, projection, { name: `seq${keyVersion}`, value: sequence });
  if (projection.sale !== undefined) {
    await addSale(target, projection, projection.sale);
  }
};

/** Last seen and highest sequence only ever rise, so that replays and disorder are harmless. */
const raise = async (
  { client, table }: ProjectionTarget,
  { terminal }: Projection,
  { name, value }: { readonly name: string; readonly value: number },
): Promise<void> => {
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { pk: { S: `T#${terminal}` }, sk: { S: 'SEEN' } },
        UpdateExpression: 'SET #f = :v',
        ConditionExpression: 'attribute_not_exists(#f) OR #f < :v',
        ExpressionAttributeNames: { '#f': name },
        ExpressionAttributeValues: { ':v': { N: String(value) } },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) {
      throw error;
    }
  }
};

/** The marker of the event and the total change together, or not at all: each event counts once. */
const addSale = async (
  { client, table }: ProjectionTarget,
  { eventId, atS }: Projection,
  { merchant, day, currency, netDeltaMinor }: NonNullable<Projection['sale']>,
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
                day: { S: day },
                ttl: { N: String(atS + MARKER_S) },
              },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          {
            Update: {
              TableName: table,
              Key: { pk: { S: `M#${merchant}` }, sk: { S: `DAY#${day}#${currency}` } },
              UpdateExpression: 'ADD netMinor :d, changes :one',
              ExpressionAttributeValues: { ':d': { N: String(netDeltaMinor) }, ':one': { N: '1' } },
            },
          },
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
