import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { projectChange } from '#functions/projector/projection.ts';

const image = (fields: object) => ({
  pk: { S: 'P#1001#1#7' },
  sk: { S: 'REC' },
  me: { S: 'm1' },
  pc: { N: '410' },
  ...fields,
});
const change = (NewImage: object, OldImage?: object) =>
  ({
    eventID: 'e1',
    dynamodb: {
      ApproximateCreationDateTime: 1_790_000_000,
      NewImage,
      ...(OldImage ? { OldImage } : {}),
    },
  }) as DynamoDBRecord;
const posted = image({ st: { S: 'p' }, po: { N: '12900' }, rf: { N: '0' } });

describe('the projection of a change', () => {
  it('counts a sale on its day', () => {
    expect(projectChange(change(posted))).toEqual({
      eventId: 'e1',
      terminal: 1001,
      keyVersion: 1,
      sequence: 7,
      atS: 1_790_000_000,
      sale: { merchant: 'm1', day: '2026-09-21', currency: 410, netDeltaMinor: 12_900 },
    });
  });

  it('takes back what was refunded or voided', () => {
    const refunded = image({ st: { S: 'q' }, po: { N: '12900' }, rf: { N: '900' } });
    expect(projectChange(change(refunded, posted))?.sale?.netDeltaMinor).toBe(-900);
    const voided = image({ st: { S: 'v' }, po: { N: '12900' }, rf: { N: '0' } });
    expect(projectChange(change(voided, posted))?.sale?.netDeltaMinor).toBe(-12_900);
  });

  it('moves no money for a hold or a decline, and passes over other rows', () => {
    expect(
      projectChange(change(image({ st: { S: 'h' }, po: { N: '0' }, rf: { N: '0' } })))?.sale,
    ).toBeUndefined();
    expect(projectChange(change({ pk: { S: 'U#u1' }, sk: { S: 'ACCT#410' } }))).toBeUndefined();
  });

  it('counts a sale on the day in UTC, up to its last second', () => {
    const at = (seconds: number, NewImage = posted) =>
      projectChange({
        eventID: 'e1',
        dynamodb: { ApproximateCreationDateTime: seconds, NewImage },
      } as DynamoDBRecord)?.sale?.day;
    // 2026-09-21 ends at 1 790 035 200.
    expect([at(1_790_035_199.9), at(1_790_035_200)]).toEqual(['2026-09-21', '2026-09-22']);
  });

  it('takes the time of the decision where the stream gives none', () => {
    const NewImage = { ...posted, at: { N: '1790000001' } };
    const event = { eventID: 'e1', dynamodb: { NewImage } } as DynamoDBRecord;
    expect(projectChange(event)?.atS).toBe(1_790_000_001);
  });

  it.each([
    ['a change that deleted a row', { OldImage: posted }],
    ['another row of the same key', { NewImage: { ...posted, sk: { S: 'OTHER' } } }],
    ['a key that only looks like one', { NewImage: { ...posted, pk: { S: 'P#1001#1#7#x' } } }],
    ['a row without a key', { NewImage: {} }],
    ['nothing', undefined],
  ])('passes over %s', (_, dynamodb) => {
    expect(projectChange({ eventID: 'e1', dynamodb } as DynamoDBRecord)).toBeUndefined();
  });

  it('gives a sale without a merchant to nobody', () => {
    const { me: _me, ...nobody } = posted;
    expect(projectChange(change(nobody))?.sale).toBeUndefined();
  });
});
