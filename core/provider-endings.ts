/** What a PAY that a provider carries becomes at each step: pure, from the state alone. */
import type { CodeName } from '#protocol/codes.ts';
import { expiryId } from './expire-holds.ts';
import { movementOf } from './ledger.ts';
import { type ChangeRequest, decideChange, releaseHold } from './payment-states.ts';
import type { Settlement } from './ports.ts';
import type { ProviderTimings } from './provider.ts';
import { providerLines } from './provider-ledger.ts';
import type { Payment, ProviderPart, ProviderTask, RequestRecord } from './records.ts';

/** A record with something open. */
export interface Step {
  readonly record: RequestRecord;
  readonly payment: Payment;
  readonly part: ProviderPart;
  readonly open: ProviderTask;
}

/** The PAY afterwards, and what is written with it. */
export interface Ending extends Omit<Settlement, 'payment' | 'allowances'> {
  readonly to: Payment;
}

/** Undefined where nothing is open at a provider. */
export const stepOf = (record: RequestRecord): Step | undefined => {
  const { payment } = record;
  const part = payment?.provider;
  return payment === undefined || part?.open === undefined
    ? undefined
    : { record, payment, part, open: part.open };
};

const secondOf = (ms: number): number => Math.floor(ms / 1000);
/** The first whole second at which `ms` is over. */
const secondAfter = (ms: number): number => Math.ceil(ms / 1000);

/** Goes out now; asked about once the call has had its time. */
export const sent = (
  { payment, part }: Step,
  lateAfterMs: number,
  { payTimeoutMs }: ProviderTimings,
  nowMs: number,
): Ending => ({
  to: {
    ...payment,
    revision: payment.revision + 1,
    dueS: secondAfter(nowMs + payTimeoutMs),
    provider: { ...part, lateAfterMs, sentAtMs: nowMs },
  },
});

/** Certainly never went out: another copy may send it, until it is late. */
export const unsent = ({ payment, part }: Step): Ending => {
  const { sentAtMs: _never, ...kept } = part;
  return {
    to: {
      ...payment,
      revision: payment.revision + 1,
      dueS: secondAfter(part.lateAfterMs + 1),
      provider: kept,
    },
  };
};

/** The next question at `dueMs`. */
export const rescheduled = (
  { payment, part, open }: Step,
  asked: number,
  dueMs: number,
): Ending => ({
  to: {
    ...payment,
    revision: payment.revision + 1,
    dueS: secondAfter(dueMs),
    provider: { ...part, open: { ...open, asked } },
  },
});

/** Cancelled as soon as the provider allows. */
export const dropped = (
  { payment, part }: Step,
  code: CodeName,
  { cancelNotBeforeMs }: ProviderTimings,
  nowMs: number,
): Ending => {
  const notBeforeMs = part.sentAtMs === undefined ? nowMs : part.sentAtMs + cancelNotBeforeMs;
  return {
    to: {
      ...payment,
      revision: payment.revision + 1,
      dueS: Math.max(secondOf(nowMs), secondAfter(notBeforeMs)),
      provider: { ...part, open: { what: 'drop', asked: 0, code } },
    },
  };
};

/** Nothing is open any more; revision and state are left to the caller. */
const closed = ({ payment, part }: Step): Payment => {
  const { dueS: _asked, ...kept } = payment;
  const { open: _done, ...provider } = part;
  return { ...kept, provider };
};

/** In time: posted, or held. */
export const approval = (step: Step, authorisation: string, nowMs: number): Ending => {
  const { record, payment, part } = step;
  const nowS = secondOf(nowMs);
  const held = part.holdS !== undefined;
  const to: Payment = {
    ...closed(step),
    revision: payment.revision + 1,
    state: held ? 'held' : 'posted',
    postedMinor: held ? 0 : payment.amountMinor,
    ...(part.holdS === undefined ? {} : { dueS: nowS + part.holdS }),
  };
  return {
    to,
    decides: {
      key: record.key,
      code: 'approved',
      decidedAtS: nowS,
      authorisation,
      lines: providerLines(movementOf(payment, to).lines, part.name),
      currency: payment.currency,
    },
  };
};

/** Not charged: declined with `code`, or voided. */
export const ended = (step: Step, code: CodeName, nowMs: number): Ending => ({
  to: {
    ...closed(step),
    revision: step.payment.revision + 1,
    state: code === 'already_voided' ? 'voided' : 'declined',
  },
  decides: {
    key: step.record.key,
    code,
    decidedAtS: secondOf(nowMs),
    lines: [],
    currency: step.payment.currency,
  },
});

/** Proven: what is open is done, with the lines that it moves. Of a charge there is nothing to prove here. */
export const done = (step: Step, nowMs: number): Ending => {
  const { record, payment, part, open } = step;
  if ('code' in open) {
    return ended(step, open.code, nowMs);
  }
  if ('by' in open) {
    return changed(step, open, nowMs);
  }
  const { to, movement } = releaseHold(closed(step), 'expired');
  return {
    to,
    entry: {
      id: expiryId(record.key),
      kind: 'expiry',
      currency: payment.currency,
      lines: providerLines(movement.lines, part.name),
      decidedAtS: secondOf(nowMs),
    },
  };
};

type ChangeTask = Extract<ProviderTask, { readonly by: unknown }>;

/** What the table says of the request that waited: a refund out of a hold is what a CONFIRM of a part does not keep. */
const changed = (step: Step, task: ChangeTask, nowMs: number): Ending => {
  const decided = decideChange(closed(step), requestOf(step, task));
  if (decided.to === undefined) {
    return refused(step, task, decided.code, nowMs);
  }
  return {
    to: decided.to,
    decides: {
      key: task.by,
      code: decided.code,
      decidedAtS: secondOf(nowMs),
      lines: providerLines(movementOf(closed(step), decided.to).lines, step.part.name),
      currency: step.payment.currency,
    },
  };
};

const requestOf = ({ record, payment }: Step, task: ChangeTask): ChangeRequest => {
  const about = { paymentSequence: record.key.sequence };
  if (task.what === 'reverse') {
    return { ...about, op: 'reverse', reason: 1 };
  }
  const { amountMinor } = task;
  return payment.state === 'held'
    ? { ...about, op: 'confirm', amountMinor: payment.amountMinor - amountMinor }
    : { ...about, op: 'refund', amountMinor };
};

/** The request that waited ends with `code`; the PAY stands as before, and a hold ends when it would have. */
export const refused = (step: Step, { by }: ChangeTask, code: CodeName, nowMs: number): Ending => ({
  to: {
    ...closed(step),
    revision: step.payment.revision + 1,
    ...(step.payment.state === 'held' && step.part.holdS !== undefined
      ? { dueS: step.record.decidedAtS + step.part.holdS }
      : {}),
  },
  decides: {
    key: by,
    code,
    decidedAtS: secondOf(nowMs),
    lines: [],
    currency: step.payment.currency,
  },
});

/** Opened by the janitor where a hold is over. */
export const expiring = (
  { payment, part }: { readonly payment: Payment; readonly part: ProviderPart },
  nowMs: number,
): Ending => ({
  to: {
    ...payment,
    revision: payment.revision + 1,
    dueS: secondOf(nowMs),
    provider: { ...part, open: { what: 'expire', asked: 0 } },
  },
});
