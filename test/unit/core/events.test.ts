/** What goes out of a change: one event per transition, and nothing that names a person. */
import { describe, expect, it } from 'vitest';
import { type Change, eventOf, timeText } from '#core/events.ts';
import type { OperatorCase } from '#core/operator-case.ts';
import type { Payment, RecordedState, RequestRecord } from '#core/records.ts';

const AT_S = 1_790_000_000;
const KEY = { terminal: 1001, keyVersion: 1, sequence: 7 };

const payment = (change: Partial<Payment> = {}): Payment => ({
  state: 'posted',
  revision: 0,
  amountMinor: 12_900,
  postedMinor: 12_900,
  refundedMinor: 0,
  currency: 410,
  user: 'u-1',
  merchant: 'm-1',
  ...change,
});
const record = (
  change: Partial<Payment> = {},
  also: Partial<RequestRecord> = {},
): RequestRecord => ({
  key: KEY,
  op: 'pay',
  code: 'approved',
  decidedAtS: AT_S - 1,
  lines: [{ account: 'wallet:u-1', amountMinor: -12_900 }],
  payment: payment(change),
  ...also,
});
const change = (after: RequestRecord, before?: RequestRecord): Change => ({
  row: 'record',
  after,
  ...(before === undefined ? {} : { before }),
  atS: AT_S,
});

describe('the event of a payment', () => {
  it('says what it is, of which payment, and nothing else', () => {
    expect(eventOf(change(record()))).toEqual({
      id: 'evt_1001_1_7_0',
      type: 'payment.posted',
      occurredAt: '2026-09-21T14:13:20Z',
      data: {
        payment: KEY,
        revision: 0,
        state: 'posted',
        code: 'approved',
        amountMinor: 12_900,
        postedMinor: 12_900,
        refundedMinor: 0,
        currency: 410,
        user: 'u-1',
        merchant: 'm-1',
        decidedAt: '2026-09-21T14:13:19Z',
      },
    });
  });

  it.each<readonly [RecordedState, string]>([
    ['in_progress', 'payment.pending'],
    ['held', 'payment.held'],
    ['posted', 'payment.posted'],
    ['partly_refunded', 'payment.partly_refunded'],
    ['refunded', 'payment.refunded'],
    ['voided', 'payment.voided'],
    ['expired', 'payment.expired'],
    ['declined', 'payment.declined'],
  ])('is named after the state: %s', (state, type) => {
    expect(eventOf(change(record({ state })))?.type).toBe(type);
  });

  it('tells authorisation, provider, shares, flags and evidence where there are any', () => {
    const shares = { region: 'KR', taxMinor: 1_173, feeMinor: 129, discountMinor: 0 };
    const provider = {
      name: 'wechat',
      lateAfterMs: 1,
      open: { what: 'charge', asked: 3 },
    } as const;
    const told = eventOf(
      change(
        record(
          { shares, provider },
          {
            authorisation: 'A1B2C3',
            evidence: {
              identifierKind: 'ic.card',
              entryMode: 7,
              items: ['LIP-01*1@3/w-1'],
              itemsDigest: 'ab',
              judgedAtS: AT_S,
              flags: ['stored', 'over_limit'],
            },
          },
        ),
      ),
    );
    expect(told?.data).toMatchObject({
      authorisation: 'A1B2C3',
      provider: 'wechat',
      shares,
      flags: ['stored', 'over_limit'],
    });
    expect(told?.data).toHaveProperty('evidence', {
      items: ['LIP-01*1@3/w-1'],
      itemsDigest: 'ab',
      judgedAt: '2026-09-21T14:13:20Z',
    });
    expect(JSON.stringify(told)).not.toMatch(/lines|wallet|open|ic\.card/);
  });

  it('has no user or merchant where none was found, and no evidence where there is none to tell', () => {
    const told = eventOf(
      change(
        record(
          { user: '', merchant: '', state: 'declined' },
          { evidence: { identifierKind: 'x' } },
        ),
      ),
    );
    for (const name of ['user', 'merchant', 'evidence']) {
      expect(told?.data).not.toHaveProperty(name);
    }
  });

  it.each<readonly [string, Partial<Payment>]>([
    ['its state', { state: 'voided' }],
    ['what was posted of it', { postedMinor: 12_000 }],
    ['what was given back of it', { refundedMinor: 1 }],
  ])('is made by a change of %s', (_what, to) => {
    const after = record({ revision: 4, ...to });
    expect(eventOf(change(after, record({ revision: 3 })))?.id).toBe('evt_1001_1_7_4');
  });

  it('is not made by a step at a provider, an answer that is claimed, or another request', () => {
    const before = record({ state: 'in_progress', revision: 3 });
    const asked = record({ state: 'in_progress', revision: 4, dueS: 9 });
    const { payment: _none, ...reverse } = record();
    expect(eventOf(change(asked, before))).toBeUndefined();
    expect(eventOf(change({ ...before, answer: new Uint8Array(1) }, before))).toBeUndefined();
    expect(eventOf(change({ ...reverse, op: 'reverse' }))).toBeUndefined();
  });
});

