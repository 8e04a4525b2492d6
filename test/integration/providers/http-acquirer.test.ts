/** The HTTP acquirer against the simulator, and against servers that break the contract, over the loopback. */
import { createServer, type Server } from 'node:http';
import { describe, expect, test } from 'vitest';
import { REFERENCE_LENGTH_MAX, REFUSALS } from '#adapters/acquirer-http/answers.ts';
import { createHttpAcquirer, type HttpAcquirer } from '#adapters/acquirer-http/http-acquirer.ts';
import { ANSWER_BYTES_MAX } from '#adapters/acquirer-http/json-call.ts';
import { DEFAULT_TIMINGS } from '#core/provider-timings.ts';
import { createFaultPlan, FAULTS } from '#local/acquirer-simulator/faults.ts';
import { type Simulator, startSimulator } from '#local/acquirer-simulator/simulator.ts';
import { LATE_APPROVAL_MS } from '#local/acquirer-simulator/test-codes.ts';
import { listen } from '#local/stand-ins/listen.ts';
import {
  BUDGET_MS,
  chargeOf,
  providerContract,
} from '#test/support/contracts/provider-contract.ts';

const HOST = '127.0.0.1';
const API_KEY = 'a-key-of-tests';

const never = (): AbortSignal => new AbortController().signal;

const acquirerAt = (
  baseUrl: string,
  deadline: (ms: number) => AbortSignal = never,
  apiKey: string = API_KEY,
): HttpAcquirer =>
  createHttpAcquirer({ name: 'wechat', baseUrl, apiKey, timings: DEFAULT_TIMINGS, deadline });

/** An address where nobody listens any more. */
const deadAddress = async (): Promise<string> => {
  const { port, close } = await listen(createServer(), 0, HOST);
  await close();
  return `http://${HOST}:${port}`;
};

const control = async (simulator: Simulator, what: string, body: object): Promise<number> => {
  const { status } = await fetch(`${simulator.url}/control/${what}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}` },
    body: JSON.stringify(body),
  });
  return status;
};

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) {
    await new Promise((resolve) => setImmediate(resolve));
  }
};

interface Rig {
  readonly simulator: Simulator;
  readonly acquirer: HttpAcquirer;
  nowMs: number;
  readonly aborts: AbortController[];
  stop(): Promise<void>;
}

const startRig = async (): Promise<Rig> => {
  const state = { nowMs: 1_000_000 };
  const simulator = await startSimulator({
    port: 0,
    host: HOST,
    apiKey: API_KEY,
    clock: { nowMs: () => state.nowMs },
  });
  const aborts: AbortController[] = [];
  const acquirer = acquirerAt(simulator.url, () => {
    const abort = new AbortController();
    aborts.push(abort);
    return abort.signal;
  });
  return Object.assign(state, {
    simulator,
    acquirer,
    aborts,
    stop: async () => {
      acquirer.close();
      await simulator.close();
    },
  });
};

providerContract(async () => {
  const rig = await startRig();
  return {
    provider: rig.acquirer,
    unreachable: acquirerAt(await deadAddress()),
    fail: async (fault) => {
      expect(await control(rig.simulator, 'faults', { fault })).toBe(200);
    },
    paidCount: rig.simulator.books.paidCount,
    takenMinor: rig.simulator.books.takenMinor,
    expire: async () => {
      await until(() => rig.simulator.books.paidCount() > 0);
      rig.aborts.at(-1)?.abort();
    },
    stop: rig.stop,
  };
});

/** A server that answers everything with this. */
const withServer = async (
  status: number,
  text: string,
  use: (acquirer: HttpAcquirer) => Promise<void>,
): Promise<void> => {
  const server: Server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' });
    response.end(text);
  });
  const { port, close } = await listen(server, 0, HOST);
  const acquirer = acquirerAt(`http://${HOST}:${port}`);
  await use(acquirer);
  acquirer.close();
  await close();
};

const charge = chargeOf();
const refund = { ...charge, refundKey: '1001-1-8', refundMinor: 1_000 };
const paid = { key: '1001-1-7', status: 'paid', amount: 1_234, currency: 978, reference: 'r1' };

