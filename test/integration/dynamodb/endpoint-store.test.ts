/** Webhook endpoints in the table. */
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toItem } from '#adapters/dynamodb/attributes.ts';
import { createEndpointStore } from '#adapters/dynamodb/endpoint-store.ts';
import { itemKey } from '#adapters/dynamodb/table.ts';
import { ENDPOINTS_MAX, type Endpoint, type EndpointStore } from '#core/endpoints.ts';
import { type Dynoxide, startDynoxide } from '#test/support/dynoxide.ts';

const SHOP: Endpoint = {
  id: 'shop',
  url: 'https://shop.test/hooks',
  description: 'The shop',
  enabled: true,
  types: ['payment.posted'],
  merchant: 'm-1',
};
/** Requests of one BatchWriteItem: a limit of DynamoDB. */
const BATCH_WRITE = 25;

describe('endpoints', () => {
  let dynamodb: Dynoxide;
  let store: EndpointStore;
  let table = '';
  let tables = 0;
  beforeAll(async () => {
    dynamodb = await startDynoxide();
  });
  afterAll(() => dynamodb.stop());
  beforeEach(async () => {
    tables += 1;
    table = await dynamodb.createTable(`endpoints-${tables}`);
    store = createEndpointStore({ client: dynamodb.client, table });
  });

  it('are read as they were put, and put anew', async () => {
    const { types: _all, merchant: _any, ...every } = SHOP;
    await store.put(SHOP);
    await store.put({ ...every, id: 'all' });
    expect(await store.list()).toEqual([
      { ...every, id: 'all', version: 1 },
      { ...SHOP, version: 1 },
    ]);
    await store.put({ ...SHOP, enabled: false });
    expect(await store.list()).toContainEqual({ ...SHOP, enabled: false, version: 1 });
  });

  it('are disabled where they are gone, and say since when', async () => {
    await store.put(SHOP);
    await store.disableGone({ id: 'shop', url: SHOP.url, atS: 7 });
    expect(await store.list()).toEqual([{ ...SHOP, enabled: false, goneAtS: 7, version: 1 }]);
  });

  it('stay enabled where another address has come in place of the one that is gone', async () => {
    const moved = { ...SHOP, url: 'https://shop.test/new' };
    await store.put(moved);
    await store.disableGone({ id: 'shop', url: SHOP.url, atS: 7 });
    await store.disableGone({ id: 'nobody', url: SHOP.url, atS: 7 });
    expect(await store.list()).toEqual([{ ...moved, version: 1 }]);
  });

  it('are so many at most, of which each can still be put anew', async () => {
    const ids = Array.from({ length: ENDPOINTS_MAX - 1 }, (_, at) => `e${at}`);
    for (let at = 0; at < ids.length; at += BATCH_WRITE) {
      const puts = ids.slice(at, at + BATCH_WRITE).map((id) => ({
        PutRequest: {
          Item: { ...itemKey.endpoint(id), ...toItem({ url: SHOP.url, enabled: true }) },
        },
      }));
      await dynamodb.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
    }
    await store.put(SHOP);
    expect(await store.list()).toHaveLength(ENDPOINTS_MAX);
    await expect(store.put({ ...SHOP, id: 'one-more' })).rejects.toThrow('take one out first');
    await store.put({ ...SHOP, enabled: false });
    expect(await store.list()).toHaveLength(ENDPOINTS_MAX);
  });
});
