/** Runs requests through the core as several processes would, with faults at every call, under the eyes of the referee. */
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import { expireHolds } from '#core/expire-holds.ts';
import type { ProcessDeps } from '#core/inbound.ts';
import { OutageError } from '#core/outage.ts';
import type { ExpiryStore, PaymentStore } from '#core/ports.ts';
import { processRequest } from '#core/process-request.ts';
import type { Request } from '#protocol/request.ts';
import { type Copy, createReferee, type Referee, Violation } from './payment-referee.ts';
import { createWorld, digestOf, KRW, NOON_S, seedWorld } from './payment-world.ts';
import { createTurns, death, type Fault, type Turns } from './turns.ts';

/** What the user has at first: enough for two of the payments, not for three. */
const WALLET_MINOR = 250;
/** Of every PAY in a plan (`pay` in payment-world.ts). */
const DEADLINE_MS = 20_000;
/** Beyond every hold. */
const LONG_S = 2_000;

export type Step =
  | {
      readonly kind: 'deliver';
      /** Index into the plan. */
      readonly message: number;
      /** It waited in the queue beyond its deadline. */
      readonly late: boolean;
      /** Another request under the same number. */
      readonly altered: boolean;
      readonly faults: readonly Fault[];
    }
  | { readonly kind: 'expire'; readonly faults: readonly Fault[] }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'block'; readonly blocked: boolean };

/** Steps that run at once. */
export interface Round {
  readonly steps: readonly Step[];
  readonly order: readonly number[];
}

export interface Scenario {
  /** The request of sequence number 1, 2, ... */
  readonly plan: readonly Request[];
  readonly rounds: readonly Round[];
}

type Store = PaymentStore & ExpiryStore;

interface Run {
  readonly real: MemoryPaymentStore;
  readonly referee: Referee;
  readonly turns: Turns;
  readonly deps: Omit<ProcessDeps, 'store' | 'timers'>;
  readonly plan: readonly Request[];
  nowMs: number;
  readonly violations: unknown[];
  /** Whether anything was booked since the books were proven. */
  written: boolean;
}

/** Throws where anything is not as the model says; afterwards everything is delivered twice more, without faults, and every hold has ended. Tells what was decided on the way. */
export const runScenario = async ({ plan, rounds }: Scenario): Promise<ReadonlySet<string>> => {
  const real = createMemoryPaymentStore();
  await seedWorld(real, WALLET_MINOR);
  const run: Run = {
    real,
    referee: createReferee(WALLET_MINOR),
    turns: createTurns(),
    deps: { ...createWorld(real).deps, clock: { nowMs: () => run.nowMs } },
    plan,
    nowMs: NOON_S * 1000,
    violations: [],
    written: false,
  };
  for (const round of rounds) {
    await runRound(run, round);
  }
  for (const message of [...plan.keys(), ...plan.keys()]) {
    const step: Step = { kind: 'deliver', message, late: false, altered: false, faults: [] };
    await runRound(run, { steps: [step], order: [0] }, 'must answer');
  }
  run.nowMs += LONG_S * 1000;
  await runRound(run, { steps: [{ kind: 'expire', faults: [] }], order: [0] }, 'must answer');
  proveBooks(run);
  const held = real.readLedgerFacts().records.filter(({ payment }) => payment?.state === 'held');
  if (held.length > 0) {
    throw new Violation('a hold never ends');
  }
  return run.referee.seen;
};

const runRound = async (
  run: Run,
  { steps, order }: Round,
  mode: 'may fail' | 'must answer' = 'may fail',
): Promise<void> => {
  let open = 0;
  run.turns.alone(steps.length === 1);
  for (const step of steps) {
    open += 1;
    start(run, step).then(
      () => {
        open -= 1;
      },
      (error: unknown) => {
        if (!(error instanceof OutageError) || mode === 'must answer') {
          run.violations.push(error);
        }
      },
    );
  }
  await run.turns.run(order);
  if (run.violations.length > 0) {
    throw run.violations[0];
  }
  if (mode === 'must answer' && open > 0) {
    throw new Violation('no answer');
  }
  if (run.written) {
    run.written = false;
    proveBooks(run);
  }
};

const proveBooks = ({ referee, real }: Run): void => {
  referee.compare(real.readLedgerFacts());
  const [violation] = real.audit().violations;
  if (violation !== undefined) {
    throw new Violation(violation);
  }
};

