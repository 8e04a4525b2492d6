import { inspect } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import { OutageError } from '#core/outage.ts';
import { paymentKey } from '#core/payment-key.ts';
import { pendingOf } from '#core/process-provider-payment.ts';
import { chargeKey, ShownCode } from '#core/provider.ts';
import { SETTLE_TRIES_MAX } from '#core/provider-change.ts';
import {
  approval,
  done,
  dropped,
  ended,
  expiring,
  refused,
  rescheduled,
  sent,
  unsent,
} from '#core/provider-endings.ts';
import { advance, expireHold, QUESTION_WAIT_MS_MAX } from '#core/provider-steps.ts';
import { DEFAULT_TIMINGS, PROVIDER_TIMINGS, timingsOf } from '#core/provider-timings.ts';
import type { Payment, ProviderTask, RequestRecord } from '#core/records.ts';
import { RESOLVE_AT_ONCE, resolvePending } from '#core/resolve-pending.ts';
import { SCHEMES } from '#core/schemes.ts';
import { MODEL_TIMINGS } from '../../support/model-provider.ts';
import { digestOf, LIP, NOON_S, pay } from '../../support/payment-world.ts';
import { codePay, createProviderWorld, type ProviderWorld } from '../../support/provider-world.ts';

const NOW_MS = NOON_S * 1000;
const KEY = { terminal: 1001, keyVersion: 1, sequence: 1 };
const BY = { ...KEY, sequence: 2 };

/** A PAY of 100 with `open` at the provider, asked about at once. */
const openRecord = (open: ProviderTask, change: Partial<Payment> = {}): RequestRecord => ({
  key: KEY,
  op: 'pay',
  digest: digestOf(codePay()),
  code: 'in_progress',
  decidedAtS: NOON_S,
  lines: [],
  payment: {
    state: 'in_progress',
    revision: 0,
    amountMinor: 100,
    postedMinor: 0,
    refundedMinor: 0,
    currency: 410,
    user: '',
    merchant: 'm-1',
    provider: { name: 'wechat', lateAfterMs: NOW_MS + 20_000, sentAtMs: NOW_MS, open },
    ...change,
  },
});
const stepOf = (record: RequestRecord) => {
  const { payment } = record;
  const part = payment?.provider;
  if (payment === undefined || part?.open === undefined) {
    throw new Error('nothing is open');
  }
  return { record, payment, part, open: part.open };
};

let store: MemoryPaymentStore;
let rig: ProviderWorld;
beforeEach(async () => {
  store = createMemoryPaymentStore();
  rig = await createProviderWorld({ store, seed: store, cases: store });
});

describe('what a customer showed', () => {
  test('is in nothing that prints an object', () => {
    const shown = new ShownCode('130000000000000001');
    const printed = [inspect(shown, { showHidden: true, depth: 9 }), JSON.stringify({ shown })];
    expect(printed.join(' ')).not.toContain('13000000');
    expect(`${String(shown)} ${Object.values(shown).join()}`).not.toContain('13000000');
    expect(shown.reveal()).toBe('130000000000000001');
  });

  test('goes to the provider with K as its idempotency key', async () => {
    const seen: unknown[] = [];
    const { pay: charge } = rig.model;
    rig.model.pay = (asked, budgetMs) => {
      seen.push({ ...asked, identifier: asked.identifier.reveal(), budgetMs });
      return charge(asked, budgetMs);
    };
    await rig.world.ask(1, codePay());
    await rig.world.ask(2, codePay({ deadlineMs: 1_234 }));
    const expected = {
      identifier: '130000000000000001',
      kind: 'wechat.code',
      amountMinor: 100,
      currency: 410,
      merchant: 'm-1',
      region: 'KR',
      terminal: 1001,
    };
    expect(seen).toEqual([
      { ...expected, key: '1001-1-1', budgetMs: MODEL_TIMINGS.payTimeoutMs },
      { ...expected, key: '1001-1-2', budgetMs: 1_234 },
    ]);
  });

  test('has a key of 26 characters at most', () => {
    expect(chargeKey({ terminal: 2 ** 32 - 1, keyVersion: 255, sequence: 2 ** 32 - 1 })).toBe(
      '4294967295-255-4294967295',
    );
  });
});

