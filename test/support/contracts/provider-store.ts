/** Payments that a provider carries, from the first question to the last; run against memory and DynamoDB alike. */
import { beforeEach, describe, expect, test } from 'vitest';
import { auditLedger } from '#core/audit-ledger.ts';
import type { JournalLine } from '#core/records.ts';
import type { RefundRequest } from '#protocol/request.ts';
import { NOON_S, TERMINAL } from '../payment-world.ts';
import {
  codePay,
  createProviderWorld,
  DEADLINE_MS,
  type ProviderWorld,
  wechatCode,
} from '../provider-world.ts';
import type { StoreUnderTest } from './payment-store.ts';

const HOLD_MS = 900_000;
const line = (account: string, amountMinor: number): JournalLine => ({ account, amountMinor });
const REVERSE = { op: 'reverse', paymentSequence: 1, reason: 1 } as const;
const CONFIRM = { op: 'confirm', paymentSequence: 1 } as const;
const refund = (amountMinor: number): RefundRequest => ({
  op: 'refund',
  paymentSequence: 1,
  amountMinor,
});

export const providerStoreContract = (create: () => Promise<StoreUnderTest>): void => {
  let under: StoreUnderTest;
  let rig: ProviderWorld;
  const key = (sequence: number) => ({ terminal: 1001, keyVersion: 1, sequence });
  const recordOf = (sequence: number) => under.store.readRecord(key(sequence));
  const stateOf = async (sequence = 1) => (await recordOf(sequence))?.payment?.state;
  /** Of all records and entries, by account. */
  const sums = async (): Promise<Readonly<Record<string, number>>> => {
    const { records, entries } = await under.readLedger();
    const all: Record<string, number> = {};
    for (const { account, amountMinor } of [...records, ...entries].flatMap(({ lines }) => lines)) {
      all[account] = (all[account] ?? 0) + amountMinor;
    }
    return all;
  };
  beforeEach(async () => {
    under = await create();
    rig = await createProviderWorld(under);
  });
  const booksAgree = async (): Promise<void> => {
    expect(auditLedger(await under.readLedger()).violations).toEqual([]);
    expect(((await sums())['provider:wechat'] ?? 0) + rig.model.takenMinor()).toBe(0);
  };

  describe('a sale with a code of a provider', () => {
    test('is charged there once, and answered the same for ever', async () => {
      const { world, model } = rig;
      const first = await world.ask(1, codePay());
      expect(first).toMatchObject({ code: 'approved', replayed: false });
      expect(first.reply).toMatchObject({ amountMinor: 100, serverTimeS: NOON_S });
      expect(first.reply.authorisation).toMatch(/^[0-9A-Z]{6}$/);
      world.nowMs += 3_600_000;
      const again = await world.ask(1, codePay());
      expect(again.replayed).toBe(true);
      expect([...again.answer]).toEqual([...first.answer]);
      expect(model.calls).toEqual(['pay']);
      const record = await recordOf(1);
      expect(record?.lines).toEqual([line('provider:wechat', -100), line('merchant:m-1', 100)]);
      expect(record?.payment).toMatchObject({ state: 'posted', user: '', postedMinor: 100 });
      expect(JSON.stringify(await under.readLedger())).not.toContain(wechatCode(1));
      await booksAgree();
    });

    test('is 1 where the terminal has no such provider, and where the system has none', async () => {
      await under.seed.putTerminal({ ...TERMINAL, providers: ['alipay'] });
      expect((await rig.world.ask(1, codePay())).code).toBe('identifier_unknown');
      await under.seed.putTerminal(TERMINAL);
      expect((await rig.world.ask(2, codePay())).code).toBe('identifier_unknown');
      await under.seed.putTerminal({ ...TERMINAL, providers: ['wechat', 'alipay'] });
      const alipay = codePay({ identifier: '2800000000000000' });
      expect((await rig.world.ask(3, alipay)).code).toBe('identifier_unknown');
      expect(rig.model.calls).toEqual([]);
    });

    test('is judged by our rules first', async () => {
      const dear = codePay({
        amountMinor: 90,
        items: [{ sku: 'LIP-01', quantity: 1, unitPriceMinor: 90 }],
      });
      expect((await rig.world.ask(1, dear)).reply).toMatchObject({
        code: 'price_changed',
        detail: 100,
      });
      expect((await rig.world.ask(2, codePay({ entryMode: 1 }))).code).toBe('not_permitted');
      expect(rig.model.calls).toEqual([]);
    });

    test('that the terminal stored while offline is 16: codes live for a minute', async () => {
      await under.seed.putTerminal({
        ...TERMINAL,
        providers: ['wechat'],
        storedSales: { amountMinorMax: 1_000, ageSMax: 3_600 },
      });
      const sold = codePay({ deviceTimeS: NOON_S });
      expect((await rig.world.ask(1, sold, { stored: true })).code).toBe('not_permitted');
      expect(rig.model.calls).toEqual([]);
    });

    test('that the provider declines has its code, and moves nothing', async () => {
      rig.model.faults = ['declines'];
      const first = await rig.world.ask(1, codePay());
      expect(first.code).toBe('insufficient_funds');
      expect([...(await rig.world.ask(1, codePay())).answer]).toEqual([...first.answer]);
      expect(await stateOf()).toBe('declined');
      await booksAgree();
    });

    test('is 129 while the customer is asked, and the next copy learns the outcome', async () => {
      const { world, model } = rig;
      model.faults = ['waits'];
      const waiting = await world.ask(1, codePay());
      expect(waiting.reply).toMatchObject({ code: 'in_progress', retryAfterMs: 2_000 });
      expect(await stateOf()).toBe('in_progress');
      const status = await world.ask(9, { op: 'status', paymentSequence: 1 });
      expect(status.reply.state).toBe('in_progress');
      // The provider asked for 4 s: before that nobody asks.
      world.nowMs += 3_999;
      expect((await world.ask(1, codePay())).code).toBe('in_progress');
      expect(model.calls).toEqual(['pay']);
      model.buyersSay(true);
      world.nowMs += 1;
      expect((await world.ask(1, codePay())).code).toBe('approved');
      expect(model.calls).toEqual(['pay', 'query']);
      await booksAgree();
    });

    test('that the janitor settles is answered by the first copy that asks', async () => {
      const { world, model, janitor } = rig;
      model.faults = ['lost'];
      expect((await world.ask(1, codePay())).code).toBe('in_progress');
      world.nowMs += 3_000;
      expect(await janitor()).toBe(1);
      const record = await recordOf(1);
      expect(record).toMatchObject({ code: 'approved', decidedAtS: NOON_S + 3 });
      expect(record?.answer).toBeUndefined();
      world.nowMs += 600_000;
      const first = await world.ask(1, codePay());
      expect(first.reply).toMatchObject({
        code: 'approved',
        amountMinor: 100,
        authorisation: record?.authorisation,
        serverTimeS: NOON_S + 3,
      });
      expect([...(await world.ask(1, codePay())).answer]).toEqual([...first.answer]);
      expect((await world.ask(1, codePay({ deadlineMs: 1 }))).code).toBe('conflict');
      await booksAgree();
    });

    test('is 130 where nothing was sent, and the same number asked again may try again', async () => {
      const { world, model } = rig;
      model.faults = ['unreachable'];
      expect((await world.ask(1, codePay())).code).toBe('provider_unreachable');
      world.nowMs += 600_000;
      expect((await world.ask(1, codePay())).code).toBe('approved');
      expect(model.calls).toEqual(['pay', 'pay']);
      await booksAgree();
    });

    test('that was never sent ends as 17, without a question, and not one second before', async () => {
      const { world, model, janitor } = rig;
      model.faults = ['unreachable'];
      await world.ask(1, codePay());
      world.nowMs += DEADLINE_MS;
      await janitor();
      expect(await stateOf()).toBe('in_progress');
      world.nowMs += 1_000;
      expect(await janitor()).toBe(1);
      expect((await world.ask(1, codePay())).code).toBe('too_late');
      expect(model.calls).toEqual(['pay']);
    });

    test('that never reached the provider is cancelled there before it is 17', async () => {
      const { world, model, janitor } = rig;
      model.faults = ['delayed'];
      await world.ask(1, codePay());
      world.nowMs += DEADLINE_MS + 1;
      expect(await janitor()).toBe(1);
      expect(model.calls).toEqual(['pay', 'query', 'cancel']);
      // The charge arrives after all: it is closed already.
      model.deliver();
      expect((await world.ask(1, codePay())).code).toBe('too_late');
      await booksAgree();
    });

    test.each([
      ['in the last millisecond is approved', DEADLINE_MS, 'approved', 100],
      ['one millisecond later is cancelled', DEADLINE_MS + 1, 'too_late', 0],
    ] as const)('that is found approved %s (I16)', async (_when, waitMs, code, taken) => {
      const { world, model, janitor } = rig;
      model.faults = ['lost'];
      await world.ask(1, codePay());
      world.nowMs += waitMs;
      expect(await janitor()).toBe(1);
      expect((await world.ask(1, codePay())).code).toBe(code);
      expect(model.takenMinor()).toBe(taken);
      await booksAgree();
    });

    test('that was charged with another amount is given back, and 16', async () => {
      const { world, model, janitor } = rig;
      const { pay } = model;
      model.pay = (charge, budgetMs) => pay({ ...charge, amountMinor: 99 }, budgetMs);
      expect((await world.ask(1, codePay())).code).toBe('in_progress');
      world.nowMs += 15_000;
      expect(await janitor()).toBe(1);
      expect((await world.ask(1, codePay())).code).toBe('not_permitted');
      await booksAgree();
    });

    test('whose outcome stays unknown is given up after as many questions as the provider allows', async () => {
      const { world, model, janitor } = rig;
      model.faults = ['waits'];
      await world.ask(1, codePay({ deadlineMs: 60_000 }));
      for (let question = 1; question <= 4; question += 1) {
        world.nowMs += 4_000;
        expect(await janitor()).toBe(question === 4 ? 1 : 0);
      }
      expect(model.calls).toEqual(['pay', 'query', 'query', 'query', 'query', 'cancel']);
      expect((await world.ask(1, codePay({ deadlineMs: 60_000 }))).code).toBe('too_late');
    });

    test('is cancelled no sooner than the provider allows', async () => {
      const { world, model, janitor } = rig;
      const brief = codePay({ deadlineMs: 5_000 });
      model.faults = ['dropped'];
      await world.ask(1, brief);
      world.nowMs += 5_001;
      await janitor();
      world.nowMs = NOON_S * 1000 + 14_999;
      await janitor();
      expect(model.calls).toEqual(['pay', 'query']);
      world.nowMs += 1;
      expect(await janitor()).toBe(1);
      expect(model.calls).toEqual(['pay', 'query', 'cancel']);
    });
  });

  describe('REVERSE', () => {
    test('of a payment in progress is 131 until it is proven that nothing is charged', async () => {
      const { world, model, janitor } = rig;
      model.faults = ['lost'];
      await world.ask(1, codePay());
      const first = await world.ask(2, REVERSE);
      expect(first.reply).toMatchObject({ code: 'outcome_unknown', retryAfterMs: 2_000 });
      expect(await recordOf(2)).toBeUndefined();
      // A copy of the PAY is no way around it.
      expect((await world.ask(1, codePay())).code).toBe('in_progress');
      world.nowMs += 15_000;
      model.faults = ['dropped'];
      expect((await world.ask(2, REVERSE)).code).toBe('outcome_unknown');
      world.nowMs += 3_000;
      expect(await janitor()).toBe(1);
      expect((await world.ask(2, REVERSE)).code).toBe('approved');
      expect((await world.ask(1, codePay())).code).toBe('already_voided');
      expect(await stateOf()).toBe('voided');
      await booksAgree();
    });

    test('alone drops a charge: a REFUND or a CONFIRM that comes too early does not', async () => {
      const { world, model } = rig;
      model.faults = ['waits'];
      await world.ask(1, codePay());
      expect((await world.ask(2, refund(10))).code).toBe('in_progress');
      expect((await world.ask(3, CONFIRM)).code).toBe('in_progress');
      model.buyersSay(true);
      world.nowMs += 4_000;
      expect((await world.ask(1, codePay())).code).toBe('approved');
      expect((await world.ask(2, refund(10))).code).toBe('approved');
    });

    test('of a payment that was never sent voids it at once', async () => {
      rig.model.faults = ['unreachable'];
      await rig.world.ask(1, codePay());
      expect((await rig.world.ask(2, REVERSE)).code).toBe('approved');
      expect((await rig.world.ask(1, codePay())).code).toBe('already_voided');
      expect(rig.model.calls).toEqual(['pay']);
    });

    test('of a posted sale gives the money back at the provider first', async () => {
      const { world, model } = rig;
      await world.ask(1, codePay());
      model.faults = ['lost'];
      expect((await world.ask(2, REVERSE)).code).toBe('outcome_unknown');
      // Until then the sale stands, and another REVERSE or a REFUND waits as well.
      expect(await stateOf()).toBe('posted');
      expect((await world.ask(3, { ...REVERSE, reason: 4 })).code).toBe('outcome_unknown');
      expect((await world.ask(4, refund(10))).code).toBe('in_progress');
      expect((await world.ask(2, { ...REVERSE, reason: 4 })).code).toBe('conflict');
      world.nowMs += 3_000;
      const done = await world.ask(2, REVERSE);
      expect(done.code).toBe('approved');
      expect([...(await world.ask(2, REVERSE)).answer]).toEqual([...done.answer]);
      expect((await recordOf(2))?.lines).toEqual([
        line('provider:wechat', 100),
        line('merchant:m-1', -100),
      ]);
      expect((await world.ask(3, { ...REVERSE, reason: 4 })).code).toBe('approved');
      expect(await sums()).toMatchObject({ 'provider:wechat': 0, 'merchant:m-1': 0 });
      await booksAgree();
    });

    test('after a refund of a part refunds the rest', async () => {
      await rig.world.ask(1, codePay());
      expect((await rig.world.ask(2, refund(30))).reply.amountMinor).toBe(30);
      expect((await rig.world.ask(3, REVERSE)).code).toBe('approved');
      expect(rig.model.calls).toEqual(['pay', 'refund', 'refund']);
      expect(rig.model.takenMinor()).toBe(0);
      await booksAgree();
    });

    test('is a refund where the provider cannot cancel any more, and 16 where it does neither', async () => {
      const { world, model } = rig;
      model.cancels = false;
      await world.ask(1, codePay());
      expect((await world.ask(2, REVERSE)).code).toBe('approved');
      expect(model.calls).toEqual(['pay', 'cancel', 'refund']);
      model.refunds = false;
      await world.ask(3, codePay({ identifier: wechatCode(3) }));
      const refused = await world.ask(4, { ...REVERSE, paymentSequence: 3 });
      expect(refused.code).toBe('not_permitted');
      expect(await stateOf(3)).toBe('posted');
      expect([...(await world.ask(4, { ...REVERSE, paymentSequence: 3 })).answer]).toEqual([
        ...refused.answer,
      ]);
      await booksAgree();
    });
  });

  describe('REFUND', () => {
    test('happens once however often it is asked, and its record stands before the provider is told', async () => {
      const { world, model } = rig;
      await world.ask(1, codePay());
      model.faults = ['lost'];
      expect((await world.ask(2, refund(30))).code).toBe('in_progress');
      expect(await recordOf(2)).toMatchObject({ code: 'in_progress', lines: [] });
      expect((await world.ask(2, refund(31))).code).toBe('conflict');
      world.nowMs += 3_000;
      const done = await world.ask(2, refund(30));
      expect(done.reply).toMatchObject({ code: 'approved', amountMinor: 30 });
      expect([...(await world.ask(2, refund(30))).answer]).toEqual([...done.answer]);
      expect(model.takenMinor()).toBe(70);
      expect(await recordOf(1)).toMatchObject({
        payment: { state: 'partly_refunded', refundedMinor: 30 },
      });
      expect((await world.ask(3, refund(71))).code).toBe('limit_exceeded');
      expect((await world.ask(4, refund(70))).code).toBe('approved');
      expect(await stateOf()).toBe('refunded');
      await booksAgree();
    });

    test('that the provider declines has its code, and the sale stands', async () => {
      const { world, model } = rig;
      await world.ask(1, codePay());
      model.refunds = false;
      expect((await world.ask(2, refund(30))).code).toBe('not_permitted');
      expect(await stateOf()).toBe('posted');
      await booksAgree();
    });

    test('is 16 one second after the window of the provider', async () => {
      const { world } = rig;
      await world.ask(1, codePay());
      world.nowMs += DEADLINE_MS + 7 * 86_400_000;
      expect((await world.ask(2, refund(30))).code).toBe('approved');
      world.nowMs += 1_000;
      expect((await world.ask(3, refund(30))).code).toBe('not_permitted');
    });
  });

  describe('a hold', () => {
    beforeEach(async () => {
      const held = await rig.world.ask(1, codePay({ mode: 'hold' }));
      expect(held.reply).toMatchObject({ code: 'approved', amountMinor: 100, holdExpiresInS: 900 });
      expect(await sums()).toMatchObject({ 'provider:wechat': -100, suspense: 100 });
    });

    test('is posted whole by CONFIRM, without the provider', async () => {
      expect((await rig.world.ask(2, CONFIRM)).code).toBe('approved');
      expect(await sums()).toMatchObject({
        'provider:wechat': -100,
        suspense: 0,
        'merchant:m-1': 100,
      });
      expect(rig.model.calls).toEqual(['pay']);
      await booksAgree();
    });

    test('is given back by REVERSE', async () => {
      expect((await rig.world.ask(2, REVERSE)).code).toBe('approved');
      expect(await stateOf()).toBe('voided');
      expect(await sums()).toMatchObject({ 'provider:wechat': 0, suspense: 0 });
      await booksAgree();
    });

    test('is posted in part once the rest is back at the customer', async () => {
      const { world, model } = rig;
      model.faults = ['lost'];
      const part = { ...CONFIRM, amountMinor: 60 };
      expect((await world.ask(2, part)).code).toBe('in_progress');
      expect(await stateOf()).toBe('held');
      expect((await world.ask(3, CONFIRM)).code).toBe('in_progress');
      world.nowMs += 3_000;
      const done = await world.ask(2, part);
      expect(done.code).toBe('approved');
      expect([...(await world.ask(2, part)).answer]).toEqual([...done.answer]);
      expect((await recordOf(2))?.lines).toEqual([
        line('provider:wechat', 40),
        line('suspense', -100),
        line('merchant:m-1', 60),
      ]);
      expect((await world.ask(4, refund(61))).code).toBe('limit_exceeded');
      expect((await world.ask(5, REVERSE)).code).toBe('approved');
      expect(model.calls).toEqual(['pay', 'refund', 'refund', 'refund']);
      expect(model.takenMinor()).toBe(0);
      await booksAgree();
    });

    test('of which nothing is kept is given back whole, and needs the provider no more', async () => {
      const { world, model } = rig;
      expect((await world.ask(2, { ...CONFIRM, amountMinor: 0 })).code).toBe('approved');
      expect((await world.ask(3, refund(0))).reply).toMatchObject({
        code: 'approved',
        amountMinor: 0,
      });
      expect((await world.ask(4, REVERSE)).code).toBe('approved');
      expect(model.calls).toEqual(['pay', 'refund']);
      await booksAgree();
    });

    test('of which nothing was kept is reversed within our books', async () => {
      await rig.world.ask(2, { ...CONFIRM, amountMinor: 0 });
      expect((await rig.world.ask(3, REVERSE)).code).toBe('approved');
      expect(await stateOf()).toBe('voided');
      expect(rig.model.calls).toEqual(['pay', 'refund']);
      await booksAgree();
    });

    test('stands where the provider gives nothing back', async () => {
      rig.model.refunds = false;
      expect((await rig.world.ask(2, { ...CONFIRM, amountMinor: 99 })).code).toBe('not_permitted');
      expect((await rig.world.ask(3, { ...CONFIRM, amountMinor: 101 })).code).toBe(
        'limit_exceeded',
      );
      expect((await rig.world.ask(4, { ...CONFIRM, amountMinor: 100 })).code).toBe('approved');
      await booksAgree();
    });

    test('that nobody confirms goes back at the provider, and cannot be had again', async () => {
      const { world, model, janitor } = rig;
      world.nowMs += HOLD_MS - 1;
      await janitor();
      expect(await stateOf()).toBe('held');
      world.nowMs += 1;
      model.faults = ['dropped'];
      expect(await janitor()).toBe(0);
      expect((await world.ask(2, CONFIRM)).code).toBe('in_progress');
      world.nowMs += 3_000;
      expect(await janitor()).toBe(1);
      expect(await stateOf()).toBe('expired');
      expect((await world.ask(2, CONFIRM)).code).toBe('insufficient_funds');
      expect((await world.ask(3, REVERSE)).code).toBe('approved');
      expect(await stateOf()).toBe('voided');
      expect(model.calls).toEqual(['pay', 'cancel', 'cancel']);
      expect(await sums()).toMatchObject({ 'provider:wechat': 0, suspense: 0 });
      await booksAgree();
    });

    test('expires when it would have where its REVERSE was refused', async () => {
      const { world, model, janitor } = rig;
      model.cancels = false;
      model.refunds = false;
      world.nowMs += 60_000;
      expect((await world.ask(2, REVERSE)).code).toBe('not_permitted');
      model.cancels = true;
      world.nowMs += HOLD_MS - 60_001;
      await janitor();
      expect(await stateOf()).toBe('held');
      world.nowMs += 1;
      expect(await janitor()).toBe(1);
      expect(await stateOf()).toBe('expired');
      await booksAgree();
    });
  });
};
