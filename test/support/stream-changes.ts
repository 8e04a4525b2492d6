/** Changes of the table as its stream hands them to a function, made from records of the core. */
import type { DynamoDBRecord } from 'aws-lambda';
import { recordItem } from '#adapters/dynamodb/record-item.ts';
import type { Item } from '#adapters/dynamodb/table.ts';
import type { RequestRecord } from '#core/records.ts';

export const CHANGED_AT_S = 1_790_000_000;

type Image = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;

/** Lambda hands bytes over as base64. */
const imageOf = (item: Item): Image =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value.B === undefined ? value : { B: Buffer.from(value.B).toString('base64') },
    ]),
  ) as Image;

export interface Changed {
  readonly number: number;
  readonly before?: Item;
  readonly after?: Item;
}

export const streamRecord = ({ number, before, after }: Changed): DynamoDBRecord => ({
  eventID: `change-${number}`,
  dynamodb: {
    SequenceNumber: String(number),
    ApproximateCreationDateTime: CHANGED_AT_S + number,
    ...(before && { OldImage: imageOf(before) }),
    ...(after && { NewImage: imageOf(after) }),
  },
});

export const recordChange = (
  number: number,
  after: RequestRecord,
  before?: RequestRecord,
): DynamoDBRecord =>
  streamRecord({
    number,
    after: recordItem(after),
    ...(before === undefined ? {} : { before: recordItem(before) }),
  });
