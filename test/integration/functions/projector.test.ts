/** The projector against a table: totals that count every change once, however often it is delivered. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyProjection } from '#functions/projector/apply-projection.ts';
import type { Projection } from '#functions/projector/projection.ts';
import { type Dynoxide, startDynoxide } from '#test/support/dynoxide.ts';

const AT_S = 1_790_000_000;
/** A stream holds a change for a day; a week later nothing can deliver it again. */
const WEEK_S = 604_800;

describe('a projection', () => {
  let dynamodb: Dynoxide;
  let tables = 0;
  beforeAll(async () => {
    dynamodb = await startDynoxide();
  });
  afterAll(() => dynamodb.stop());

  const prepare = async () => {
    tables += 1;
    const table = await dynamodb.createTable(`projections-${tables}`);
    const target = { client: dynamodb.client, table };
    return {
      apply: (change: Partial<Projection>) =>
        applyProjection(target, {
          eventId: 'e1',
          terminal: 1001,
          keyVersion: 1,
          sequence: 7,
          atS: AT_S,
          ...change,
        }),
      rowOf: async (pk: string, sk: string) => {
        const key = { pk: { S: pk }, sk: { S: sk } };
        const { Item } = await dynamodb.client.send(
          new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }),
        );
        return Item;
      },
    };
  };
  const sale = (netDeltaMinor: number) => ({
    merchant: 'm1',
    day: '2026-09-21',
    currency: 410,
    netDeltaMinor,
  });

  it('adds each event to the day of its merchant once', async () => {
    const { apply, rowOf } = await prepare();
    await apply({ eventId: 'e1', sale: sale(12_900) });
    await apply({ eventId: 'e1', sale: sale(12_900) });
    await apply({ eventId: 'e2', sale: sale(-900) });
    expect(await rowOf('M#m1', 'DAY#2026-09-21#410')).toMatchObject({
      netMinor: { N: '12000' },
      changes: { N: '2' },
    });
  });

  it('marks the event for a week after the change, and nothing else for deletion', async () => {
    const { apply, rowOf } = await prepare();
    await apply({ sale: sale(12_900) });
    expect((await rowOf('EVENT#e1', 'SALE'))?.ttl).toEqual({ N: String(AT_S + WEEK_S) });
    expect(await rowOf('T#1001', 'SEEN')).not.toHaveProperty('ttl');
    expect(await rowOf('M#m1', 'DAY#2026-09-21#410')).not.toHaveProperty('ttl');
  });

  it('writes no total and no marker where no money moved', async () => {
    const { apply, rowOf } = await prepare();
    await apply({});
    expect(await rowOf('EVENT#e1', 'SALE')).toBeUndefined();
  });

  it('raises last seen and the highest number of each key version, and never lowers them', async () => {
    const { apply, rowOf } = await prepare();
    await apply({ sequence: 8, atS: AT_S + 1 });
    await apply({ sequence: 7, atS: AT_S });
    await apply({ sequence: 3, atS: AT_S, keyVersion: 2 });
    expect(await rowOf('T#1001', 'SEEN')).toMatchObject({
      at: { N: String(AT_S + 1) },
      seq1: { N: '8' },
      seq2: { N: '3' },
    });
  });

  it('rejects where the table does not answer as it should, so that the change comes again', async () => {
    const target = { client: dynamodb.client, table: 'no-such-table' };
    const change = { eventId: 'e1', terminal: 1, keyVersion: 1, sequence: 1, atS: AT_S };
    await expect(applyProjection(target, change)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('rejects where the total cannot be written, and leaves no marker behind', async () => {
    const { apply, rowOf } = await prepare();
    await expect(apply({ sale: { ...sale(1), netDeltaMinor: Number.NaN } })).rejects.toThrow();
    expect(await rowOf('EVENT#e1', 'SALE')).toBeUndefined();
  });
});
