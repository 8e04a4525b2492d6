/** Webhook endpoints: one partition, read whole. */
import { PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ENDPOINTS_MAX, type Endpoint, type EndpointStore } from '#core/endpoints.ts';
import { fromItem, toItem } from './attributes.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { isConditionFailed, orOutage } from './failure.ts';
import { type Item, itemKey } from './table.ts';

export const createEndpointStore = ({ client, table }: TableAccess): EndpointStore => {
  const list = async (): Promise<readonly Endpoint[]> => {
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

const endpointFromItem = (item: Item): Endpoint => {
  const { pk: _pk, sk, ...fields } = fromItem(item);
  return { ...fields, id: String(sk).slice('ENDPOINT#'.length) } as unknown as Endpoint;
};