describe('an answer that is not as documented', () => {
  test.each([
    ['is of another charge', 200, { ...paid, key: '1001-1-9' }],
    ['is in another currency', 200, { ...paid, currency: 840 }],
    ['has no amount', 200, { ...paid, amount: undefined }],
    ['has a negative amount', 200, { ...paid, amount: -1 }],
    ['has half an amount', 200, { ...paid, amount: 1.5 }],
    ['has no reference', 200, { ...paid, reference: '' }],
    ['has too long a reference', 200, { ...paid, reference: 'r'.repeat(REFERENCE_LENGTH_MAX + 1) }],
    ['has a state of its own', 200, { ...paid, status: 'authorised' }],
    ['is a charge with another status', 201, paid],
    ['is a redirection', 302, {}],
    ['is an error of somebody else', 404, { message: 'no such page' }],
    ['refuses without our code', 400, { error: { code: 'teapot' } }],
  ] as const)('proves nothing where it %s', async (_, status, body) => {
    await withServer(status, JSON.stringify(body), async (acquirer) => {
      expect(await acquirer.pay(charge, BUDGET_MS)).toEqual({ outcome: 'unknown' });
      expect(await acquirer.query(charge, BUDGET_MS)).toEqual({ outcome: 'unknown' });
    });
  });

  test('is taken with a reference as long as it may be', async () => {
    const reference = 'r'.repeat(REFERENCE_LENGTH_MAX);
    await withServer(200, JSON.stringify({ ...paid, reference }), async (acquirer) => {
      expect(await acquirer.pay(charge, BUDGET_MS)).toMatchObject({
        outcome: 'approved',
        reference,
      });
    });
  });

  test('is read to its last permitted byte and not one further', async () => {
    const text = JSON.stringify(paid);
    await withServer(200, text.padEnd(ANSWER_BYTES_MAX), async (acquirer) => {
      expect(await acquirer.pay(charge, BUDGET_MS)).toMatchObject({ outcome: 'approved' });
    });
    await withServer(200, text.padEnd(ANSWER_BYTES_MAX + 1), async (acquirer) => {
      expect(await acquirer.pay(charge, BUDGET_MS)).toEqual({ outcome: 'unknown' });
    });
  });

  test.each([
    ['a cancellation of another charge', 200, { key: '1001-1-9', status: 'cancelled' }],
    ['a cancellation in a state of its own', 200, { key: '1001-1-7', status: 'voided' }],
    ['a question that was not let in', 401, { error: { code: 'unauthorised' } }],
    ['a charge that is not found', 404, { error: { code: 'charge_not_found' } }],
  ] as const)('proves no cancellation by %s', async (_, status, body) => {
    await withServer(status, JSON.stringify(body), async (acquirer) => {
      expect(await acquirer.cancel(charge, BUDGET_MS)).toEqual({ outcome: 'unknown' });
    });
  });

  test.each([
    ['of another key', { key: '1001-1-9', status: 'done', amount: 1_000, reference: 'r' }],
    ['of another amount', { key: '1001-1-8', status: 'done', amount: 999, reference: 'r' }],
    ['in a state of its own', { key: '1001-1-8', status: 'started' }],
  ] as const)('proves no refund by one %s', async (_, body) => {
    await withServer(200, JSON.stringify(body), async (acquirer) => {
      expect(await acquirer.refund(refund, BUDGET_MS)).toEqual({ outcome: 'unknown' });
    });
  });
});

describe('an error of the table', () => {
  const approvedNever = { outcome: 'declined', code: 'not_permitted' };
  const unknown = { outcome: 'unknown' };
  const unreachable = { outcome: 'unreachable' };
  test.each([
    [400, 'invalid_request', approvedNever, unknown, unknown, approvedNever],
    [401, 'unauthorised', approvedNever, unknown, unknown, unknown],
    [403, 'forbidden', approvedNever, unknown, unknown, unknown],
    [404, 'charge_not_found', unknown, { outcome: 'not_found' }, unknown, approvedNever],
    [409, 'conflict', unknown, unknown, unknown, unknown],
    [409, 'in_progress', { outcome: 'pending' }, unknown, unknown, { outcome: 'pending' }],
    [409, 'not_cancellable', unknown, unknown, { outcome: 'refused' }, unknown],
    [429, 'rate_limited', unreachable, unreachable, unreachable, unreachable],
    [500, 'internal', unknown, unknown, unknown, unknown],
    [503, 'rate_limited', unknown, unknown, unknown, unknown],
  ] as const)(
    '%i %s means what it says to each call',
    async (status, code, pay, query, cancel, back) => {
      await withServer(status, JSON.stringify({ error: { code } }), async (acquirer) => {
        expect(await acquirer.pay(charge, BUDGET_MS)).toEqual(pay);
        expect(await acquirer.query(charge, BUDGET_MS)).toEqual(query);
        expect(await acquirer.cancel(charge, BUDGET_MS)).toEqual(cancel);
        expect(await acquirer.refund(refund, BUDGET_MS)).toEqual(back);
      });
    },
  );

  test.each([...Object.entries(REFUSALS), ['toString', 'not_permitted'], ['', 'not_permitted']])(
    'the reason %s is told as %s',
    async (reason, code) => {
      const declined = { key: '1001-1-7', status: 'declined', currency: 978, reason };
      await withServer(200, JSON.stringify(declined), async (acquirer) => {
        expect(await acquirer.pay(charge, BUDGET_MS)).toEqual({ outcome: 'declined', code });
      });
    },
  );
});

