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
import { putArrival } from '#adapters/dynamodb/seen-items.ts';
import { type Item, itemKey } from '#adapters/dynamodb/table.ts';
import { usageDay } from '#core/day-usage.ts';
import { OPERATOR_KEY_VERSION } from '#core/enrolment.ts';
import { summaryOf } from '#core/payment-summary.ts';
import type { RequestRecord } from '#core/records.ts';
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
    await noteSeen(target, key, {
      atS,
      drawnAtS: hasNumberOfItsOwn(record) ? drawnAtS : undefined,
    });
    if (drawnAtS !== undefined) {
      await noteArrival(target, record);
    }
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

/** A reversal of ISO 8583 goes by the number of its payment, which may be any of the past. */
const hasNumberOfItsOwn = ({ op, key, about }: RequestRecord): boolean =>
  op !== 'reverse' || about?.sequence !== key.sequence;

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

/** How it came, in the place of one that came some time before; and that somebody else tried to be this terminal. */
const noteArrival = async (
  target: ProjectionTarget,
  { key, decidedAtS, evidence = {} }: RequestRecord,
): Promise<void> => {
  const { signal, frameBytes, contested } = evidence;
  if (frameBytes !== undefined) {
    await putArrival(target, key, { atS: decidedAtS, signal, bytes: frameBytes });
  }
  if (contested === true) {
    const { terminal, keyVersion, sequence } = key;
    await putEvent(target, decidedAtS, `two-${terminal}-${keyVersion}-${sequence}`, {
      reason: 'two_connections',
      terminal,
      keyVersion,
      sequence,
    });
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
  target: ProjectionTarget,
  { key, drawnAtS }: { readonly key: RequestKey; readonly drawnAtS: number },
  seen: { readonly highest: number; readonly atS: number },
): Promise<void> => {
  const { terminal, keyVersion, sequence } = key;
  if (isSequenceRegression({ sequence, decidedAtS: drawnAtS }, seen)) {
    await putEvent(target, drawnAtS, `clone-${terminal}-${keyVersion}-${sequence}`, {
      reason: 'sequence_regression',
      terminal,
      keyVersion,
      sequence,
      highest: seen.highest,
    });
  }
};

/** A suspicion that operators are told of; `name` follows from what was seen. */
const putEvent = async (
  { client, table }: ProjectionTarget,
  atS: number,
  name: string,
  fields: Readonly<Record<string, string | number>>,
): Promise<void> => {
  await client.send(
    new PutItemCommand({
      TableName: table,
      Item: {
        ...itemKey.event(usageDay('UTC', atS), `${atS}#${name}`),
        ...toItem({ kind: 'clone_suspected', ...fields, at: atS }),
      },
    }),
  );
};
