import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { itemBytes, RECORD_BYTES_MAX, recordItem } from '#adapters/dynamodb/record-item.ts';
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import { CONFLICT_TRIES_MAX } from '#core/answering.ts';
import { expireHolds } from '#core/expire-holds.ts';
import type { Inbound } from '#core/inbound.ts';
import { generateCode } from '#core/one-time-code.ts';
import type { IdentifierEntry, Terminal } from '#core/records.ts';
import type { Sheet } from '#core/sheet.ts';
import type { CodeName } from '#protocol/codes.ts';
import { VERSION_MAX } from '#protocol/limits.ts';
import type { PayRequest, Request } from '#protocol/request.ts';
import {
  createWorld,
  HANDLE,
  hasher,
  icCard,
  KRW,
  LIP,
  NOON_S,
  PHONE,
  PIN,
  pay,
  RICH_CARD,
  seedWorld,
  TERMINAL,
  type World,
} from '../../support/payment-world.ts';

let store: MemoryPaymentStore;
let world: World;
beforeEach(async () => {
  store = createMemoryPaymentStore();
  await seedWorld(store);
  world = createWorld(store);
});

const CLOSED: Sheet = {
  ...LIP,
  windows: [{ id: 'w', zone: 'Asia/Seoul', weekly: [{ days: [1], from: '13:00', to: '14:00' }] }],
};

interface Wrong {
  readonly code: CodeName;
  readonly terminal?: Partial<Terminal>;
  readonly card?: Partial<IdentifierEntry>;
  readonly sheet?: Partial<Sheet>;
  readonly pay?: Partial<PayRequest>;
  readonly inbound?: Partial<Inbound>;
}

/** In the order of refusal: each row is wrong in its own way, and every later row may be wrong too. */
const ORDER: readonly Wrong[] = [
  { code: 'terminal_unknown', inbound: { key: { terminal: 9, keyVersion: 1, sequence: 1 } } },
  { code: 'terminal_suspended', terminal: { status: 'suspended' } },
  { code: 'too_late', inbound: { receivedAtMs: NOON_S * 1000 - 20_001 } },
  { code: 'identifier_unknown', pay: { identifier: icCard('99999999999') } },
  { code: 'second_factor_required', card: { failures: 5 } },
  { code: 'identifier_expired', card: { validToS: NOON_S } },
  { code: 'not_permitted', pay: { entryMode: 3 } },
  { code: 'region_not_allowed', card: { regions: ['CN'] } },
  { code: 'second_factor_required', card: { secondFactor: 'ff' } },
  { code: 'region_not_allowed', sheet: { region: 'CN' } },
  { code: 'currency_not_allowed', sheet: { currency: 156 } },
  { code: 'sale_window_closed', sheet: { windows: CLOSED.windows } },
  { code: 'price_changed', sheet: { unitPriceMinor: 120 } },
  { code: 'promotion_invalid', pay: { promotionCode: 'SPRING' } },
  { code: 'approved' },
];

const askWrong = async (rows: readonly Wrong[]): Promise<CodeName> => {
  const all = [...rows].reverse();
  const card = hasher.identifier('ic.card', RICH_CARD);
  const entry: IdentifierEntry = {
    user: 'rich',
    maskedName: 'R**',
    locale: 'ko',
    kind: 'ic.card',
    entryModes: [7],
    failures: 0,
  };
  await store.putTerminal(Object.assign({ ...TERMINAL }, ...all.map((row) => row.terminal)));
  await store.putIdentifier(card, Object.assign({ ...entry }, ...all.map((row) => row.card)));
  const sheet: Sheet = Object.assign({ ...LIP }, ...all.map((row) => row.sheet));
  await store.putSheet({ ...sheet, sku: sheet.region === 'KR' ? 'LIP-01' : 'GONE' });
  const products =
    sheet.region === 'KR' ? {} : { items: [{ sku: 'GONE', quantity: 1, unitPriceMinor: 100 }] };
  const request = Object.assign(pay(products), ...all.map((row) => row.pay));
  const answer = await world.ask(1, request, Object.assign({}, ...all.map((row) => row.inbound)));
  return answer.code;
};

test.each(ORDER.map((row, at) => [row.code, at] as const))(
  '%s is the answer where it is the only fault (rule %i)',
  async (code, at) => {
    expect(await askWrong(ORDER.slice(at, at + 1))).toBe(code);
  },
);
test.each(ORDER.map((row, at) => [row.code, at] as const))(
  '%s outranks all that comes after it (rule %i)',
  async (code, at) => {
    expect(await askWrong(ORDER.slice(at))).toBe(code);
  },
);

