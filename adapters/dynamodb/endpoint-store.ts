/** Webhook endpoints: one partition, read whole. */
import {
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ENDPOINTS_MAX, type Endpoint, type EndpointStore } from '#core/endpoints.ts';
import { fromItem, toItem } from './attributes.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { isConditionFailed, orOutage } from './failure.ts';
import type { GuardedWrite } from './guarded-write.ts';
import { type Item, itemKey } from './table.ts';

/** With the version that an operator edits: 1 when it is made. */
export type EndpointVersion = Endpoint & { readonly version: number };

export interface VersionedEndpointStore extends EndpointStore {
  list(): Promise<readonly EndpointVersion[]>;
}

export const createEndpointStore = ({ client, table }: TableAccess): VersionedEndpointStore => {
  const list = async (): Promise<readonly EndpointVersion[]> => {
    const { Items = [] } = await orOutage(
      client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
          ExpressionAttributeValues: {
            ':pk': itemKey.endpoint('').pk,
            ':sk': itemKey.endpoint('').sk,
          },
          ConsistentRead: true,
          Limit: ENDPOINTS_MAX,
        }),
      ),
    );
    return Items.map(endpointFromItem);
  };
  return {
    list,
    put: async (endpoint) => {
      const others = (await list()).filter(({ id }) => id !== endpoint.id);
      if (others.length >= ENDPOINTS_MAX) {
        throw new Error(`There are ${ENDPOINTS_MAX} webhook endpoints: take one out first.`);
      }
      const { id, ...fields } = endpoint;
      const Item = { ...itemKey.endpoint(id), ...toItem({ ...fields }) };
      await orOutage(client.send(new PutItemCommand({ TableName: table, Item })));
    },
    disableGone: async ({ id, url, atS }) => {
      try {
        await orOutage(
          client.send(
            new UpdateItemCommand({
              TableName: table,
              Key: { ...itemKey.endpoint(id) },
              UpdateExpression: 'SET enabled = :no, goneAtS = :at',
              ConditionExpression: '#url = :url',
              ExpressionAttributeNames: { '#url': 'url' },
              ExpressionAttributeValues: toItem({ ':no': false, ':at': atS, ':url': url }),
            }),
          ),
        );
      } catch (error) {
        if (!isConditionFailed(error)) {
          throw error;
        }
      }
    },
  };
};

/** As an operator has it: made where `seenVersion` is absent, else changed only while that is the version that stands. */
export const endpointWrite = <Refusal extends string>(
  table: string,
  { id, ...fields }: Endpoint,
  seenVersion: number | undefined,
  refusal: Refusal,
): GuardedWrite<Refusal> => ({
  refusal,
  write: {
    Put: {
      TableName: table,
      Item: { ...itemKey.endpoint(id), ...toItem({ ...fields, version: (seenVersion ?? 0) + 1 }) },
      ...(seenVersion === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : whileVersion(seenVersion)),
    },
  },
});

export const endpointRemoval = <Refusal extends string>(
  table: string,
  id: string,
  seenVersion: number,
  refusal: Refusal,
): GuardedWrite<Refusal> => ({
  refusal,
  write: {
    Delete: { TableName: table, Key: { ...itemKey.endpoint(id) }, ...whileVersion(seenVersion) },
  },
});

/** One that was put without a version stands as its first. */
const whileVersion = (
  version: number,
): Pick<
  Required<TransactWriteItem>['Put'] & object,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> => ({
  ConditionExpression:
    version === 1
      ? 'attribute_exists(pk) AND (attribute_not_exists(#version) OR #version = :version)'
      : '#version = :version',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: toItem({ ':version': version }),
});

const endpointFromItem = (item: Item): EndpointVersion => {
  const { pk: _pk, sk, ...fields } = fromItem(item);
  return {
    version: 1,
    ...fields,
    id: String(sk).slice('ENDPOINT#'.length),
  } as unknown as EndpointVersion;
};
