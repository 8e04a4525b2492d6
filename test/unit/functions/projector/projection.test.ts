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
});
