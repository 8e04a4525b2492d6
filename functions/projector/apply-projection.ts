/** Writes a projection so that delivering it again changes nothing. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { toItem } from '#adapters/dynamodb/attributes.ts';
import { listPayment } from '#adapters/dynamodb/payment-lists.ts';
import { putTouch } from '#adapters/dynamodb/payment-story.ts';
import { type Item, itemKey } from '#adapters/dynamodb/table.ts';
import { usageDay } from '#core/day-usage.ts';
import { OPERATOR_KEY_VERSION } from '#core/enrolment.ts';
import { summaryOf } from '#core/payment-summary.ts';
import type { RequestKey } from '#protocol/request.ts';
import { isSequenceRegression } from './clone-suspicion.ts';
import { countPayment } from './count-payment.ts';
import type { Projection } from './projection.ts';

export interface ProjectionTarget {
  readonly client: DynamoDBClient;
  readonly table: string;
}

/** Rejects on outages; the change is then delivered again. */
export const applyProjection = async (
  target: ProjectionTarget,
  { record, atS, drawnAtS }: Projection,
): Promise<void> => {
  const { key, payment } = record;
  if (key.keyVersion !== OPERATOR_KEY_VERSION) {
    await noteSeen(target, key, { atS, drawnAtS });
  }
  if (payment !== undefined) {
    await countPayment(target, { ...record, payment });
  }
  if (record.about !== undefined) {
    await putTouch(target, record.about, key);
  }
  const summary = summaryOf(record);
  if (summary !== undefined) {
    await listPayment(target, summary);
  }
};

const noteSeen = async (
  target: ProjectionTarget,
  key: RequestKey,
  { atS, drawnAtS }: Pick<Projection, 'atS'> & { readonly drawnAtS: number | undefined },
): Promise<void> => {
  const name = `seq${key.keyVersion}`;
  await raise(target, key.terminal, { name: 'at', value: atS });
  const above = await raise(target, key.terminal, { name, value: key.sequence });
  if (above !== undefined && drawnAtS !== undefined) {
    const seen = { highest: Number(above[name]?.N), atS: Number(above.at?.N) };
    await suspectClone(target, { key, drawnAtS }, seen);
  }
};

/** Last seen and highest sequence only ever rise, so that replays and disorder are harmless; the row where it is higher already. */
const raise = async (
  { client, table }: ProjectionTarget,
  terminal: number,
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
  { key, drawnAtS }: { readonly key: RequestKey; readonly drawnAtS: number },
  seen: { readonly highest: number; readonly atS: number },
): Promise<void> => {
  const { terminal, keyVersion, sequence } = key;
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