test('answers at the last millisecond of the deadline, and not one later (I16)', async () => {
  const receivedAtMs = world.nowMs - 20_000;
  expect((await world.ask(1, pay(), { receivedAtMs })).code).toBe('approved');
  expect((await world.ask(2, pay(), { receivedAtMs: receivedAtMs - 1 })).code).toBe('too_late');
});

describe('when the store is contended', () => {
  test('books again after a bounded pause, and checks the deadline before every attempt', async () => {
    let conflicts = 2;
    world.deps.store.book = new Proxy(store.book, {
      apply: async (book, _self, [booking]) => {
        conflicts -= 1;
        return conflicts >= 0 ? { outcome: 'conflict' } : book(booking);
      },
    });
    world = createWorld(world.deps.store);
    expect((await world.ask(1, pay())).code).toBe('approved');
    expect(world.slept).toHaveLength(2);
    conflicts = 1;
    const late = await world.ask(2, pay(), { receivedAtMs: world.nowMs - 20_000 });
    expect(late.code).toBe('too_late');
    conflicts = CONFLICT_TRIES_MAX;
    await expect(world.ask(3, pay())).rejects.toMatchObject({ code: 'store_contended' });
    conflicts = CONFLICT_TRIES_MAX - 1;
    expect((await world.ask(3, pay())).code).toBe('approved');
  });
});

test('refuses what follows from the bytes without touching the store', async () => {
  world = createWorld({} as MemoryPaymentStore);
  expect((await world.ask(1, pay({ identifier: '4111111111111111' }))).code).toBe(
    'card_number_refused',
  );
  expect((await world.ask(1, pay({ secondFactor: '4111111111111111' }))).code).toBe(
    'card_number_refused',
  );
  expect((await world.ask(1, { op: 'reverse', paymentSequence: 1, reason: 1 })).code).toBe(
    'field_invalid',
  );
});

test('a retired key version and a number below the floor get their code unstored, unless a record exists', async () => {
  await world.ask(1, pay());
  await store.putTerminal({ ...TERMINAL, sequenceFloors: { '1': 5 } });
  expect((await world.ask(1, pay())).code).toBe('approved');
  expect((await world.ask(4, pay())).code).toBe('sequence_too_old');
  expect((await world.ask(5, pay())).code).toBe('approved');
  expect((await world.ask(6, { op: 'reverse', paymentSequence: 2, reason: 1 })).code).toBe(
    'sequence_too_old',
  );
  await store.putTerminal({ ...TERMINAL, keyVersionMin: 2 });
  expect((await world.ask(1, pay())).code).toBe('approved');
  expect((await world.ask(7, pay())).code).toBe('key_version_retired');
  expect((await world.ask(8, { op: 'status', paymentSequence: 1 })).code).toBe(
    'key_version_retired',
  );
});

test('a suspended terminal may end what it began, and begin nothing', async () => {
  await world.ask(1, pay({ mode: 'hold' }));
  await store.putTerminal({ ...TERMINAL, status: 'suspended' });
  expect((await world.ask(1, pay({ mode: 'hold' }))).code).toBe('approved');
  expect((await world.ask(2, { op: 'status', paymentSequence: 1 })).reply.state).toBe('held');
  expect((await world.ask(3, { op: 'confirm', paymentSequence: 1 })).code).toBe('approved');
  expect((await world.ask(4, { op: 'refund', paymentSequence: 1 })).code).toBe(
    'terminal_suspended',
  );
  expect((await world.ask(5, { op: 'reverse', paymentSequence: 1, reason: 4 })).code).toBe(
    'approved',
  );
  expect((await world.ask(6, pay())).code).toBe('terminal_suspended');
  expect((await world.ask(7, { op: 'catalogue', knownVersion: 0 })).code).toBe(
    'terminal_suspended',
  );
});

describe('a stored sale', () => {
  const ask = (
    sequence: number,
    deviceTimeS: number,
    hello: Inbound['hello'] = {},
    amountMinor = 100,
  ) =>
    world.ask(sequence, pay({ deviceTimeS, amountMinor, deadlineMs: 1 }), {
      stored: true,
      hello,
      receivedAtMs: 0,
    });
  test('is refused by default, and judged by its corrected device time where it is allowed', async () => {
    expect((await ask(1, NOON_S)).code).toBe('not_permitted');
    await store.putTerminal({ ...TERMINAL, storedSales: { amountMinorMax: 100, ageSMax: 3_600 } });
    expect((await ask(2, NOON_S - 3_600)).code).toBe('approved');
    expect((await ask(3, NOON_S - 3_601)).code).toBe('not_permitted');
    expect((await ask(4, NOON_S - 3_601, { clockOffsetS: -1 })).code).toBe('approved');
    expect((await ask(5, NOON_S + 301)).code).toBe('not_permitted');
    await store.putSheet(CLOSED);
    expect((await ask(6, NOON_S)).code).toBe('approved');
  });
});

