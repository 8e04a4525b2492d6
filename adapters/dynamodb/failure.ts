/** What a failed call to DynamoDB means: try to book again, or an outage. */
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { OutageError } from '#core/outage.ts';

/** Errors after which nothing is known to be written, or not known at all: with put-if-absent, booking again is safe. */
const AMBIGUOUS: ReadonlySet<string> = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ThrottledException',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'AbortError',
]);

/** Code of a transaction's item whose own condition failed. */
export const CONDITION_FAILED = 'ConditionalCheckFailed';

/** The reasons of a cancelled transaction in the order of its items; undefined for any other error. */
export const cancellationReasons = (
  error: unknown,
):
  | Required<Pick<TransactionCanceledException, 'CancellationReasons'>>['CancellationReasons']
  | undefined =>
  error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : undefined;

/** Whether the condition of a single write failed. */
export const isConditionFailed = (error: unknown): boolean =>
  error instanceof ConditionalCheckFailedException;

/** Whether booking again is the right thing: conflicts, throttling, time-outs, broken connections, 5xx. */
export const isAmbiguous = (error: unknown): boolean => {
  if (!(error instanceof Error)) {
    return false;
  }
  const { $metadata: metadata, code } = error as Error & {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly code?: unknown;
  };
  return (
    AMBIGUOUS.has(error.name) ||
    (metadata?.httpStatusCode ?? 0) >= 500 ||
    (typeof code === 'string' && /^E(?!RR_)[A-Z_]+$/.test(code))
  );
};

/** Runs a read or a single write; what a later delivery may heal becomes an OutageError, the rest is thrown as it is. */
export const orOutage = async <T>(call: Promise<T>): Promise<T> => {
  try {
    return await call;
  } catch (error) {
    throw isAmbiguous(error) ? new OutageError('store_unavailable', { cause: error }) : error;
  }
};
