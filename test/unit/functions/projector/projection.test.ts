import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { recordItem } from '#adapters/dynamodb/record-item.ts';
import type { RequestRecord } from '#core/records.ts';
import { CHANGES_AT_ONCE, projectBatch } from '#functions/projector/project-batch.ts';
import { projectChange } from '#functions/projector/projection.ts';
import { payRecord, SOLD_AT_S } from '../../../support/pay-record.ts';

/** As the stream tells it: bytes are base64. */
const image = (record: RequestRecord): object => ({
  ...recordItem(record),
  ...(record.digest === undefined ? {} : { dg: { B: 'AAAA' } }),
  ...(record.answer === undefined ? {} : { an: { B: 'AAAA' } }),
});
const change = (after: RequestRecord, before?: RequestRecord): DynamoDBRecord =>
  ({
    eventID: 'e1',
    dynamodb: {
      ApproximateCreationDateTime: SOLD_AT_S + 1.9,
      NewImage: image(after),
      ...(before && { OldImage: image(before) }),
    },
  }) as DynamoDBRecord;

describe('the projection of a change', () => {
  it('is the record as the change left it, without its bytes, and the second of the change', () => {
    const answered = payRecord(7, {}, { answer: new Uint8Array([1]) });
    const { digest: _digest, answer: _answer, ...record } = answered;
    expect(projectChange(change(answered))).toEqual({
      record,
      atS: SOLD_AT_S + 1,
      drawnAtS: SOLD_AT_S,
    });
  });

  it('tells a number that was just drawn from one that was drawn before', () => {
    expect(projectChange(change(payRecord(7), payRecord(7)))?.drawnAtS).toBeUndefined();
    const stored = payRecord(7, {}, { evidence: { flags: ['stored'] } });
    expect(projectChange(change(stored))?.drawnAtS).toBeUndefined();
    const { digest: _digest, ...tombstone } = payRecord(7);
    expect(projectChange(change(tombstone))?.drawnAtS).toBeUndefined();
    expect(projectChange(change(tombstone))?.record).toEqual(tombstone);
  });

  it('takes the time of the decision where the stream gives none', () => {
    const event = { eventID: 'e1', dynamodb: { NewImage: image(payRecord(7)) } } as DynamoDBRecord;
    expect(projectChange(event)?.atS).toBe(SOLD_AT_S);
  });

  it.each([
    ['a change that deleted a row', { OldImage: image(payRecord(7)) }],
    ['another row of the same key', { NewImage: { ...image(payRecord(7)), sk: { S: 'SALE' } } }],
    [
      'a key that only looks like one',
      { NewImage: { ...image(payRecord(7)), pk: { S: 'P#1001#1#7#x' } } },
    ],
    ['a row without a key', { NewImage: {} }],
    ['nothing', undefined],
  ])('passes over %s', (_, dynamodb) => {
    expect(projectChange({ eventID: 'e1', dynamodb } as DynamoDBRecord)).toBeUndefined();
  });

  it('is refused where nobody here wrote the record', () => {
    const { st: _state, ...foreign } = { ...image(payRecord(7)), st: { S: '?' } };
    const event = { dynamodb: { NewImage: { ...foreign, st: { S: '?' } } } } as DynamoDBRecord;
    expect(() => projectChange(event)).toThrow('unknown state');
  });
});

describe('a batch', () => {
  const changes = Array.from({ length: 2 * CHANGES_AT_ONCE + 1 }, (_, at) => ({
    dynamodb: { SequenceNumber: String(at) },
  }));
  const numberOf = (one: DynamoDBRecord): number => Number(one.dynamodb?.SequenceNumber);

  it('goes through all changes, a few at once', async () => {
    const seen: number[] = [];
    let working = 0;
    let most = 0;
    const project = async (one: DynamoDBRecord): Promise<void> => {
      working += 1;
      most = Math.max(most, working);
      await Promise.resolve();
      seen.push(numberOf(one));
      working -= 1;
    };
    expect(await projectBatch(project, changes, () => undefined)).toEqual({
      batchItemFailures: [],
    });
    expect(seen).toEqual([...changes.keys()]);
    expect(most).toBe(CHANGES_AT_ONCE);
  });

  it('names the first that failed, waits for those beside it, and begins none after them', async () => {
    const seen: number[] = [];
    const logged: unknown[] = [];
    const project = async (one: DynamoDBRecord): Promise<void> => {
      await Promise.resolve();
      if ([3, 5].includes(numberOf(one))) {
        throw new TypeError('a secret');
      }
      seen.push(numberOf(one));
    };
    const log = (...line: unknown[]): void => {
      logged.push(line);
    };
    expect(await projectBatch(project, changes, log)).toEqual({
      batchItemFailures: [{ itemIdentifier: '3' }],
    });
    expect(seen).toEqual([0, 1, 2, 4, 6, 7, 8, 9]);
    expect(logged).toEqual([['error', 'projection', { outcome: 'failed', error: 'TypeError' }]]);
  });
});
