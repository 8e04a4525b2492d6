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

  const decided = (fields: object): Record<string, object> =>
    image({
      op: { S: 'pay' },
      dg: { B: new Uint8Array(32) },
      cd: { N: '0' },
      at: { N: '1790000001' },
      am: { N: '12900' },
      st: { S: 'h' },
      ...fields,
    });
  const figures = { merchant: 'm1', decidedAtS: 1_790_000_001 };

  it('counts a PAY when it is approved, once in its life', () => {
    const approved = { ...figures, spentMinor: 12_900, count: 1, declines: 0, stored: 0 };
    const held = decided({});
    expect(projectChange(change(held))?.usage).toEqual(approved);
    expect(projectChange(change(decided({ st: { S: 'p' } }), held))?.usage).toBeUndefined();
    expect(projectChange(change(decided({ st: { S: 'v' } }), held))?.usage).toBeUndefined();
    const waiting = decided({ st: { S: 'i' }, cd: { N: '129' } });
    expect(projectChange(change(waiting))?.usage).toBeUndefined();
    expect(projectChange(change(held, waiting))?.usage).toEqual(approved);
    const stored = decided({ fl: { S: 'sw' } });
    expect(projectChange(change(stored))?.usage).toEqual({ ...approved, stored: 1 });
  });

  it('counts a decline as that, and neither a tombstone nor a request about a PAY', () => {
    const declined = decided({ st: { S: 'd' }, cd: { N: '6' }, fl: { S: 's' } });
    const once = { ...figures, spentMinor: 0, count: 0, declines: 1, stored: 0 };
    expect(projectChange(change(declined))?.usage).toEqual(once);
    expect(projectChange(change(declined, declined))?.usage).toBeUndefined();
    const tombstone = decided({ st: { S: 'v' }, cd: { N: '14' } });
    expect(projectChange(change(tombstone))?.usage).toBeUndefined();
    const { st: _st, me: _me, ...confirm } = decided({ op: { S: 'confirm' } });
    expect(projectChange(change(confirm))?.usage).toBeUndefined();
    const { me: _merchant, ...nobody } = declined;
    expect(projectChange(change(nobody))?.usage?.merchant).toBe('');
  });

  it('tells a number that was just drawn from one that was drawn before', () => {
    expect(projectChange(change(decided({})))?.drawnAtS).toBe(1_790_000_001);
    expect(projectChange(change(decided({}), decided({})))?.drawnAtS).toBeUndefined();
    expect(projectChange(change(decided({ fl: { S: 's' } })))?.drawnAtS).toBeUndefined();
    const { dg: _dg, ...tombstone } = decided({});
    expect(projectChange(change(tombstone))?.drawnAtS).toBeUndefined();
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
