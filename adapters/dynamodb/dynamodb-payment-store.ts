/** The payment store on DynamoDB: one read, and one transaction whose failed conditions tell what happened. */
import {
  type CancellationReason,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Booking, BookResult, ExpiryStore, PaymentStore } from '#core/ports.ts';
import type { RequestRecord } from '#core/records.ts';
import type { RequestKey } from '#protocol/request.ts';
import { readAllowances } from './allowance-items.ts';
import { BATCH_READ_KEYS_MAX, batchRead } from './batch-read.ts';
import { type BookingItem, bookingItems } from './booking-items.ts';
import { createExpiryStore } from './dynamodb-expiry-store.ts';
import { accountFromItem, identifierFromItem, terminalFromItem } from './entity-items.ts';
import { CONDITION_FAILED, cancellationReasons, isAmbiguous, orOutage } from './failure.ts';
import { terminalUsageFromItem } from './limit-items.ts';
import { recordFromItem } from './record-item.ts';
import { settle } from './settle.ts';
import { catalogueFromItem, promotionCodeFromItem, sheetFromItem } from './sheet-items.ts';
import { type Item, itemKey } from './table.ts';

export interface TableAccess {
  readonly client: DynamoDBClient;
  readonly table: string;
}

export interface BookingAccess extends TableAccess {
  readonly bookingClient?: DynamoDBClient;
  /** Written with every booking, or neither is: the trail of an operator who asked for it. */
  readonly alongside?: readonly TransactWriteItem[];
}

/**
 * `client` is configured by the caller: region, time-outs, retries. `bookingClient` books and must not retry by itself,
 * since the deadline is looked at before every attempt; absent: `client` books too.
 */
export const createDynamodbPaymentStore = (access: BookingAccess): PaymentStore & ExpiryStore => ({
  readPayFacts: (query) => readPayFacts(access, query),
  readPayment: async (key) => {
    const [terminal, record] = await batchRead(
      access,
      [itemKey.terminal(key.terminal), itemKey.record(key)],
      'strong',
    );
    return {
      terminal: terminal && terminalFromItem(terminal),
      record: record && recordFromItem(record),
    };
  },
  readRecord: async (key) => {
    const item = await readItem(access, { ...itemKey.record(key) });
    return item && recordFromItem(item);
  },
  readRecords: (keys) => readRecords(access, keys),
  readCatalogue: async (region) => {
    const item = await readItem(access, { ...itemKey.catalogue(region) });
    return item && catalogueFromItem(item);
  },
  readAllowances: (of) => readAllowances(access, of),
  book: (booking) => book({ ...access, client: access.bookingClient ?? access.client }, booking),
  claimAnswer: (...claim) => claimAnswer(access, ...claim),
  settle: (settlement) =>
    settle({ client: access.bookingClient ?? access.client, table: access.table }, settlement),
  ...createExpiryStore(access),
});

const readItem = async ({ client, table }: TableAccess, Key: Item): Promise<Item | undefined> => {
  const { Item: item } = await orOutage(
    client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true })),
  );
  return item;
};

/** Pages side by side: a batch is closed once a day, with somebody waiting. */
const readRecords = async (
  access: TableAccess,
  keys: readonly RequestKey[],
): Promise<readonly (RequestRecord | undefined)[]> => {
  const pages: Promise<readonly (Item | undefined)[]>[] = [];
  for (let at = 0; at < keys.length; at += BATCH_READ_KEYS_MAX) {
    const page = keys.slice(at, at + BATCH_READ_KEYS_MAX);
    pages.push(batchRead(access, page.map(itemKey.record), 'strong'));
  }
  return (await Promise.all(pages)).flat().map((item) => item && recordFromItem(item));
};