describe('the table of timings', () => {
  test('has the row of a provider, and a strict one for all others', () => {
    expect(timingsOf('alipay')).toMatchObject({ queryEveryMs: 3_000, queriesMax: 20 });
    expect(timingsOf('wechat').cancelNotBeforeMs).toBe(15_000);
    expect(timingsOf('somebody')).toBe(DEFAULT_TIMINGS);
    expect(timingsOf('wechat', new Map([['wechat', rig.model]]))).toBe(MODEL_TIMINGS);
  });

  test('names only providers of the table of identifiers', () => {
    const known = new Set(SCHEMES.map(({ provider }) => provider));
    expect(Object.keys(PROVIDER_TIMINGS).filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('nothing can be charged', () => {
  test('where there is nothing to pay', async () => {
    await store.putSheet({ ...LIP, unitPriceMinor: 0 });
    const free = { items: [{ sku: 'LIP-01', quantity: 1, unitPriceMinor: 0 }], amountMinor: 0 };
    expect((await rig.world.ask(1, codePay(free))).code).toBe('not_permitted');
    expect(rig.model.calls).toEqual([]);
  });

  test('for an approval that says nothing of a payment', () => {
    const { payment: _none, ...record } = openRecord({ what: 'charge', asked: 0 });
    const outsider = {
      provider: 'wechat',
      stored: false,
      match: { scheme: SCHEMES[0] ?? never(), normal: '', lookup: '', hash: '' },
      entry: { user: '', maskedName: '', locale: '', kind: '', entryModes: [], failures: 0 },
      shown: { identifier: new ShownCode(''), kind: '', region: '', lateAfterMs: 0 },
    };
    const booking = { record: { ...record, digest: new Uint8Array() } };
    expect(pendingOf(booking, outsider, undefined)).toBeUndefined();
    const whole = { ...booking.record, ...openRecord({ what: 'charge', asked: 0 }) };
    const allowances = [{ id: 'q', shard: 0, delta: 1, max: 2 }];
    const pending = pendingOf(
      { record: { ...whole, digest: new Uint8Array() }, allowances },
      outsider,
      5,
    );
    expect(pending).toMatchObject({ allowances, record: { payment: { provider: { holdS: 5 } } } });
  });
});
const never = (): never => {
  throw new Error('there are schemes');
};

describe('a step', () => {
  test('is no step where nothing is open', async () => {
    const { payment: _none, ...record } = openRecord({ what: 'charge', asked: 0 });
    expect(await advance(rig.world.deps, record)).toBe(record);
    expect(await expireHold(rig.world.deps, record)).toBe(record);
  });

  test('of a provider that is gone is put off, and nothing else changes', async () => {
    rig.model.faults = ['waits'];
    await rig.world.ask(1, codePay());
    rig.world.nowMs += 4_000;
    const before = await store.readRecord(KEY);
    const { providers: _gone, ...deps } = rig.world.deps;
    const after = await advance(deps, before ?? never());
    expect(after.payment).toMatchObject({ state: 'in_progress', dueS: NOON_S + 7, revision: 3 });
    expect(rig.model.calls).toEqual(['pay']);
  });

  test('that was never sent waits for a provider that is gone, until it is late', async () => {
    rig.model.faults = ['unreachable'];
    await rig.world.ask(1, codePay());
    const record = (await store.readRecord(KEY)) ?? never();
    const { providers: _gone, ...deps } = rig.world.deps;
    const shown = {
      identifier: new ShownCode(''),
      kind: '',
      region: '',
      lateAfterMs: rig.world.nowMs,
    };
    expect(await advance(deps, record, shown)).toBe(record);
  });

  test.each([
    ['in its last millisecond goes out, with that millisecond', 19_999, ['pay'], 'approved'],
    ['at its end does not go out any more', 20_000, [], 'provider_unreachable'],
  ] as const)('of a charge that is marked %s', async (_when, stoodMs, calls, code) => {
    const { deps } = rig.world;
    Object.assign(deps, {
      store: {
        ...store,
        settle: async (settlement: Parameters<typeof store.settle>[0]) => {
          const settled = await store.settle(settlement);
          rig.world.nowMs = NOW_MS + stoodMs;
          return settled;
        },
      },
    });
    const budgets: number[] = [];
    const { pay: charge } = rig.model;
    rig.model.pay = (asked, budgetMs) => {
      budgets.push(budgetMs);
      return charge(asked, budgetMs);
    };
    expect((await rig.world.ask(1, codePay())).code).toBe(code);
    expect(rig.model.calls).toEqual(calls);
    expect(budgets).toEqual(calls.map(() => 1));
  });

  test('is due where the record does not say when', async () => {
    const record = openRecord({ what: 'charge', asked: 0 });
    await store.book({ record: { ...record, digest: new Uint8Array() } });
    await advance(rig.world.deps, record);
    expect(rig.model.calls).toEqual(['query']);
  });

  test('is left to others after a few tries, and fails where its PAY is gone', async () => {
    const record = openRecord({ what: 'charge', asked: 0 });
    let tries = 0;
    const settle = async (): Promise<boolean> => {
      tries += 1;
      return false;
    };
    const deps = { ...rig.world.deps, store: { ...store, settle, readRecord: async () => record } };
    expect(await advance(deps, record)).toBe(record);
    expect(tries).toBe(SETTLE_TRIES_MAX);
    expect(rig.model.calls).toEqual([]);
    const gone = { ...deps, store: { ...deps.store, readRecord: async () => undefined } };
    await expect(advance(gone, record)).rejects.toThrow(OutageError);
    const held = openRecord({ what: 'charge', asked: 0 }, { state: 'held' });
    const part = { name: 'wechat', lateAfterMs: NOW_MS, sentAtMs: NOW_MS };
    const over = { ...held, payment: { ...stepOf(held).payment, provider: part } };
    expect(await expireHold(deps, over)).toBe(over);
  });

  test('is put off twice as long each time once it was asked often, and an hour at most', async () => {
    rig.model.cancels = false;
    rig.model.refunds = false;
    await rig.world.ask(9, codePay());
    const waits: number[] = [];
    let record = openRecord(
      { what: 'expire', asked: 3 },
      {
        state: 'held',
        provider: {
          name: 'wechat',
          lateAfterMs: 0,
          sentAtMs: NOW_MS,
          open: { what: 'expire', asked: 3 },
        },
      },
    );
    record = { ...record, key: { ...KEY, sequence: 10 }, digest: new Uint8Array() };
    const { cancel } = rig.model;
    rig.model.cancel = (charge, budgetMs) => cancel({ ...charge, key: '1001-1-9' }, budgetMs);
    await store.book({ record: { ...record, digest: new Uint8Array() } });
    for (let question = 0; question < 16; question += 1) {
      record = await advance(rig.world.deps, record);
      const dueMs = (record.payment?.dueS ?? 0) * 1000;
      waits.push(dueMs - rig.world.nowMs);
      rig.world.nowMs = dueMs;
    }
    expect(waits.slice(0, 4)).toEqual([3_000, 3_000, 6_000, 12_000]);
    expect(waits.slice(10)).toEqual([1_536_000, 3_072_000, ...Array(4).fill(QUESTION_WAIT_MS_MAX)]);
    expect(record.payment).toMatchObject({ state: 'held', provider: { open: { what: 'expire' } } });
  });
});

describe('what a PAY becomes', () => {
  const CHARGE = { what: 'charge', asked: 0 } as const;
  const at = (open: ProviderTask, change: Partial<Payment> = {}) =>
    stepOf(openRecord(open, change));
  const timings = MODEL_TIMINGS;
  const held = at({ what: 'reverse', asked: 0, by: BY }, { state: 'held' });
  const confirmed = { state: 'posted', postedMinor: 100 } as const;
  const holding = { ...held, part: { ...held.part, holdS: 900 } };

  test.each([
    ['sent', sent(at(CHARGE), NOW_MS, timings, NOW_MS)],
    ['unsent', unsent(at(CHARGE))],
    ['rescheduled', rescheduled(at(CHARGE), 1, NOW_MS)],
    ['dropped', dropped(at(CHARGE), 'too_late', timings, NOW_MS)],
    ['approved', approval(at(CHARGE), 'ABC123', NOW_MS)],
    ['declined', ended(at(CHARGE), 'too_late', NOW_MS)],
    ['expiring', expiring(at(CHARGE), NOW_MS)],
    ['expired', done(at({ what: 'expire', asked: 0 }, { state: 'held' }), NOW_MS)],
    ['reversed', done(at({ what: 'reverse', asked: 0, by: BY }, { state: 'held' }), NOW_MS)],
    ['refused', refused(held, { what: 'reverse', asked: 0, by: BY }, 'not_permitted', NOW_MS)],
  ])('is one revision on when it is %s', (_what, { to }) => {
    expect(to.revision).toBe(1);
  });

  test('is looked at when its call has had its time, or once it is late and was never sent', () => {
    expect(sent(at(CHARGE), NOW_MS, timings, NOW_MS + 1).to.dueS).toBe(NOON_S + 4);
    expect(unsent(at(CHARGE)).to).toMatchObject({ dueS: NOON_S + 21 });
    expect(unsent(at(CHARGE)).to.provider?.sentAtMs).toBeUndefined();
  });

  test('is cancelled at once where nothing was sent, else when the provider allows', () => {
    const step = at(CHARGE);
    const { sentAtMs: _never, ...part } = step.part;
    expect(dropped({ ...step, part }, 'too_late', timings, NOW_MS + 1).to.dueS).toBe(NOON_S + 1);
    expect(dropped(step, 'too_late', timings, NOW_MS + 1).to.dueS).toBe(NOON_S + 15);
    expect(dropped(step, 'too_late', timings, NOW_MS + 99_999).to.dueS).toBe(NOON_S + 99);
  });

  test('is due no more once it is posted, and at its end where it is held', () => {
    const sale = approval(at(CHARGE, { dueS: 1 }), 'ABC123', NOW_MS).to;
    expect(Object.keys(sale)).not.toContain('dueS');
    const step = at(CHARGE);
    const hold = approval({ ...step, part: { ...step.part, holdS: 900 } }, 'ABC123', NOW_MS).to;
    expect(hold).toMatchObject({ state: 'held', dueS: NOON_S + 900, postedMinor: 0 });
  });

  test('has an entry of its own where a hold expires', () => {
    expect(expiring(held, NOW_MS).to.provider?.open).toEqual({ what: 'expire', asked: 0 });
    expect(done(at({ what: 'expire', asked: 0 }, { state: 'held' }), NOW_MS).entry).toEqual({
      id: 'expiry-1001-1-1',
      kind: 'expiry',
      currency: 410,
      decidedAtS: NOON_S,
      lines: [
        { account: 'provider:wechat', amountMinor: 100 },
        { account: 'suspense', amountMinor: -100 },
      ],
    });
  });

  test.each([
    ['a hold ends when it would have', holding, NOON_S + 900],
    [
      'a hold that was confirmed has no end',
      { ...holding, payment: { ...held.payment, ...confirmed } },
      undefined,
    ],
    ['a sale has none', at({ what: 'reverse', asked: 0, by: BY }, confirmed), undefined],
    ['a hold without an end has none', held, undefined],
  ])('where a REVERSE is refused: %s', (_what, step, dueS) => {
    const { to } = refused(step, { what: 'reverse', asked: 0, by: BY }, 'not_permitted', NOW_MS);
    expect('dueS' in to ? to.dueS : undefined).toBe(dueS);
    expect('dueS' in to).toBe(dueS !== undefined);
  });
});

describe('several at once', () => {
  const REVERSE = { op: 'reverse', paymentSequence: 1, reason: 1 } as const;

  test('copies of a PAY that was not sent yet: one of them sends it', async () => {
    rig.model.faults = ['unreachable'];
    await rig.world.ask(1, codePay());
    const answers = await Promise.all([1, 2, 3].map(() => rig.world.ask(1, codePay())));
    expect(rig.model.calls).toEqual(['pay', 'pay']);
    expect(answers.map(({ code }) => code).toSorted()).toEqual([
      'approved',
      'in_progress',
      'in_progress',
    ]);
  });

  test('copies of a PAY that is due: one of them asks', async () => {
    rig.model.faults = ['lost'];
    await rig.world.ask(1, codePay());
    rig.world.nowMs += 4_000;
    await Promise.all([1, 2, 3].map(() => rig.world.ask(1, codePay())));
    expect(rig.model.calls).toEqual(['pay', 'query']);
  });

  test('a REVERSE while the charge is under way: what was charged goes back', async () => {
    const { pay: charge } = rig.model;
    rig.model.pay = async (asked, budgetMs) => {
      expect((await rig.world.ask(2, REVERSE)).code).toBe('outcome_unknown');
      return charge(asked, budgetMs);
    };
    expect((await rig.world.ask(1, codePay())).code).toBe('in_progress');
    expect(rig.model.takenMinor()).toBe(100);
    rig.world.nowMs += 15_000;
    expect(await rig.janitor()).toBe(1);
    expect(rig.model.takenMinor()).toBe(0);
    expect((await rig.world.ask(1, codePay())).code).toBe('already_voided');
  });

  test('a REFUND that follows another: whoever still thinks of the first leaves the second alone', async () => {
    const refund = { op: 'refund', paymentSequence: 1 } as const;
    await rig.world.ask(1, codePay());
    rig.model.faults = ['lost'];
    await rig.world.ask(2, { ...refund, amountMinor: 60 });
    rig.world.nowMs += 3_000;
    const stale = (await store.readRecord(KEY)) ?? never();
    await rig.world.ask(2, { ...refund, amountMinor: 60 });
    rig.model.faults = ['dropped'];
    await rig.world.ask(3, { ...refund, amountMinor: 40 });
    rig.world.nowMs += 3_000;
    await advance(rig.world.deps, stale);
    expect(await store.readRecord({ ...KEY, sequence: 3 })).toMatchObject({ code: 'in_progress' });
    expect(rig.model.takenMinor()).toBe(40);
    expect((await rig.world.ask(3, { ...refund, amountMinor: 40 })).code).toBe('approved');
    expect(rig.model.takenMinor()).toBe(0);
  });

  test('a copy that sends while the janitor gives up what was never sent: the janitor leaves it', async () => {
    rig.model.faults = ['unreachable'];
    await rig.world.ask(1, codePay());
    const stale = (await store.readRecord(KEY)) ?? never();
    rig.world.nowMs += 20_001;
    rig.model.faults = ['waits'];
    await rig.world.ask(1, codePay());
    const left = await advance(rig.world.deps, stale);
    expect(left).toMatchObject({ code: 'in_progress', payment: { state: 'in_progress' } });
  });
});

describe('what is recorded first', () => {
  test('has no line, no answer and no end, and is looked at once it is late', async () => {
    let first: RequestRecord | undefined;
    Object.assign(rig.world.deps, {
      store: {
        ...store,
        book: async (booking: Parameters<typeof store.book>[0]) => {
          first = booking.record;
          return store.book(booking);
        },
      },
    });
    await rig.world.ask(1, codePay());
    expect(first).toEqual({
      key: KEY,
      op: 'pay',
      digest: digestOf(codePay()),
      code: 'in_progress',
      decidedAtS: NOON_S,
      evidence: {
        identifierKind: 'wechat.code',
        entryMode: 3,
        waitedMs: 0,
        items: ['LIP-01*1@3=100'],
      },
      lines: [],
      payment: {
        state: 'in_progress',
        revision: 0,
        amountMinor: 100,
        postedMinor: 0,
        refundedMinor: 0,
        currency: 410,
        user: '',
        merchant: 'm-1',
        dueS: NOON_S + 21,
        provider: {
          name: 'wechat',
          lateAfterMs: NOW_MS + 20_000,
          open: { what: 'charge', asked: 0 },
        },
      },
    });
  });
});

describe('nothing is known yet', () => {
  test('where the provider does not say when to ask: after the time of the call', async () => {
    rig.model.pay = async () => ({ outcome: 'pending' });
    await rig.world.ask(1, codePay());
    expect((await store.readRecord(KEY))?.payment?.dueS).toBe(NOON_S + 3);
  });

  test.each([
    ['at the deadline: asked again', 20_000, 'charge'],
    ['one millisecond later: dropped', 20_001, 'drop'],
  ] as const)('%s', async (_when, waitMs, what) => {
    rig.model.faults = ['dropped', 'none', 'dropped'];
    await rig.world.ask(1, codePay());
    rig.world.nowMs += waitMs;
    await rig.janitor();
    expect((await store.readRecord(KEY))?.payment?.provider?.open?.what).toBe(what);
  });

  test('and nothing expires that is posted or has something open', async () => {
    await rig.world.ask(1, codePay());
    const posted = (await store.readRecord(KEY)) ?? never();
    expect(await expireHold(rig.world.deps, posted)).toBe(posted);
    const busy = openRecord({ what: 'reverse', asked: 0, by: BY }, { state: 'held' });
    expect(await expireHold(rig.world.deps, busy)).toBe(busy);
    expect(rig.model.calls).toEqual(['pay']);
  });
});

describe('what cannot be cancelled any more', () => {
  test.each([
    ['by the number of its REVERSE', 'reverse', '1001-1-2'],
    ['by a number of its own where nobody asked for it', 'expire', '1001-1-1-v'],
  ] as const)('is refunded %s', async (_how, what, refundKey) => {
    await rig.world.ask(1, codePay({ mode: 'hold' }));
    rig.model.cancels = false;
    if (what === 'reverse') {
      await rig.world.ask(2, { op: 'reverse', paymentSequence: 1, reason: 1 });
    } else {
      rig.world.nowMs += 900_000;
      await rig.janitor();
    }
    expect([...(rig.model.charges.get('1001-1-1')?.refunds ?? [])]).toEqual([[refundKey, 100]]);
  });

  test('waits while it is not known whether it was refunded', async () => {
    await rig.world.ask(1, codePay());
    rig.model.cancels = false;
    rig.model.faults = ['none', 'dropped'];
    const reverse = { op: 'reverse', paymentSequence: 1, reason: 1 } as const;
    expect((await rig.world.ask(2, reverse)).code).toBe('outcome_unknown');
    rig.world.nowMs += 3_000;
    expect((await rig.world.ask(2, reverse)).code).toBe('approved');
  });
});

test('a provider that throws has told nothing', async () => {
  rig.model.faults = ['throws'];
  expect((await rig.world.ask(1, codePay())).code).toBe('in_progress');
  rig.world.nowMs += 20_001;
  expect(await rig.janitor()).toBe(1);
  expect((await rig.world.ask(1, codePay())).code).toBe('too_late');
});

describe('what was proven', () => {
  test('of a REFUND that the table refuses by now is its refusal', () => {
    const step = stepOf(
      openRecord({ what: 'refund', asked: 1, by: BY, amountMinor: 1 }, { state: 'refunded' }),
    );
    expect(done(step, NOW_MS)).toMatchObject({
      to: { state: 'refunded', revision: 1 },
      decides: { key: BY, code: 'limit_exceeded', lines: [] },
    });
  });

  test('of a REVERSE of what has expired moves nothing', () => {
    const step = stepOf(openRecord({ what: 'reverse', asked: 1, by: BY }, { state: 'expired' }));
    expect(done(step, NOW_MS)).toMatchObject({ to: { state: 'voided' }, decides: { lines: [] } });
  });
});

describe('the janitor', () => {
  test('asks about a few at once, counts what came to rest, and begins nothing once its time is over', async () => {
    const due = Array.from({ length: RESOLVE_AT_ONCE + 1 }, (_, at) => {
      const record = openRecord({ what: 'charge', asked: 0 });
      return { ...record, key: { ...KEY, sequence: at + 1 }, digest: new Uint8Array() };
    });
    for (const record of due) {
      await store.book({ record });
    }
    const deps = {
      ...rig.world.deps,
      cases: store,
      clock: { nowMs: () => NOW_MS + (rig.model.calls.length < RESOLVE_AT_ONCE ? 0 : 1) },
    };
    rig.model.faults = ['lost'];
    expect(await resolvePending(deps, due, NOW_MS + 1)).toBe(0);
    expect(rig.model.calls).toEqual(Array(RESOLVE_AT_ONCE).fill('query'));
  });

  test('asks about all others where one fails, and tells of the failure', async () => {
    const due = [1, 2].map((sequence) => ({
      ...openRecord({ what: 'charge', asked: 0 }),
      key: { ...KEY, sequence },
      digest: new Uint8Array(),
    }));
    const [, second] = due;
    await store.book({ record: second ?? never() });
    await expect(resolvePending({ ...rig.world.deps, cases: store }, due)).rejects.toThrow(
      'store_contended',
    );
    expect(rig.model.calls).toEqual(['query']);
  });
});

describe('a copy', () => {
  test('of a REFUND whose PAY was archived meanwhile is undecided', async () => {
    await rig.world.ask(1, codePay());
    const request = { op: 'refund', paymentSequence: 1, amountMinor: 30 } as const;
    rig.model.faults = ['lost'];
    await rig.world.ask(2, request);
    const { deps } = rig.world;
    const waiting = (await store.readRecord(BY)) ?? never();
    Object.assign(deps, {
      store: {
        ...store,
        readPayment: async () => ({ terminal: undefined, record: undefined }),
        readRecord: async () => undefined,
        book: async () => ({ outcome: 'recorded', record: waiting }),
      },
    });
    expect((await rig.world.ask(2, request)).code).toBe('in_progress');
  });

  test('of a PAY that was approved without a code for the receipt has none', async () => {
    const { payment, ...record } = openRecord({ what: 'charge', asked: 0 });
    const approved = { ...record, code: 'approved', digest: digestOf(codePay()) } as const;
    await store.book({
      record: { ...approved, payment: { ...(payment ?? never()), state: 'posted' } },
    });
    const { reply } = await rig.world.ask(1, codePay());
    expect(reply).toMatchObject({ code: 'approved', amountMinor: 100 });
    expect(reply.authorisation).toBeUndefined();
  });

  test('is about the PAY that it names, and a PAY about itself', () => {
    const about = { op: 'refund', paymentSequence: 1 } as const;
    expect(paymentKey({ key: BY, request: about })).toEqual(KEY);
    expect(paymentKey({ key: BY, request: { ...about, paymentKeyVersion: 3 } })).toEqual({
      ...KEY,
      keyVersion: 3,
    });
    expect(paymentKey({ key: BY, request: pay() })).toEqual(BY);
  });
});
