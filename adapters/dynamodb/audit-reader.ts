/** Reads a whole table for an audit, page by page and in segments side by side; nothing of it is kept. */
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { AuditRow } from '#core/audit-books.ts';
import type { FigureOwner } from '#core/audit-figures.ts';
import type { AuditReader } from '#core/audit-table.ts';
import { caseId } from '#core/operator-case.ts';
import type { Clock } from '#core/ports.ts';
import { SALES_SHARDS } from '#core/sales-figures.ts';
import { batchRead } from './batch-read.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { accountFromItem, journalFromItem } from './entity-items.ts';
import { orOutage } from './failure.ts';
import { recordFromItem } from './record-item.ts';
import { bucketOfItem, countedFromItem, figuresFromItem } from './sales-items.ts';
import { type Item, type ItemKey, itemKey } from './table.ts';

/** Segments that are read at once: each waits most of its time. */
const SEGMENTS = 4;
export interface AuditAccess extends TableAccess {
  readonly clock: Clock;
  /** Unix milliseconds after which no further page is read: the audit then rejects. */
  readonly endMs: number;
  /** Items of each page. */
  readonly onPage?: (items: number) => void;
}

export const createAuditReader = (access: AuditAccess): AuditReader => ({
  read: async (onRow) => {
    const segments = Array.from({ length: SEGMENTS }, (_, segment) => segment);
    const reading = { failed: false };
    await Promise.all(
      segments.map((segment) => readSegment({ ...access, segment, reading }, onRow)),
    );
  },
  readVersion: async (owner) => {
    const items = await batchRead(access, keysOf(owner), 'strong');
    return items.reduce((sum, item) => sum + Number((item?.changes ?? item?.version)?.N ?? 0), 0);
  },
  readPayment: async (key) => {
    const [record, counted, found] = await batchRead(
      access,
      [
        itemKey.record(key),
        itemKey.counted(key),
        itemKey.operatorCase(caseId('outcome_unknown', key)),
      ],
      'strong',
    );
    const read = record && recordFromItem(record);
    const open = read?.payment?.provider?.open;
    const waiting =
      open !== undefined && 'by' in open
        ? (await batchRead(access, [itemKey.record(open.by)], 'strong'))[0]
        : undefined;
    return {
      record: read,
      counted: counted && countedFromItem(counted),
      hasCase: found !== undefined,
      ...(waiting && { waiting: recordFromItem(waiting) }),
    };
  },
});

const readSegment = async (
  access: SegmentAccess,
  onRow: (row: AuditRow) => void,
): Promise<void> => {
  try {
    await readPages(access, onRow);
  } catch (error) {
    access.reading.failed = true;
    throw error;
  }
};

interface SegmentAccess extends AuditAccess {
  readonly segment: number;
  /** Whether another segment could not be read: this one is then of no use. */
  readonly reading: { failed: boolean };
}

const readPages = async (
  { client, table, clock, endMs, onPage, segment, reading }: SegmentAccess,
  onRow: (row: AuditRow) => void,
): Promise<void> => {
  const rows = createPairing(onRow);
  let from: Item | undefined;
  do {
    if (clock.nowMs() > endMs) {
      throw new Error('the audit has run out of time');
    }
    const page = await orOutage(
      client.send(
        new ScanCommand({
          TableName: table,
          ConsistentRead: true,
          Segment: segment,
          TotalSegments: SEGMENTS,
          ExclusiveStartKey: from,
        }),
      ),
    );
    const { Items = [] } = page;
    Items.forEach(rows.take);
    onPage?.(Items.length);
    from = page.LastEvaluatedKey;
  } while (from !== undefined && !reading.failed);
  rows.flush();
};

/** The rows of one payment follow each other, its record first: they are handed over as one. */
const createPairing = (
  onRow: (row: AuditRow) => void,
): { readonly take: (item: Item) => void; readonly flush: (counted?: Item) => void } => {
  let record: Item | undefined;
  const flush = (counted?: Item): void => {
    if (record !== undefined) {
      onRow({
        row: 'record',
        record: recordFromItem(record),
        ...(counted && { counted: countedFromItem(counted) }),
      });
    }
    record = undefined;
  };
  const take = (item: Item): void => {
    if (item.sk?.S === 'SALE' && item.pk?.S === record?.pk?.S) {
      flush(item);
      return;
    }
    flush();
    if (item.sk?.S === 'REC') {
      record = item;
      return;
    }
    const row = rowOf(item);
    if (row !== undefined) {
      onRow(row);
    }
  };
  return { take, flush };
};

/** Undefined for what no money depends on. */
const rowOf = (item: Item): AuditRow | undefined => {
  const sk = item.sk?.S ?? '';
  if (sk.startsWith('ACCT#')) {
    return { row: 'account', account: accountFromItem(item) };
  }
  if (sk === 'E') {
    return { row: 'entry', entry: journalFromItem(item) };
  }
  if (sk === 'SALE') {
    return { row: 'counted', counted: countedFromItem(item) };
  }
  const [, merchant, currency] = /^M#(.+)\nPAID#(\d+)$/.exec(`${item.pk?.S}\n${sk}`) ?? [];
  if (merchant !== undefined) {
    return {
      row: 'paid',
      merchant,
      currency: Number(currency),
      paidMinor: Number(item.paidMinor?.N),
      version: Number(item.version?.N),
    };
  }
  const bucket = bucketOfItem(item);
  return bucket === undefined
    ? undefined
    : { row: 'sales', bucket, figures: figuresFromItem(item), version: Number(item.changes?.N) };
};

const keysOf = (owner: FigureOwner): readonly ItemKey[] => {
  switch (owner.of) {
    case 'account':
      return [itemKey.account(owner.user, owner.currency)];
    case 'paid':
      return [itemKey.paid(owner.merchant, owner.currency)];
    case 'sales':
      return Array.from({ length: SALES_SHARDS }, (_, shard) => itemKey.sales(owner.bucket, shard));
  }
};
