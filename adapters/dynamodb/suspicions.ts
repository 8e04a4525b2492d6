/** Suspicions that a terminal has been copied, as the projector put them: read by day, never changed. */
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { fromItem, textOf } from './attributes.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { orOutage } from './failure.ts';
import { itemKey } from './table.ts';

export interface Suspicion {
  /** Where it stands in its day. */
  readonly id: string;
  readonly terminal: number;
  readonly reason: 'sequence_regression' | 'two_connections';
  readonly keyVersion: number;
  readonly sequence: number;
  /** Unix seconds. */
  readonly atS: number;
}

const CLONE = 'clone_suspected';

/** Of one UTC day (YYYY-MM-DD), the newest first, those before `before`. */
export const listSuspicions = async (
  { client, table }: TableAccess,
  day: string,
  { limit, before }: { readonly limit: number; readonly before?: string | undefined },
): Promise<readonly Suspicion[]> => {
  const { Items = [] } = await orOutage(
    client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': itemKey.event(day, '').pk },
        ScanIndexForward: false,
        Limit: limit,
        ExclusiveStartKey: before === undefined ? undefined : { ...itemKey.event(day, before) },
      }),
    ),
  );
  return Items.filter(({ kind }) => kind?.S === CLONE).map((item) => {
    const { terminal, reason, keyVersion, sequence, at } = fromItem(item);
    return { id: textOf(item, 'sk'), terminal, reason, keyVersion, sequence, atS: at } as Suspicion;
  });
};
