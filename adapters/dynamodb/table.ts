/** The one table: key builders, the sparse index of holds, and its definition for tests. */
import type { AttributeValue, CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { EntryList } from '#core/journal.ts';
import type { PaymentList } from '#core/payment-summary.ts';
import type { SalesBucket } from '#core/sales-figures.ts';
import type { RequestKey } from '#protocol/request.ts';

export type Item = Record<string, AttributeValue>;
export type ItemKey = { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } };

/** Partitions of the index of holds: each takes 1,000 writes a second. */
export const DUE_SHARDS = 8;
export const DUE_INDEX = 'due';

const keyOf = (pk: string, sk: string): ItemKey => ({ pk: { S: pk }, sk: { S: sk } });

/** Keys of every kind of item. `hash` is a keyed hash, hex. */
export const itemKey: {
  readonly record: (key: RequestKey) => ItemKey;
  readonly terminal: (terminal: number) => ItemKey;
  readonly seen: (terminal: number) => ItemKey;
  readonly merchantSeen: (merchant: string) => ItemKey;
  readonly event: (day: string, name: string) => ItemKey;
  readonly profile: (user: string) => ItemKey;
  readonly account: (user: string, currency: number) => ItemKey;
  readonly identifier: (hash: string) => ItemKey;
  readonly spentCode: (hash: string) => ItemKey;
  readonly sheet: (sku: string, region: string) => ItemKey;
  readonly promotionCode: (hash: string) => ItemKey;
  readonly catalogue: (region: string) => ItemKey;
  readonly journal: (id: string) => ItemKey;
  readonly allowance: (id: string, shard: number) => ItemKey;
  readonly lease: (slot: number) => ItemKey;
  readonly operatorCase: (id: string) => ItemKey;
  readonly counted: (key: RequestKey) => ItemKey;
  readonly touch: (payment: RequestKey, by: RequestKey) => ItemKey;
  readonly sales: (bucket: SalesBucket, shard: number) => ItemKey;
  readonly listed: (list: PaymentList, shard: number, place: string) => ItemKey;
  readonly listedEntry: (list: EntryList, place: string) => ItemKey;
  readonly paid: (merchant: string, currency: number) => ItemKey;
  readonly endpoint: (id: string) => ItemKey;
  readonly document: (kind: string, id: string) => ItemKey;
  readonly auditEntry: (day: string, id: string) => ItemKey;
  readonly answered: (hash: string) => ItemKey;
  readonly enrolment: (terminal: number) => ItemKey;
  readonly compilation: (id: string) => ItemKey;
  readonly live: (minuteS: number) => ItemKey;
} = {
  record: ({ terminal, keyVersion, sequence }: RequestKey): ItemKey =>
    keyOf(`P#${terminal}#${keyVersion}#${sequence}`, 'REC'),
  terminal: (terminal: number): ItemKey => keyOf(`T#${terminal}`, 'META'),
  seen: (terminal: number): ItemKey => keyOf(`T#${terminal}`, 'SEEN'),
  merchantSeen: (merchant: string): ItemKey => keyOf(`M#${merchant}`, 'SEEN'),
  event: (day: string, name: string): ItemKey => keyOf(`EVT#${day}`, name),
  profile: (user: string): ItemKey => keyOf(`U#${user}`, 'PROFILE'),
  account: (user: string, currency: number): ItemKey => keyOf(`U#${user}`, `ACCT#${currency}`),
  identifier: (hash: string): ItemKey => keyOf(`ID#${hash}`, 'MAP'),
  spentCode: (hash: string): ItemKey => keyOf(`ID#${hash}`, 'SPENT'),
  sheet: (sku: string, region: string): ItemKey => keyOf(`S#${sku}`, `SHEET#${region}`),
  promotionCode: (hash: string): ItemKey => keyOf(`CODE#${hash}`, 'MAP'),
  catalogue: (region: string): ItemKey => keyOf(`R#${region}`, 'CATALOGUE'),
  journal: (id: string): ItemKey => keyOf(`J#${id}`, 'E'),
  allowance: (id: string, shard: number): ItemKey => keyOf(`Q#${id}`, `SHARD#${shard}`),
  lease: (slot: number): ItemKey => keyOf(`LEASE#${slot}`, 'L'),
  operatorCase: (id: string): ItemKey => keyOf(`CASE#${id}`, 'C'),
  counted: ({ terminal, keyVersion, sequence }: RequestKey): ItemKey =>
    keyOf(`P#${terminal}#${keyVersion}#${sequence}`, 'SALE'),
  touch: ({ terminal, keyVersion, sequence }: RequestKey, by: RequestKey): ItemKey =>
    keyOf(`P#${terminal}#${keyVersion}#${sequence}`, `BY#${by.keyVersion}#${by.sequence}`),
  sales: ({ of, id, currency, day }: SalesBucket, shard: number): ItemKey =>
    keyOf(
      `${of === 'merchant' ? 'M' : 'W'}#${id}#${shard}`,
      day === undefined ? `TOTAL#${currency}` : `DAY#${day}#${currency}`,
    ),
  listed: ({ of, id }: PaymentList, shard: number, place: string): ItemKey =>
    keyOf(`F#${of}#${id}#${shard}`, place),
  listedEntry: ({ of, id }: EntryList, place: string): ItemKey => keyOf(`FJ#${of}#${id}`, place),
  paid: (merchant: string, currency: number): ItemKey => keyOf(`M#${merchant}`, `PAID#${currency}`),
  endpoint: (id: string): ItemKey => keyOf('WEBHOOKS', `ENDPOINT#${id}`),
  document: (kind: string, id: string): ItemKey => keyOf(`DOC#${kind}`, id),
  auditEntry: (day: string, id: string): ItemKey => keyOf(`A#${day}`, id),
  answered: (hash: string): ItemKey => keyOf(`IK#${hash}`, 'ANSWER'),
  enrolment: (terminal: number): ItemKey => keyOf(`ENROL#${terminal}`, 'CODE'),
  compilation: (id: string): ItemKey => keyOf('COMPILE', id),
  live: (minuteS: number): ItemKey => keyOf(`LIVE#${minuteS - (minuteS % 3_600)}`, String(minuteS)),
};

/** The shard of the index `due` that holds of this key are in. */
export const dueShard = ({ terminal, sequence }: RequestKey): string =>
  `DUE#${(terminal + sequence) % DUE_SHARDS}`;

/** What CreateTable needs besides the name: the deployed table has the same keys and index. */
export const TABLE_SCHEMA: Omit<CreateTableCommandInput, 'TableName'> = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'dueShard', AttributeType: 'S' },
    { AttributeName: 'dueS', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: DUE_INDEX,
      KeySchema: [
        { AttributeName: 'dueShard', KeyType: 'HASH' },
        { AttributeName: 'dueS', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};
