/** A DynamoDB client that answers as AWS does on a bad day: faults in front of, or instead of, what really happens. */
import {
  DynamoDBClient,
  type DynamoDBClientConfig,
  InternalServerError,
  ProvisionedThroughputExceededException,
  ThrottlingException,
  TransactionCanceledException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';

export interface Fault {
  /** Only calls of this command, such as `TransactWriteItems`; absent: of any that writes or reads. */
  readonly command?: string;
  /** Whether DynamoDB does what it was asked before the answer is lost. */
  readonly applied: boolean;
  /** Thrown in place of the answer; or the answer itself is changed. */
  readonly error?: () => Error;
  readonly change?: (output: object, input: object) => object;
}

export interface FaultyDynamodb {
  readonly client: DynamoDBClient;
  /** Names of the commands that were sent, and what each was billed. */
  readonly calls: { readonly command: string; readonly input: object; readonly units: number }[];
  /** One is used up by each call that it fits. */
  readonly faults: Fault[];
}

interface Billed {
  readonly ConsumedCapacity?: Capacity | readonly Capacity[] | undefined;
}
interface Capacity {
  readonly CapacityUnits?: number | undefined;
}

/** `config`: where the real one is. Faults are injected above the SDK's own retries. */
export const createFaultyDynamodb = (config: DynamoDBClientConfig): FaultyDynamodb => {
  const faulty: FaultyDynamodb = { client: new DynamoDBClient(config), calls: [], faults: [] };
  faulty.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const command = commandName.replace(/Command$/, '');
        const at = faulty.faults.findIndex((one) => (one.command ?? command) === command);
        const [fault] = at < 0 ? [] : faulty.faults.splice(at, 1);
        const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' };
        if (fault?.error !== undefined && !fault.applied) {
          faulty.calls.push({ command, input, units: 0 });
          throw fault.error();
        }
        const result = await next({ ...args, input });
        faulty.calls.push({ command, input, units: unitsOf(result.output) });
        if (fault?.error !== undefined) {
          throw fault.error();
        }
        return {
          ...result,
          output: { ...result.output, ...fault?.change?.(result.output, args.input) },
        };
      },
    { step: 'initialize' },
  );
  return faulty;
};

const unitsOf = (output: object): number => {
  const { ConsumedCapacity = [] } = output as Billed;
  return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
};

const metadata = (httpStatusCode: number) => ({
  $metadata: { httpStatusCode },
  message: 'injected',
});

/** A cancelled transaction with these reasons. */
export const cancelled = (codes: readonly string[]): Error =>
  new TransactionCanceledException({
    ...metadata(400),
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** A cancelled transaction of `size` items with one conflict, at `at`. */
export const transactionConflict = (at: number, size: number): Error =>
  cancelled(
    Array.from({ length: size }, (_, index) => (index === at ? 'TransactionConflict' : 'None')),
  );

const named = (name: string, fields: object = {}): Error =>
  Object.assign(new Error('injected'), { name, ...fields });

/** Every answer after which it is not known whether a write happened, or known that it did not. */
export const AMBIGUOUS_ERRORS: Readonly<Record<string, () => Error>> = {
  'a transaction in progress': () => new TransactionInProgressException(metadata(400)),
  throttling: () => new ThrottlingException(metadata(400)),
  'throughput exceeded': () => new ProvisionedThroughputExceededException(metadata(400)),
  'HTTP 500': () => new InternalServerError(metadata(500)),
  'HTTP 503 without a known name': () =>
    named('Unavailable', { $metadata: { httpStatusCode: 503 } }),
  'a time-out': () => named('TimeoutError'),
  'an aborted request': () => named('AbortError'),
  'a connection reset': () => named('Error', { code: 'ECONNRESET' }),
  'a resolver that does not answer': () => named('Error', { code: 'EAI_AGAIN' }),
  'a cancelled transaction without reasons': () =>
    new TransactionCanceledException({ ...metadata(400) }),
  'a throttled item of a transaction': () => cancelled(['None', 'ThrottlingError']),
};
