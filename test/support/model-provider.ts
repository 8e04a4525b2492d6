/** A small payment provider with books of its own. It charges again whenever a charge arrives again, so that a second one shows. */
import type {
  CancelAnswer,
  PaymentProvider,
  ProviderAnswer,
  ProviderCharge,
  ProviderTimings,
} from '#core/provider.ts';

export const MODEL_TIMINGS: ProviderTimings = {
  payTimeoutMs: 3_000,
  askTimeoutMs: 2_000,
  queryEveryMs: 3_000,
  queriesMax: 4,
  cancelNotBeforeMs: 15_000,
  refundWindowS: 7 * 86_400,
};

/** `lost`: done, and nobody hears; `dropped`: not done, and nobody knows; `delayed`: a charge that arrives when `deliver` is called. */
export type CallFault =
  | 'none'
  | 'lost'
  | 'dropped'
  | 'unreachable'
  | 'delayed'
  | 'waits'
  | 'declines'
  | 'throws';

interface Charge {
  state: 'paid' | 'waiting' | 'declined' | 'closed';
  arrivals: number;
  amountMinor: number;
  readonly refunds: Map<string, number>;
}

export interface ModelProvider extends PaymentProvider {
  pay: PaymentProvider['pay'];
  cancel: PaymentProvider['cancel'];
  /** By key, for a look into the books. */
  readonly charges: ReadonlyMap<string, Charge>;
  readonly calls: string[];
  /** What the customers are short of, minor units. */
  takenMinor(key?: string): number;
  /** Charges that were delayed arrive. */
  deliver(): void;
  /** What the customers who are asked on their phones say. */
  buyersSay(yes: boolean): void;
  /** Of each call in turn; none once they are used up. */
  faults: CallFault[];
  /** Whether it can cancel what is paid. */
  cancels: boolean;
  refunds: boolean;
}

const PAID = { outcome: 'approved', reference: 'ref' } as const;
const UNKNOWN = { outcome: 'unknown' } as const;

export const createModelProvider = (
  name = 'wechat',
  timings: ProviderTimings = MODEL_TIMINGS,
): ModelProvider => {
  const charges = new Map<string, Charge>();
  const inFlight: (() => unknown)[] = [];
  const chargeOf = (key: string, amountMinor: number): Charge => {
    const known = charges.get(key);
    const charge = known ?? { state: 'waiting', arrivals: 0, amountMinor, refunds: new Map() };
    charges.set(key, charge);
    return charge;
  };
  const arrive = ({ key, amountMinor }: ProviderCharge, fault: CallFault): ProviderAnswer => {
    const charge = chargeOf(key, amountMinor);
    charge.arrivals += 1;
    if (charge.state === 'closed' || fault === 'declines') {
      charge.state = charge.state === 'closed' ? 'closed' : 'declined';
      return { outcome: 'declined', code: 'insufficient_funds' };
    }
    charge.state = fault === 'waits' ? 'waiting' : 'paid';
    return answerOf(charge);
  };
  const answerOf = ({ state, amountMinor }: Charge): ProviderAnswer => {
    switch (state) {
      case 'paid':
        return { outcome: 'approved', reference: 'ref', amountMinor };
      case 'waiting':
        return { outcome: 'pending', askAgainInMs: 4_000 };
      default:
        return { outcome: 'declined', code: 'insufficient_funds' };
    }
  };
  const leftOf = ({ state, amountMinor, refunds }: Charge): number =>
    state === 'paid' ? amountMinor - [...refunds.values()].reduce((sum, each) => sum + each, 0) : 0;
  /** One call under the fault whose turn it is. */
  const call = async <A>(
    what: string,
    run: (fault: CallFault) => A,
  ): Promise<A | typeof UNKNOWN | { outcome: 'unreachable' }> => {
    model.calls.push(what);
    const fault = model.faults.shift() ?? 'none';
    switch (fault) {
      case 'throws':
        throw new Error('a provider must not');
      case 'unreachable':
        return { outcome: 'unreachable' };
      case 'dropped':
        return UNKNOWN;
      case 'delayed':
        inFlight.push(() => run('none'));
        return UNKNOWN;
      case 'lost':
        run('none');
        return UNKNOWN;
      default:
        return run(fault);
    }
  };
  const model: ModelProvider = {
    name,
    timings,
    charges,
    calls: [],
    faults: [],
    cancels: true,
    refunds: true,
    takenMinor: (only) =>
      [...charges].reduce(
        (sum, [key, charge]) => (only === undefined || key === only ? sum + leftOf(charge) : sum),
        0,
      ),
    deliver: () => {
      for (const run of inFlight.splice(0)) {
        run();
      }
    },
    buyersSay: (yes) => {
      for (const charge of charges.values()) {
        if (charge.state === 'waiting') {
          charge.state = yes ? 'paid' : 'declined';
        }
      }
    },
    pay: (charge) => call('pay', (fault) => arrive(charge, fault)),
    query: ({ key }) =>
      call('query', (): ProviderAnswer => {
        const charge = charges.get(key);
        // Asked later, it tells no amount.
        if (charge?.state === 'paid') {
          return PAID;
        }
        return charge === undefined ? { outcome: 'not_found' } : answerOf(charge);
      }),
    cancel: ({ key, amountMinor }) =>
      call('cancel', (): CancelAnswer => {
        const charge = chargeOf(key, amountMinor);
        if (charge.state === 'paid' && (charge.refunds.size > 0 || !model.cancels)) {
          return { outcome: 'refused' };
        }
        charge.state = 'closed';
        return { outcome: 'cancelled' };
      }),
    refund: ({ key, refundKey, refundMinor }) =>
      call('refund', () => {
        const charge = charges.get(key);
        if (charge?.refunds.has(refundKey) === true) {
          return { outcome: 'approved', reference: refundKey } as const;
        }
        if (charge === undefined || refundMinor > leftOf(charge) || !model.refunds) {
          return { outcome: 'declined', code: 'not_permitted' } as const;
        }
        charge.refunds.set(refundKey, refundMinor);
        return { outcome: 'approved', reference: refundKey } as const;
      }),
  };
  return model;
};