test('an answer outside the window names the opening, and a wrong total the right one', async () => {
  await store.putSheet(CLOSED);
  expect((await world.ask(1, pay())).reply).toMatchObject({
    code: 'sale_window_closed',
    detail: NOON_S + 3_600,
  });
  await store.putSheet({ ...LIP, unitPriceMinor: 120 });
  expect((await world.ask(2, pay())).reply).toMatchObject({ code: 'price_changed', detail: 120 });
});

test('reads the sheets of the region that the terminal has moved to', async () => {
  expect((await world.ask(1, pay(), { region: 'CN' })).code).toBe('approved');
});

test('a wrong one-time code is expired, and counts', async () => {
  const code = generateCode(hasher, { handle: HANDLE, codeVersion: 1, atS: NOON_S - 600 });
  for (let sequence = 1; sequence <= 5; sequence += 1) {
    expect((await world.ask(sequence, pay({ identifier: code, entryMode: 3 }))).code).toBe(
      'identifier_expired',
    );
  }
  expect((await world.ask(6, pay({ identifier: code, entryMode: 3 }))).code).toBe(
    'second_factor_required',
  );
});

test('the line for the customer is in the locale of the terminal', async () => {
  expect(
    (await world.ask(1, pay({ identifier: PHONE, entryMode: 1 }), { hello: { locale: 'en-GB' } }))
      .reply.text,
  ).toBe('PIN needed or wrong');
  expect(
    (
      await world.ask(2, pay({ identifier: PHONE, entryMode: 1, secondFactor: PIN }), {
        hello: { locale: 'zh' },
      })
    ).reply.text,
  ).toBe('谢谢');
});

test('a record keeps how its request came: signal, size, wait, and that somebody else tried to be the terminal', async () => {
  const came = { hello: { signal: 21, contested: true as const }, frameBytes: 69 };
  await world.ask(1, pay(), { ...came, receivedAtMs: world.nowMs - 120 });
  await world.ask(2, pay(), { receivedAtMs: world.nowMs + 5 });
  const told = { waitedMs: 120, frameBytes: 69, signal: 21, contested: true };
  const evidenceOf = (sequence: number) =>
    store.readLedgerFacts().records.find(({ key }) => key.sequence === sequence)?.evidence;
  expect(evidenceOf(1)).toMatchObject(told);
  const evidence = evidenceOf(2);
  expect(evidence?.waitedMs).toBe(0);
  for (const name of ['frameBytes', 'signal', 'contested']) {
    expect(evidence).not.toHaveProperty(name);
  }
});

test('a record stays within one write unit with the largest basket', async () => {
  const items = Array.from({ length: 20 }, (_, at) => ({
    sku: `${'S'.repeat(22)}${at + 10}`,
    quantity: 9_999,
    unitPriceMinor: 1,
  }));
  for (const { sku } of items) {
    await store.putSheet({ ...LIP, sku, unitPriceMinor: 1, version: 1_000_000 });
  }
  const user = 'u'.repeat(36);
  await store.putUser({
    user,
    name: 'x',
    locale: 'ko',
    currency: KRW,
    balanceMinor: 900_000_000_000,
    atS: 0,
  });
  await store.putIdentifier(hasher.identifier('ic.card', RICH_CARD), {
    user,
    maskedName: '\u{1f600}'.repeat(16),
    locale: 'ko',
    kind: 'ic.card',
    entryModes: [7],
    failures: 0,
  });
  await store.putTerminal({ ...TERMINAL, merchant: 'm'.repeat(36) });
  for (const count of [1, 8, 9, 20]) {
    const basket = items.slice(0, count);
    const answer = await world.ask(
      4_294_967_000 + count,
      pay({
        items: basket,
        amountMinor: count * 9_999,
        mode: 'hold',
        catalogueVersion: VERSION_MAX,
      }),
      {
        encode: () => new TextEncoder().encode(JSON.stringify({}).padEnd(220)),
        hello: { signal: 31, contested: true },
        frameBytes: 4_096,
        receivedAtMs: world.nowMs - 10_000,
      },
    );
    expect(answer.code).toBe('approved');
  }
  for (const record of store.readLedgerFacts().records) {
    expect(itemBytes(recordItem(record))).toBeLessThanOrEqual(RECORD_BYTES_MAX);
  }
});

