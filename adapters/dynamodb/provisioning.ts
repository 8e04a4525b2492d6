/** What provisioning writes of a terminal: its row that payments read, and the code that its keys are given out for. */
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ENROLMENT_TRIES_MAX } from '#core/enrolment.ts';
import type { TerminalRow } from '#core/terminal-sources.ts';
import { numberOf, textOf, toItem } from './attributes.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { terminalItem } from './entity-items.ts';
import { isConditionFailed, orOutage } from './failure.ts';
import type { GuardedWrite } from './guarded-write.ts';
import { type Item, itemKey } from './table.ts';

const OPTIONAL = [
  'group',
  'merchantFee',
  'storedSales',
  'limits',
  'providers',
  'deadlineMs',
  'transports',
] as const;

/** Puts the row, or changes it to this. */
export const terminalWrite = (TableName: string, terminal: TerminalRow): GuardedWrite<never> => {
  const {
    pk: _pk,
    sk: _sk,
    sequenceFloors,
    ...fields
  } = terminalItem({
    ...terminal,
    sequenceFloors: {},
  });
  const names = Object.keys(fields);
  const gone = OPTIONAL.filter((name) => fields[name] === undefined);
  const set = names.map((name) => `#${name} = :${name}`).join(', ');
  return {
    write: {
      Update: {
        TableName,
        Key: { ...itemKey.terminal(terminal.id) },
        UpdateExpression: `SET ${set}, #floors = if_not_exists(#floors, :none)${
          gone.length === 0 ? '' : ` REMOVE ${gone.map((name) => `#${name}`).join(', ')}`
        }`,
        ExpressionAttributeNames: {
          ...Object.fromEntries([...names, ...gone].map((name) => [`#${name}`, name])),
          '#floors': 'sequenceFloors',
        },
        ExpressionAttributeValues: {
          ...Object.fromEntries(names.map((name) => [`:${name}`, fields[name] ?? { NULL: true }])),
          ':none': sequenceFloors ?? { M: {} },
        },
      },
    },
  };
};

/** Has the bridge log the frames of a terminal until `untilS`, identifiers hidden; only where there is such a terminal. */
export const captureWrite = <Refusal extends string>(
  TableName: string,
  { terminal, untilS }: { readonly terminal: number; readonly untilS: number },
  refusal: Refusal,
): GuardedWrite<Refusal> => ({
  write: {
    Update: {
      TableName,
      Key: { ...itemKey.terminal(terminal) },
      UpdateExpression: 'SET captureUntilS = :until',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':until': { N: String(untilS) } },
    },
  },
  refusal,
});

export interface Enrolment {
  readonly terminal: number;
  readonly keyVersion: number;
  /** SHA-256 of the code, hex. */
  readonly codeHash: string;
  readonly expiresAtS: number;
}

/** Takes the place of a code before. */
export const enrolmentWrite = (
  TableName: string,
  { terminal, ...enrolment }: Enrolment,
): GuardedWrite<never> => ({
  write: {
    Put: {
      TableName,
      Item: { ...itemKey.enrolment(terminal), ...toItem({ ...enrolment, tries: 0 }) },
    },
  },
});

/** Counts one try; undefined where there is no code, or it is used, too old or tried too often. */
export const tryEnrolment = async (
  { client, table }: TableAccess,
  terminal: number,
  nowS: number,
): Promise<Enrolment | undefined> => {
  try {
    const { Attributes = {} } = await orOutage(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { ...itemKey.enrolment(terminal) },
          UpdateExpression: 'ADD tries :one',
          ConditionExpression:
            'tries < :most AND expiresAtS > :now AND attribute_not_exists(usedAtS)',
          ExpressionAttributeValues: toItem({
            ':one': 1,
            ':most': ENROLMENT_TRIES_MAX,
            ':now': nowS,
          }),
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return enrolmentFromItem(terminal, Attributes);
  } catch (error) {
    if (isConditionFailed(error)) {
      return undefined;
    }
    throw error;
  }
};

/** Uses the code up: only that one, and only once. */
export const useEnrolment = (
  TableName: string,
  { terminal, codeHash }: Enrolment,
  nowS: number,
): GuardedWrite<'used'> => ({
  write: {
    Update: {
      TableName,
      Key: { ...itemKey.enrolment(terminal) },
      UpdateExpression: 'SET usedAtS = :now',
      ConditionExpression: 'codeHash = :hash AND attribute_not_exists(usedAtS)',
      ExpressionAttributeValues: toItem({ ':now': nowS, ':hash': codeHash }),
    },
  },
  refusal: 'used',
});

const enrolmentFromItem = (terminal: number, item: Item): Enrolment => ({
  terminal,
  keyVersion: numberOf(item, 'keyVersion'),
  codeHash: textOf(item, 'codeHash'),
  expiresAtS: numberOf(item, 'expiresAtS'),
});