describe('the event of a case', () => {
  const open: OperatorCase = {
    id: 'captured_uncovered-1001-1-7',
    kind: 'captured_uncovered',
    reason: 'no_funds',
    payment: KEY,
    amountMinor: 12_900,
    currency: 410,
    merchant: 'm-1',
    user: 'u-1',
    openedAtS: AT_S,
    state: 'open',
    times: 1,
  };
  const closed: OperatorCase = {
    ...open,
    state: 'closed',
    closed: { atS: AT_S + 60, by: 'someone', resolution: 'collected' },
  };
  const told = (after: OperatorCase, before?: OperatorCase) =>
    eventOf({ row: 'case', after, ...(before === undefined ? {} : { before }), atS: AT_S + 61 });
  const data = {
    case: open.id,
    kind: open.kind,
    reason: open.reason,
    payment: KEY,
    amountMinor: 12_900,
    currency: 410,
    merchant: 'm-1',
    user: 'u-1',
    openedAt: '2026-09-21T14:13:20Z',
  };

  it('tells when it is opened, and when it is closed and how, but not by whom', () => {
    expect(told(open)).toEqual({
      id: 'evt_case_captured_uncovered_1001_1_7_open',
      type: 'case.opened',
      occurredAt: '2026-09-21T14:14:21Z',
      data,
    });
    expect(told(closed, open)).toEqual({
      id: 'evt_case_captured_uncovered_1001_1_7_closed',
      type: 'case.closed',
      occurredAt: '2026-09-21T14:14:21Z',
      data: { ...data, resolution: 'collected', closedAt: '2026-09-21T14:14:20Z' },
    });
  });

  it('has no user where a provider has the customer', () => {
    expect(told({ ...open, user: '' })?.data).not.toHaveProperty('user');
  });

  it('is none where it is found again, open or closed', () => {
    expect(told({ ...open, times: 2 }, open)).toBeUndefined();
    expect(told({ ...closed, times: 2 }, closed)).toBeUndefined();
  });
});

describe('the event of a notice', () => {
  const notice = (fields: Readonly<Record<string, unknown>>): Change => ({
    row: 'notice',
    name: `${AT_S}#clone-1001-1-399`,
    fields: { kind: 'clone_suspected', terminal: 1001, at: AT_S, ...fields },
    atS: AT_S + 2,
  });

  it('tells of a number that went back', () => {
    const fields = { reason: 'sequence_regression', keyVersion: 1, sequence: 399, highest: 500 };
    expect(eventOf(notice(fields))).toEqual({
      id: 'evt_1790000000_clone_1001_1_399',
      type: 'terminal.clone_suspected',
      occurredAt: '2026-09-21T14:13:22Z',
      data: { terminal: 1001, ...fields, suspectedAt: '2026-09-21T14:13:20Z' },
    });
  });

  it('tells of two connections, which have no number', () => {
    expect(eventOf(notice({ reason: 'two_connections' }))?.data).toEqual({
      terminal: 1001,
      reason: 'two_connections',
      suspectedAt: '2026-09-21T14:13:20Z',
    });
  });

  it('is none where the notice is of another kind', () => {
    expect(eventOf(notice({ kind: 'something_else' }))).toBeUndefined();
  });
});

it.each([0, 59, 3_599, 86_399, 951_782_400, AT_S, 253_402_300_799])(
  'writes %i as Date does, without fractions',
  (atS) => {
    expect(timeText(atS)).toBe(new Date(atS * 1000).toISOString().replace('.000', ''));
  },
);