const readPayFacts = async (
  access: TableAccess,
  query: Parameters<PaymentStore['readPayFacts']>[0],
): ReturnType<PaymentStore['readPayFacts']> => {
  const [terminal, seen, ...rest] = await batchRead(
    access,
    [
      itemKey.terminal(query.terminal),
      itemKey.seen(query.terminal),
      ...query.identifiers.map(itemKey.identifier),
      ...query.skus.map((sku) => itemKey.sheet(sku, query.region)),
      ...(query.promotionCodes ?? []).map(itemKey.promotionCode),
    ],
    'eventual',
  );
  const identifiers = rest.slice(0, query.identifiers.length);
  const codesFrom = query.identifiers.length + query.skus.length;
  const sheets = rest.slice(query.identifiers.length, codesFrom);
  const promotionCodes = rest.slice(codesFrom).map((item) => item && promotionCodeFromItem(item));
  const terminalUsage = terminalUsageFromItem(seen);
  return {
    terminal: terminal && terminalFromItem(terminal),
    ...(terminalUsage === undefined ? {} : { terminalUsage }),
    identifiers: identifiers.map((item) => item && identifierFromItem(item)),
    sheets: sheets.map((item) => item && sheetFromItem(item)),
    ...(query.promotionCodes === undefined ? {} : { promotionCodes }),
  };
};

const book = async (access: BookingAccess, booking: Booking): Promise<BookResult> => {
  const items = [
    ...bookingItems(access.table, booking),
    ...(access.alongside ?? []).map((write) => ({ part: 'alongside' as const, write })),
  ];
  const [first] = items;
  try {
    if (items.length === 1 && first?.write.Put !== undefined) {
      await access.client.send(new PutItemCommand(first.write.Put));
    } else {
      await access.client.send(
        new TransactWriteItemsCommand({ TransactItems: items.map(({ write }) => write) }),
      );
    }
    return { outcome: 'booked' };
  } catch (error) {
    return notBooked(items, error);
  }
};

const notBooked = (items: readonly BookingItem[], error: unknown): BookResult => {
  if (error instanceof ConditionalCheckFailedException) {
    return { outcome: 'recorded', record: recordFromItem(error.Item ?? {}) };
  }
  const reasons = cancellationReasons(error);
  if (reasons !== undefined) {
    return readReasons(items, reasons);
  }
  if (isAmbiguous(error)) {
    return { outcome: 'conflict' };
  }
  throw error;
};

/** The reason at index 0 is read first: a record that exists wins, and a conflict on it hides whether it does. */
const readReasons = (
  items: readonly BookingItem[],
  reasons: readonly CancellationReason[],
): BookResult => {
  for (const [at, { part }] of items.entries()) {
    const { Code, Item: item } = reasons[at] ?? {};
    if (Code === CONDITION_FAILED) {
      return refusedBy(part, item);
    }
    if (Code === 'ValidationError' || Code === 'ItemCollectionSizeLimitExceeded') {
      throw new Error(`DynamoDB refuses the ${part} of a booking: ${Code}`);
    }
    if (Code !== undefined && Code !== 'None') {
      return { outcome: 'conflict' };
    }
  }
  return { outcome: 'conflict' };
};

const refusedBy = (part: BookingItem['part'], item: Item | undefined): BookResult => {
  switch (part) {
    case 'record':
      return { outcome: 'recorded', record: recordFromItem(item ?? {}) };
    case 'payment':
      return { outcome: 'payment_changed', record: item && recordFromItem(item) };
    case 'account':
      return { outcome: 'account_refused', account: item && accountFromItem(item) };
    case 'guess':
      return { outcome: 'identifier_locked' };
    case 'spend':
      return { outcome: 'already_spent' };
    case 'allowance':
      return { outcome: 'allowance_refused' };
    case 'alongside':
      return { outcome: 'conflict' };
    case 'case':
      throw new Error('a case is opened without a condition');
  }
};

const claimAnswer = async (
  { client, table }: TableAccess,
  ...[key, digest, answer]: Parameters<PaymentStore['claimAnswer']>
): Promise<RequestRecord> => {
  try {
    const { Attributes } = await orOutage(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { ...itemKey.record(key) },
          UpdateExpression: 'SET dg = :digest, an = :answer',
          ConditionExpression:
            'attribute_exists(pk) AND attribute_not_exists(an) AND (attribute_not_exists(dg) OR dg = :digest)',
          ExpressionAttributeValues: { ':digest': { B: digest }, ':answer': { B: answer } },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    return recordFromItem(Attributes ?? {});
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return recordFromItem(error.Item ?? {});
    }
    throw error;
  }
};
