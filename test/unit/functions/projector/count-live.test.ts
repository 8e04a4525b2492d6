import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { recordItem } from '#adapters/dynamodb/record-item.ts';
import type { RequestRecord } from '#core/records.ts';
import { countLive, liveCounts } from '#functions/projector/count-live.ts';
import { payRecord, SOLD_AT_S } from '#test/support/pay-record.ts';

const change = (number: number, after: RequestRecord, before?: RequestRecord): DynamoDBRecord =>
  ({
    dynamodb: {
      SequenceNumber: String(number),
      NewImage: recordItem(after),
      ...(before && { OldImage: recordItem(before) }),
    },
  }) as DynamoDBRecord;
const MINUTE = SOLD_AT_S - (SOLD_AT_S % 60);
const total = (changes: readonly DynamoDBRecord[]) =>
  [...liveCounts(changes)].map(([minuteS, { approved, declined }]) => [
    minuteS - MINUTE,
    approved,
    declined,
  ]);
const declined = payRecord(
  3,
  { state: 'declined' },
  { code: 'sold_out', decidedAtS: SOLD_AT_S + 60 },
);
const pending = payRecord(4, { state: 'in_progress' }, { code: 'in_progress' });

describe('the counts of a batch', () => {
  it('are by the minute of the decision', () => {
    expect(total([change(1, payRecord(1)), change(2, payRecord(2)), change(3, declined)])).toEqual([
      [0, 2, 0],
      [60, 0, 1],
    ]);
  });

  it('have each payment once: when it is decided, and not when it changes', () => {
    expect(total([change(1, payRecord(4, { revision: 1 }), pending)])).toEqual([[0, 1, 0]]);
    expect(total([change(1, pending)])).toEqual([]);
    const refunded = payRecord(1, { state: 'refunded', revision: 1, refundedMinor: 100 });
    expect(total([change(1, refunded, payRecord(1))])).toEqual([]);
  });

  it('pass over other rows', () => {
    expect(
      total([{ dynamodb: { NewImage: { pk: { S: 'U#1' }, sk: { S: 'PROFILE' } } } } as never]),
    ).toEqual([]);
  });

  const counted = async (failed: string | undefined) => {
    const sent: unknown[] = [];
    const client = { send: async (command: { input: unknown }) => void sent.push(command.input) };
    const changes = [change(1, payRecord(1)), change(2, payRecord(2)), change(3, payRecord(5))];
    const batchItemFailures = failed === undefined ? [] : [{ itemIdentifier: failed }];
    await countLive(
      { client, table: 't' } as never,
      changes,
      { batchItemFailures },
      () => undefined,
    );
    return sent.map(
      (input) =>
        (input as { ExpressionAttributeValues: { ':approved': { N: string } } })
          .ExpressionAttributeValues[':approved'].N,
    );
  };

  it('stop before the first change that failed, since it and what follows is told again', async () => {
    expect(await counted(undefined)).toEqual(['3']);
    expect(await counted('3')).toEqual(['2']);
    expect(await counted('1')).toEqual([]);
    expect(await counted('unknown')).toEqual([]);
  });

  it('do not hold the stream up where they cannot be written', async () => {
    const logged: unknown[] = [];
    const client = { send: () => Promise.reject(new Error('inside')) };
    await countLive(
      { client, table: 't' } as never,
      [change(1, payRecord(1))],
      { batchItemFailures: [] },
      (...entry) => logged.push(entry),
    );
    expect(logged).toEqual([['warn', 'live', { outcome: 'failed', error: 'Error' }]]);
  });
});