describe('the simulator', () => {
  const withRig = async (use: (rig: Rig) => Promise<void>): Promise<void> => {
    const rig = await startRig();
    await use(rig);
    await rig.stop();
  };
  const coded = (end: string) => chargeOf({ code: `1345678901234567${end}` });

  test.each([
    ['11', 'insufficient_funds'],
    ['12', 'limit_exceeded'],
    ['13', 'frequency_exceeded'],
    ['14', 'identifier_expired'],
    ['15', 'identifier_unknown'],
    ['16', 'user_blocked'],
    ['17', 'second_factor_required'],
    ['18', 'not_permitted'],
  ])('declines a code that ends in %s as %s', async (end, code) => {
    await withRig(async ({ acquirer, simulator }) => {
      expect(await acquirer.pay(coded(end), BUDGET_MS)).toEqual({ outcome: 'declined', code });
      expect(simulator.books.paidCount()).toBe(0);
    });
  });

  test.each([
    ['21', { outcome: 'approved', reference: 'sim-1', amountMinor: 1_234 }],
    ['22', { outcome: 'declined', code: 'insufficient_funds' }],
  ])('lets a code that ends in %s wait for two questions', async (end, last) => {
    await withRig(async ({ acquirer }) => {
      const pending = { outcome: 'pending', askAgainInMs: 500 };
      expect(await acquirer.pay(coded(end), BUDGET_MS)).toEqual(pending);
      expect(await acquirer.query(charge, BUDGET_MS)).toEqual(pending);
      expect(await acquirer.query(charge, BUDGET_MS)).toEqual(pending);
      expect(await acquirer.query(charge, BUDGET_MS)).toEqual(last);
    });
  });

  test('approves late, unless it was cancelled before', async () => {
    await withRig(async (rig) => {
      const other = {
        ...coded('23'),
        key: '1001-1-8',
        identifier: chargeOf({ code: '10123' }).identifier,
      };
      await rig.acquirer.pay(coded('23'), BUDGET_MS);
      await rig.acquirer.pay(other, BUDGET_MS);
      await rig.acquirer.cancel(other, BUDGET_MS);
      rig.nowMs += LATE_APPROVAL_MS - 1;
      expect(await rig.acquirer.query(charge, BUDGET_MS)).toMatchObject({ outcome: 'pending' });
      rig.nowMs += 1;
      expect(await rig.acquirer.query(charge, BUDGET_MS)).toMatchObject({ outcome: 'approved' });
      expect(await rig.acquirer.query(other, BUDGET_MS)).toMatchObject({ outcome: 'declined' });
      expect(rig.simulator.books.takenMinor()).toBe(1_234);
    });
  });

  test('charges one unit less for a code that ends in 36, and says so', async () => {
    await withRig(async ({ acquirer }) => {
      expect(await acquirer.pay(coded('36'), BUDGET_MS)).toMatchObject({ amountMinor: 1_233 });
    });
  });

  test('takes a code once', async () => {
    await withRig(async ({ acquirer, simulator }) => {
      await acquirer.pay(charge, BUDGET_MS);
      const again = { ...charge, key: '1001-1-8' };
      expect(await acquirer.pay(again, BUDGET_MS)).toEqual({
        outcome: 'declined',
        code: 'identifier_used',
      });
      expect(simulator.books.paidCount()).toBe(1);
    });
  });

  test.each(['32', '34', '35', '33'])(
    'misbehaves at a code that ends in %s and stays right',
    async (end) => {
      await withRig(async ({ acquirer, simulator }) => {
        const { outcome } = await acquirer.pay(coded(end), BUDGET_MS);
        expect(outcome).toBe(end === '35' ? 'approved' : 'unknown');
        expect(simulator.books.takenMinor()).toBe(end === '33' ? 0 : 1_234);
      });
    },
  );

  test('refuses the cancellation of a settled charge, and still gives it back', async () => {
    await withRig(async ({ acquirer, simulator }) => {
      await acquirer.pay(charge, BUDGET_MS);
      expect(await control(simulator, 'settle', { key: charge.key })).toBe(200);
      expect(await acquirer.cancel(charge, BUDGET_MS)).toEqual({ outcome: 'refused' });
      expect(await acquirer.refund(refund, BUDGET_MS)).toMatchObject({ outcome: 'approved' });
    });
  });

  test('never sends more than may be read, and lets nobody in without the key', async () => {
    await withRig(async ({ acquirer, simulator }) => {
      await control(simulator, 'faults', { fault: 'oversized' });
      expect(await acquirer.pay(charge, BUDGET_MS)).toEqual({ outcome: 'unknown' });
      const stranger = acquirerAt(simulator.url, never, 'another-key');
      expect(await stranger.pay(coded('01'), BUDGET_MS)).toMatchObject({ code: 'not_permitted' });
      stranger.close();
      expect(simulator.books.paidCount()).toBe(1);
    });
  });

  test('draws the same faults from the same seed, as many as it is told', () => {
    const drawn = (seed: number, perThousand: number): readonly (string | undefined)[] => {
      const plan = createFaultPlan({ seed, perThousand });
      return Array.from({ length: 1_000 }, () => plan.next());
    };
    expect(drawn(7, 400)).toEqual(drawn(7, 400));
    expect(drawn(8, 400)).not.toEqual(drawn(7, 400));
    const faults = drawn(7, 400).filter((fault) => fault !== undefined);
    expect(faults.length).toBeGreaterThan(340);
    expect(faults.length).toBeLessThan(460);
    expect(new Set(faults)).toEqual(new Set(FAULTS));
    expect(drawn(7, 0)).toEqual(Array.from({ length: 1_000 }, () => undefined));
  });
});
