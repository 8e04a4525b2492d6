/** Paying while the pepper of the identifiers changes: functions of before, during and after share one table. */
import { createHash, createHmac } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import { createIdentifierHasher, type IdentifierHasher } from '#core/identifier-hasher.ts';
import type { Outcome } from '#core/inbound.ts';
import { generateCode } from '#core/one-time-code.ts';
import type { PaymentStore } from '#core/ports.ts';
import type { IdentifierEntry } from '#core/records.ts';
import type { PayRequest } from '#protocol/request.ts';
import {
  createWorld,
  HANDLE,
  NOON_S,
  PHONE,
  PIN,
  pay,
  RICH_CARD,
  hasher as seeded,
  seedWorld,
} from '../../support/payment-world.ts';

const OLD = new Uint8Array(32).fill(1);
const NEW = new Uint8Array(32).fill(9);
const withPeppers = (pepper: Uint8Array, previousPepper?: Uint8Array): IdentifierHasher =>
  createIdentifierHasher({
    crypto: {
      sha256: (data) => createHash('sha256').update(data).digest(),
      hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
      macKey: () => {
        throw new Error('no frames in these tests');
      },
    },
    pepper,
    codeMaster: new Uint8Array(32).fill(2),
    ...(previousPepper === undefined ? {} : { previousPepper }),
  });
/** The four steps of docs/operations.md: the secret that a function was started with. */
const BEFORE = withPeppers(OLD);
const PREPARED = withPeppers(OLD, NEW);
const TURNED = withPeppers(NEW, OLD);
const AFTER = withPeppers(NEW);

const CARD: IdentifierEntry = {
  user: 'rich',
  maskedName: 'R**',
  locale: 'ko-KR',
  kind: 'ic.card',
  entryModes: [7],
  failures: 0,
};
const CODE = pay({
  identifier: generateCode(seeded, { handle: HANDLE, codeVersion: 1, atS: NOON_S }),
  entryMode: 3,
});
const withPin = (secondFactor: string): PayRequest =>
  pay({ identifier: PHONE, entryMode: 1, secondFactor });

let store: MemoryPaymentStore;
let queries: Parameters<PaymentStore['readPayFacts']>[0][];
let sequence: number;
beforeEach(async () => {
  store = createMemoryPaymentStore();
  await seedWorld(store);
  queries = [];
  sequence = 0;
});

/** One PAY, in a function that was started with that secret. */
const ask = async (
  identifiers: IdentifierHasher,
  request: PayRequest,
): Promise<Outcome['code']> => {
  const world = createWorld({
    ...store,
    readPayFacts: (query) => {
      queries.push(query);
      return store.readPayFacts(query);
    },
  });
  Object.assign(world.deps, { identifiers });
  sequence += 1;
  return (await world.ask(sequence, request)).code;
};
/** Puts a row under the new pepper, as the rotation does: everything of the old one, the failures too. */
const registerAnew = async (
  kind: string,
  lookup: string,
  change: Partial<IdentifierEntry> = {},
): Promise<void> => {
  const { identifiers } = await store.readPayFacts({
    terminal: 1001,
    identifiers: [BEFORE.identifier(kind, lookup)],
    skus: [],
    region: 'KR',
  });
  await store.putIdentifier(AFTER.identifier(kind, lookup), {
    ...CARD,
    ...identifiers[0],
    ...change,
  });
};

describe('a row that stands under the old pepper', () => {
  test.each([
    ['before', BEFORE, 'approved'],
    ['prepared', PREPARED, 'approved'],
    ['turned', TURNED, 'approved'],
    ['over', AFTER, 'identifier_unknown'],
  ] as const)('pays while the rotation is %s: %s', async (_step, identifiers, code) => {
    expect(await ask(identifiers, pay())).toBe(code);
  });

  test.each([PREPARED, TURNED])(
    'keeps its second factor and its lock (%#)',
    async (identifiers) => {
      expect(await ask(identifiers, withPin(PIN))).toBe('approved');
      for (let guess = 0; guess < 5; guess += 1) {
        expect(await ask(identifiers, withPin('0000'))).toBe('second_factor_required');
      }
      expect(await ask(identifiers, withPin(PIN))).toBe('second_factor_required');
      expect(await ask(BEFORE, withPin(PIN))).toBe('second_factor_required');
    },
  );
});

describe('a row that was put under the new pepper as well', () => {
  test.each([
    ['prepared', PREPARED, 'old'],
    ['turned', TURNED, 'new'],
    ['over', AFTER, 'new'],
  ] as const)('the one under the current pepper counts (%s)', async (_step, identifiers, which) => {
    await store.putUser({
      user: 'other',
      name: 'Test',
      locale: 'ko-KR',
      currency: 410,
      balanceMinor: 0,
      atS: NOON_S,
    });
    await registerAnew('ic.card', RICH_CARD, { user: 'other' });
    expect(await ask(identifiers, pay())).toBe(which === 'new' ? 'insufficient_funds' : 'approved');
  });

  test('takes the second factor of the row it was made from, until the old pepper is gone', async () => {
    await registerAnew('phone', PHONE);
    expect(await ask(TURNED, withPin(PIN))).toBe('approved');
    expect(await ask(TURNED, withPin('0000'))).toBe('second_factor_required');
    expect(await ask(AFTER, withPin(PIN))).toBe('second_factor_required');
    await registerAnew('phone', PHONE, { secondFactor: AFTER.secondFactor('phone', PHONE, PIN) });
    expect(await ask(AFTER, withPin(PIN))).toBe('approved');
  });

  test('stays locked where the old one was, and is locked by guesses of its own', async () => {
    for (let guess = 0; guess < 4; guess += 1) {
      await ask(BEFORE, withPin('0000'));
    }
    await registerAnew('phone', PHONE);
    expect(await ask(TURNED, withPin('0000'))).toBe('second_factor_required');
    expect(await ask(TURNED, withPin(PIN))).toBe('second_factor_required');
  });
});

describe('a one-time code that was spent', () => {
  const steps = [BEFORE, PREPARED, TURNED, AFTER];
  const pairs = steps.flatMap((first, a) =>
    steps.map((then, b) => [a + 1, b + 1, first, then] as const),
  );
  test.each(pairs)('in step %i of a rotation is spent in step %i', async (_a, _b, first, then) => {
    await registerAnew('own.code', HANDLE);
    expect(await ask(first, CODE)).toBe('approved');
    expect(await ask(then, CODE)).toBe('identifier_used');
  });
});

describe('what is read', () => {
  const hashUnder = (pepper: Uint8Array): string =>
    createHmac('sha256', pepper).update(`ic.card\0${RICH_CARD}`).digest('hex');
  test.each([
    ['one pepper', BEFORE, [hashUnder(OLD)]],
    ['two peppers', TURNED, [hashUnder(NEW), hashUnder(OLD)]],
    ['one pepper named twice', withPeppers(OLD, OLD), [hashUnder(OLD)]],
  ])('with %s', async (_which, identifiers, expected) => {
    await ask(identifiers, pay());
    expect(queries.map((query) => query.identifiers)).toEqual([expected]);
  });
});
