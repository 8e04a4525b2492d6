/** Money given back by an operator: a REFUND under a key of its own, decided and booked as the terminal's would be. */
import { encodeUtf8 } from '#protocol/bytes.ts';
import type { RequestKey } from '#protocol/request.ts';
import type { Outcome, ProcessDeps } from './inbound.ts';
import { processChange } from './process-change.ts';

export interface OperatorRefund {
  /** K of the refund: the PAY's terminal, OPERATOR_KEY_VERSION, and a number that follows from what was asked. */
  readonly key: RequestKey;
  readonly payment: RequestKey;
  /** Minor units, above zero. */
  readonly amountMinor: number;
  /** SHA-256 of what was asked: the same key with another is a conflict. */
  readonly digest: Uint8Array;
}

/** Also at a terminal that is suspended. The answer is text (JSON): nobody waits on a line for it. Throws OutageError where asking again tells. */
export const refundByOperator = (deps: ProcessDeps, refund: OperatorRefund): Promise<Outcome> => {
  const { key, payment, amountMinor, digest } = refund;
  return processChange(deps, {
    key,
    digest,
    request: {
      op: 'refund',
      paymentSequence: payment.sequence,
      paymentKeyVersion: payment.keyVersion,
      amountMinor,
    },
    stored: false,
    receivedAtMs: deps.clock.nowMs(),
    region: '',
    hello: {},
    encode: ({ code, amountMinor: refundedMinor }) =>
      encodeUtf8(JSON.stringify({ code, amountMinor: refundedMinor })),
  });
};
