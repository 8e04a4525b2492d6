/** A provider's step on DynamoDB: one write where the PAY alone changes, else one transaction. */
import { TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Settlement } from '#core/ports.ts';
import { CODES } from '#protocol/codes.ts';
import { changeAllowance } from './allowance-items.ts';
import { toItem } from './attributes.ts';
import { changePayment, type TransactItem } from './booking-items.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { journalItem } from './entity-items.ts';
import { cancellationReasons, isAmbiguous, isConditionFailed } from './failure.ts';
import { linesList } from './record-item.ts';
import { type Item, itemKey } from './table.ts';

/** As `PaymentStore.settle`. */
export const settle = async (access: TableAccess, settlement: Settlement): Promise<boolean> => {
  const items = settlementItems(access.table, settlement);
  const [first] = items;
  try {
    if (items.length === 1 && first?.Update !== undefined) {
      await access.client.send(new UpdateItemCommand(first.Update));
    } else {
      await access.client.send(new TransactWriteItemsCommand({ TransactItems: [...items] }));
    }
    return true;
  } catch (error) {
    if (
      isConditionFailed(error) ||
      cancellationReasons(error) !== undefined ||
      isAmbiguous(error)
    ) {
      return false;
    }
    throw error;
  }
};

const settlementItems = (
  table: string,
  { payment, decides, entry, allowances = [] }: Settlement,
): readonly TransactItem[] => {
  const itself = decides !== undefined && sameKey(decides.key, payment.key);
  return [
    changePayment(table, payment, itself ? decidedAttributes(decides) : {}),
    ...(decides === undefined || itself ? [] : [decideRecord(table, decides)]),
    ...(entry === undefined
      ? []
      : [
          {
            Put: {
              TableName: table,
              Item: journalItem(entry),
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
        ]),
    ...allowances.map((change) => changeAllowance(table, change)),
  ];
};

type Decides = Required<Settlement>['decides'];

const sameKey = (a: Decides['key'], b: Decides['key']): boolean =>
  a.keyVersion === b.keyVersion && a.sequence === b.sequence && a.terminal === b.terminal;

const decidedAttributes = ({ code, decidedAtS, authorisation, lines }: Decides): Item =>
  toItem({
    cd: CODES[code].code,
    at: decidedAtS,
    au: authorisation,
    ...(lines.length === 0 ? {} : { ln: linesList(lines) }),
  });

/** The record of a REVERSE or REFUND that waits. */
const decideRecord = (TableName: string, decides: Decides): TransactItem => {
  const attributes = {
    ...decidedAttributes(decides),
    ...toItem(decides.lines.length === 0 ? {} : { cu: decides.currency }),
  };
  const names = Object.keys(attributes);
  return {
    Update: {
      TableName,
      Key: { ...itemKey.record(decides.key) },
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ConditionExpression: '#cd = :pending',
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [`:${name}`, value]),
        ),
        ':pending': { N: String(CODES.in_progress.code) },
      },
    },
  };
};
