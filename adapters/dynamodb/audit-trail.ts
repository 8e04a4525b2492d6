/** Who changed what: one row per change, written with it and never again, by day. */
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { fromItem, type Plain, toItem } from './attributes.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { orOutage } from './failure.ts';
import type { GuardedWrite } from './guarded-write.ts';
import { itemKey } from './table.ts';

export interface AuditEntry {
  /** Unique; begins with the unix milliseconds, so that the order of ids is that of time. */
  readonly id: string;
  readonly atMs: number;
  /** Subject of the operator's token, or `enrolment` where a terminal proved its code. */
  readonly actor: string;
  /** The operator who asked for it first, where it needed two. */
  readonly requestedBy?: string;
  /** Of the operation, as in the API document. */
  readonly operation: string;
  /** What was changed: `terminal/1001`. */
  readonly subject: string;
  /** What the change was, without secrets, identifiers and names of people. */
  readonly detail?: Plain;
}

/** Id of an entry; `suffix` makes it unique within its millisecond. */
export const auditId = (atMs: number, suffix: string): string =>
  `${String(atMs).padStart(13, '0')}-${suffix}`;

const DAY_LENGTH = 'YYYY-MM-DD'.length;
const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, DAY_LENGTH);

/** Put only if absent: an entry is never written over. */
export const auditWrite = (TableName: string, entry: AuditEntry): GuardedWrite<never> => ({
  write: {
    Put: {
      TableName,
      Item: { ...itemKey.auditEntry(dayOf(entry.atMs), entry.id), ...toItem({ ...entry }) },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  },
});

/** Of one UTC day (YYYY-MM-DD), the newest first, those before `before`. */
export const listAudit = async (
  { client, table }: TableAccess,
  day: string,
  { limit, before }: { readonly limit: number; readonly before?: string | undefined },
): Promise<readonly AuditEntry[]> => {
  const { Items = [] } = await orOutage(
    client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': itemKey.auditEntry(day, '').pk },
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: limit,
        ExclusiveStartKey:
          before === undefined ? undefined : { ...itemKey.auditEntry(day, before) },
      }),
    ),
  );
  return Items.map((item) => {
    const { pk: _pk, sk: _sk, ...entry } = fromItem(item);
    return entry as unknown as AuditEntry;
  });
};
