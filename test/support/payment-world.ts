/** A small world to pay in: terminal 1001 in KR, users, cards, products; time and randomness in the test's hand. */
import { createHash, createHmac } from 'node:crypto';
import { createIdentifierHasher, type IdentifierHasher } from '#core/identifier-hasher.ts';
import type { Inbound, Outcome, ProcessDeps } from '#core/inbound.ts';
import type { PaymentStore, SeedStore } from '#core/ports.ts';
import { processRequest } from '#core/process-request.ts';
import type { IdentifierEntry, Terminal } from '#core/records.ts';
import type { Sheet } from '#core/sheet.ts';
import type { Reply } from '#protocol/reply.ts';
import type { PayRequest, Request } from '#protocol/request.ts';

/** Monday 2026-11-23 12:00:00 in Seoul. */
export const NOON_S = 1_795_402_800;
export const KRW = 410;
/** Check characters by ISO/IEC 7064 MOD 37,36, worked out independently of the code under test. */
export const RICH_CARD: string = icCard('00000000001');
export const POOR_CARD: string = icCard('00000000002');
export const PHONE = '+821012345678';
export const PIN = '4711';
export const HANDLE = '000000042';

/** By key and data: models ask for the same few thousands of times. */
const hashed = new Map<string, Uint8Array>();
const hmac = (key: Uint8Array, data: Uint8Array): Uint8Array => {
  const name = [key, data].map((bytes) => Buffer.from(bytes).toString('base64')).join(' ');
  const known = hashed.get(name) ?? createHmac('sha256', key).update(data).digest();
  hashed.set(name, known);
  return known;
};

export const hasher: IdentifierHasher = createIdentifierHasher({
  crypto: {
    sha256: (data) => createHash('sha256').update(data).digest(),
    hmacSha256: hmac,
    macKey: () => {
      throw new Error('no frames in these tests');
    },
  },
  pepper: new Uint8Array(32).fill(1),
  codeMaster: new Uint8Array(32).fill(2),
});

export const TERMINAL: Terminal = {
  id: 1001,
  status: 'active',
  merchant: 'm-1',
  region: 'KR',
  keyVersionMin: 1,
  sequenceFloors: {},
};

export const LIP: Sheet = {
  sku: 'LIP-01',
  region: 'KR',
  name: 'Lipstick',
  version: 3,
  unitPriceMinor: 100,
  currency: KRW,
  windows: [],
};

const ENTRY: IdentifierEntry = {
  user: 'rich',
  maskedName: 'R**',
  locale: 'ko-KR',
  kind: 'ic.card',
  entryModes: [1, 5, 7],
  failures: 0,
};

export const seedWorld = async (store: SeedStore, balanceMinor = 1_000): Promise<void> => {
  await store.putTerminal(TERMINAL);
  const user = { name: 'Test', locale: 'ko-KR', currency: KRW, atS: NOON_S };
  await store.putUser({ ...user, user: 'rich', balanceMinor });
  await store.putUser({ ...user, user: 'poor', balanceMinor: 0 });
  await store.putIdentifier(hasher.identifier('ic.card', RICH_CARD), ENTRY);
  await store.putIdentifier(hasher.identifier('ic.card', POOR_CARD), { ...ENTRY, user: 'poor' });
  await store.putIdentifier(hasher.identifier('phone', PHONE), {
    ...ENTRY,
    kind: 'phone',
    entryModes: [1],
    secondFactor: hasher.secondFactor('phone', PHONE, PIN),
  });
  await store.putIdentifier(hasher.identifier('own.code', HANDLE), {
    ...ENTRY,
    kind: 'own.code',
    entryModes: [1, 3],
    codeVersion: 1,
  });
  await store.putSheet(LIP);
};

export const pay = (change: Partial<PayRequest> = {}): PayRequest => ({
  op: 'pay',
  identifier: RICH_CARD,
  entryMode: 7,
  amountMinor: 100,
  currency: KRW,
  items: [{ sku: 'LIP-01', quantity: 1, unitPriceMinor: 100 }],
  deadlineMs: 20_000,
  mode: 'sale',
  ...change,
});

export interface World {
  readonly deps: ProcessDeps;
  nowMs: number;
  readonly slept: number[];
  /** Sends one request under a sequence number; the answer is its reply as JSON. */
  ask(sequence: number, request: Request, change?: Partial<Inbound>): Promise<Answered>;
}

export type Answered = Outcome & { readonly reply: Reply };

export const createWorld = (
  store: PaymentStore,
  more: Pick<ProcessDeps, 'providers'> = {},
): World => {
  let drawn = 0;
  const world: World = {
    nowMs: NOON_S * 1000,
    slept: [],
    deps: {
      ...more,
      store,
      identifiers: hasher,
      clock: { nowMs: () => world.nowMs },
      timers: {
        sleep: async (ms) => {
          world.slept.push(ms);
          world.nowMs += ms;
        },
      },
      random: {
        below: (bound) => {
          drawn += 1;
          return (drawn * 7) % bound;
        },
      },
    },
    ask: async (sequence, request, change = {}) => {
      const outcome = await processRequest(world.deps, {
        key: { terminal: 1001, keyVersion: 1, sequence },
        digest: digestOf(request),
        request,
        stored: false,
        receivedAtMs: world.nowMs,
        region: 'KR',
        hello: {},
        encode: (reply) => new TextEncoder().encode(JSON.stringify(reply)),
        ...change,
      });
      return { ...outcome, reply: JSON.parse(new TextDecoder().decode(outcome.answer)) as Reply };
    },
  };
  return world;
};

const digests = new WeakMap<Request, Uint8Array>();
export const digestOf = (request: Request): Uint8Array => {
  const known =
    digests.get(request) ??
    new Uint8Array(createHash('sha256').update(JSON.stringify(request)).digest());
  digests.set(request, known);
  return known;
};

/** Tries every check character with the textbook recurrence of the hybrid system. */
export function icCard(serial: string): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  let p = 36;
  for (const c of serial) {
    let s = p + alphabet.indexOf(c);
    s = s > 36 ? s - 36 : s;
    p = (s * 2) % 37;
  }
  const check = (((1 - p) % 36) + 36) % 36;
  return `IC${serial}${alphabet[check] ?? ''}`;
}
