/** Until when a PAY may be decided. */
import type { PayRequest } from '#protocol/request.ts';
import type { Inbound } from './inbound.ts';
import type { Terminal } from './records.ts';

/** Milliseconds within which an answer is of use where neither the request nor its terminal's settings say: a customer waits no longer. */
export const DEADLINE_MS_DEFAULT = 20_000;

/** Unix milliseconds: counted from the moment that the bridge had this copy. */
export const lateAfterMs = (
  { receivedAtMs, request }: Pick<Inbound<PayRequest>, 'receivedAtMs' | 'request'>,
  terminal: Pick<Terminal, 'deadlineMs'> | undefined,
): number =>
  receivedAtMs +
  (request.deadlineMs === 0 ? (terminal?.deadlineMs ?? DEADLINE_MS_DEFAULT) : request.deadlineMs);
