/** A change as the table's stream hands it over: the rows before and after it, read as the core knows them. */
import type { DynamoDBRecord } from 'aws-lambda';
import { fromItem, textOf } from '#adapters/dynamodb/attributes.ts';
import { caseFromItem } from '#adapters/dynamodb/case-store.ts';
import { recordFromItem } from '#adapters/dynamodb/record-item.ts';
import type { Item } from '#adapters/dynamodb/table.ts';
import type { Change } from '#core/events.ts';

type Image = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;

/** Answer and digest: base64 here, bytes elsewhere, and nobody's but the terminal's. */
const BYTES = ['an', 'dg'];
const NOTICE_PREFIX = 'EVT#';
const CASE_PREFIX = 'CASE#';

/** The change of a request's record or of a case, or the coming of a notice; undefined for any other. Throws on a row that this system did not write. */
export const changeFromImages = ({ dynamodb }: DynamoDBRecord): Change | undefined => {
  if (dynamodb?.NewImage === undefined) {
    return undefined;
  }
  const after = itemOf(dynamodb.NewImage);
  const atS = Math.floor(Number(dynamodb.ApproximateCreationDateTime));
  if (after.sk?.S === 'REC') {
    return {
      row: 'record',
      ...(dynamodb.OldImage && { before: recordFromItem(itemOf(dynamodb.OldImage)) }),
      after: recordFromItem(after),
      atS,
    };
  }
  if (after.pk?.S?.startsWith(CASE_PREFIX) === true) {
    return {
      row: 'case',
      ...(dynamodb.OldImage && { before: caseFromItem(itemOf(dynamodb.OldImage)) }),
      after: caseFromItem(after),
      atS,
    };
  }
  // A notice that is put again, as a replay does, has told its event before.
  if (dynamodb.OldImage !== undefined || after.pk?.S?.startsWith(NOTICE_PREFIX) !== true) {
    return undefined;
  }
  const { pk: _pk, sk: _sk, ...fields } = fromItem(after);
  return { row: 'notice', name: textOf(after, 'sk'), fields, atS };
};

/** The same change without the bytes in its rows. */
export const withoutBytes = (change: DynamoDBRecord): DynamoDBRecord => {
  const { NewImage, OldImage, ...rest } = change.dynamodb ?? {};
  return {
    ...change,
    dynamodb: {
      ...rest,
      ...(NewImage && { NewImage: bytesRemoved(NewImage) }),
      ...(OldImage && { OldImage: bytesRemoved(OldImage) }),
    },
  };
};

const bytesRemoved = (image: Image): Image =>
  Object.fromEntries(Object.entries(image).filter(([name]) => !BYTES.includes(name)));

/** The two SDKs name the same form of an attribute differently; what differs, bytes, is left out. */
const itemOf = (image: Image): Item => bytesRemoved(image) as Item;
