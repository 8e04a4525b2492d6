/** The stored answer of a request, for the bridge's rescue read. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { RequestKey } from '#protocol/request.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { orOutage } from './failure.ts';
import { itemKey } from './table.ts';

export interface StoredAnswer {
  /** Send the answer only where this is the digest of the pending frame. */
  readonly digest: Uint8Array;
  readonly answer: Uint8Array;
}

export interface AnswerReader {
  /** Strongly consistent; undefined while nothing is stored, and for a tombstone that no PAY has reached. */
  readAnswer(key: RequestKey): Promise<StoredAnswer | undefined>;
}

export const createAnswerReader = ({ client, table }: TableAccess): AnswerReader => ({
  readAnswer: async (key) => {
    const { Item } = await orOutage(
      client.send(
        new GetItemCommand({
          TableName: table,
          Key: { ...itemKey.record(key) },
          ConsistentRead: true,
          ProjectionExpression: 'dg, an',
        }),
      ),
    );
    const digest = Item?.dg?.B;
    const answer = Item?.an?.B;
    return digest === undefined || answer === undefined ? undefined : { digest, answer };
  },
});