const start = async (run: Run, step: Step): Promise<void> => {
  switch (step.kind) {
    case 'wait':
      run.nowMs += step.seconds * 1000;
      return;
    case 'block':
      run.referee.setBlocked(step.blocked);
      return run.real.setUserStatus('rich', KRW, step.blocked ? 'blocked' : 'active');
    case 'expire':
      await expireHolds({ ...run.deps, store: faulty(run, step.faults) }, 10);
      return;
    case 'deliver':
      return deliver(run, step);
  }
};

const deliver = async (run: Run, step: Extract<Step, { kind: 'deliver' }>): Promise<void> => {
  const planned = run.plan[step.message];
  if (planned === undefined) {
    return;
  }
  const request = step.altered ? alteredOf(planned) : planned;
  const sequence = step.message + 1;
  const receivedAtMs = run.nowMs - (step.late ? DEADLINE_MS + 1 : 0);
  const copy = run.referee.begin(sequence, request, receivedAtMs + DEADLINE_MS);
  const store = faulty(run, step.faults, copy);
  const sleep = async (ms: number): Promise<void> => {
    await run.turns.take(async () => {
      run.nowMs += ms;
    });
  };
  try {
    const outcome = await processRequest(
      { ...run.deps, store, timers: { sleep } },
      {
        key: { terminal: 1001, keyVersion: 1, sequence },
        digest: digestOf(request),
        request,
        stored: false,
        receivedAtMs,
        region: 'KR',
        hello: {},
        encode: (reply) => new TextEncoder().encode(JSON.stringify(reply)),
      },
    );
    run.referee.answered(copy, outcome);
  } finally {
    run.referee.end(copy);
  }
};

const alteredOf = (request: Request): Request =>
  request.op === 'pay'
    ? { ...request, mode: request.mode === 'hold' ? 'sale' : 'hold' }
    : { op: 'refund', paymentSequence: 1, amountMinor: 3 };

/** One process's way to the store: its calls wait for their turn, and meet its faults in order. */
const faulty = (run: Run, faults: readonly Fault[], copy?: Copy): Store => {
  const left = [...faults];
  const call = <T>(work: () => Promise<T>, conflict?: T): Promise<T> => {
    const fault = left.shift() ?? 'none';
    return run.turns.take(() => suffer(fault, work, conflict));
  };
  return {
    ...run.real,
    readPayFacts: (query) => call(() => run.real.readPayFacts(query)),
    readPayment: (key) => call(() => run.real.readPayment(key)),
    readRecord: (key) => call(() => run.real.readRecord(key)),
    readDue: (nowS, limit) => call(() => run.real.readDue(nowS, limit)),
    book: (booking) => {
      const calledAtMs = run.nowMs;
      return call(
        async () => {
          const result = await run.real.book(booking);
          if (result.outcome === 'booked' && copy !== undefined) {
            watch(run, () => run.referee.booked(copy, booking, calledAtMs));
          }
          return result;
        },
        { outcome: 'conflict' },
      );
    },
    claimAnswer: (key, digest, answer) =>
      call(async () => {
        const record = await run.real.claimAnswer(key, digest, answer);
        if (copy !== undefined) {
          watch(run, () => run.referee.claimed(copy, answer));
        }
        return record;
      }),
    expire: (expiry) => {
      const calledAtS = Math.floor(run.nowMs / 1000);
      return call(async () => {
        const done = await run.real.expire(expiry);
        if (done) {
          watch(run, () => run.referee.expired(expiry.key.sequence, calledAtS));
        }
        return done;
      });
    },
  };
};

const suffer = async <T>(fault: Fault, work: () => Promise<T>, conflict?: T): Promise<T> => {
  if (fault === 'before') {
    throw new OutageError('store_unavailable');
  }
  if (fault === 'conflict' && conflict !== undefined) {
    return conflict;
  }
  const result = await work();
  if (fault === 'after') {
    throw new OutageError('store_unavailable');
  }
  if (fault === 'death') {
    return death<T>();
  }
  return fault === 'unsaid' && conflict !== undefined ? conflict : result;
};

/** What the referee says is heard even where the process that it speaks of dies. */
const watch = (run: Run, look: () => void): void => {
  run.written = true;
  try {
    look();
    run.referee.compare(run.real.readLedgerFacts());
  } catch (error) {
    run.violations.push(error);
  }
};