test('pages the catalogue, and starts again where it changed', async () => {
  const items = Array.from({ length: 30 }, (_, at) => ({
    sku: `SKU-${at}`,
    name: 'Name '.repeat(8),
    unitPriceMinor: 5,
    windows: CLOSED.windows,
  }));
  expect((await world.ask(1, { op: 'catalogue', knownVersion: 0 })).code).toBe(
    'region_not_allowed',
  );
  await store.putCatalogue({ region: 'KR', version: 4, currency: KRW, items });
  const seen: string[] = [];
  let cursor: Uint8Array | undefined;
  let knownVersion = 0;
  do {
    const { reply } = await world.ask(1, {
      op: 'catalogue',
      knownVersion: 0,
      ...(cursor ? { cursor } : {}),
    });
    seen.push(...(reply.catalogue?.items ?? []).map(({ sku }) => sku));
    knownVersion = reply.catalogue?.version ?? 0;
    cursor =
      reply.catalogue?.nextCursor && Uint8Array.from(Object.values(reply.catalogue.nextCursor));
  } while (cursor !== undefined);
  expect(seen).toEqual(items.map(({ sku }) => sku));
  expect((await world.ask(1, { op: 'catalogue', knownVersion })).reply.catalogue?.items).toEqual(
    [],
  );
  const stale = new Uint8Array([0, 9, 0, 0, 0, 3, 0, 0, 0, 0]);
  expect(
    (await world.ask(1, { op: 'catalogue', knownVersion: 0, cursor: stale })).reply.catalogue
      ?.items[0],
  ).toEqual({
    sku: 'SKU-0',
    name: 'Name '.repeat(8),
    unitPriceMinor: 5,
    openNow: false,
    nextChangeS: NOON_S + 3_600,
  });
});

interface Step {
  readonly sequence: number;
  readonly about: number;
  readonly kind: 'sale' | 'hold' | 'confirm' | 'reverse' | 'refund' | 'expire';
  readonly amountMinor: number | undefined;
  readonly conflicts: number;
  readonly lostAnswer: boolean;
}

const requestOf = ({ kind, about, amountMinor }: Step): Request => {
  const amount = amountMinor === undefined ? {} : { amountMinor };
  switch (kind) {
    case 'confirm':
    case 'refund':
      return { op: kind, paymentSequence: about, ...amount };
    case 'reverse':
      return { op: kind, paymentSequence: about, reason: 1 };
    default:
      return pay({ mode: kind === 'hold' ? 'hold' : 'sale' });
  }
};

/** Books through injected conflicts, some of which have booked all the same. */
const faultyStore = (real: MemoryPaymentStore) => {
  const faults = { conflicts: 0, lostAnswer: false };
  const store: MemoryPaymentStore = {
    ...real,
    book: async (booking) => {
      if (faults.lostAnswer) {
        faults.lostAnswer = false;
        await real.book(booking);
        return { outcome: 'conflict' };
      }
      faults.conflicts -= 1;
      return faults.conflicts >= 0 ? { outcome: 'conflict' } : real.book(booking);
    },
  };
  return { store, faults };
};

const runSteps = async (steps: readonly Step[]): Promise<void> => {
  const real = createMemoryPaymentStore();
  await seedWorld(real, 250);
  const { store: faulty, faults } = faultyStore(real);
  const one = createWorld(faulty);
  const answers = new Map<string, string>();
  for (const each of steps) {
    Object.assign(faults, { conflicts: each.conflicts, lostAnswer: each.lostAnswer });
    if (each.kind === 'expire') {
      one.nowMs += 900_000;
      await expireHolds({ store: real, clock: one.deps.clock }, 10);
    } else {
      const request = requestOf(each);
      const { reply, code } = await one.ask(each.sequence, request);
      const name = JSON.stringify([each.sequence, request]);
      if (code !== 'conflict' && code !== 'field_invalid') {
        expect(answers.get(name) ?? JSON.stringify(reply)).toBe(JSON.stringify(reply));
        answers.set(name, JSON.stringify(reply));
      }
    }
    expect(real.audit().violations).toEqual([]);
  }
};

test('in any order, doubled and in conflict, money is neither made nor lost and no answer changes', async () => {
  const step: fc.Arbitrary<Step> = fc.record({
    sequence: fc.integer({ min: 1, max: 8 }),
    about: fc.integer({ min: 1, max: 4 }),
    kind: fc.constantFrom('sale', 'hold', 'confirm', 'reverse', 'refund', 'expire'),
    amountMinor: fc.constantFrom(undefined, 40, 100),
    conflicts: fc.integer({ min: 0, max: 3 }),
    lostAnswer: fc.boolean(),
  });
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), runSteps), { numRuns: 500 });
});
