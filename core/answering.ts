/** How a request gets its answer: the stored one where its record exists, a stored new one, or one that is not kept. */
import { equalBytes } from '#protocol/bytes.ts';
import type { CodeName } from '#protocol/codes.ts';
import type { Reply } from '#protocol/reply.ts';
import type { RequestKey } from '#protocol/request.ts';
import { customerText } from './customer-text.ts';
import type { Inbound, Outcome, ProcessDeps } from './inbound.ts';
import { OutageError } from './outage.ts';
import { paymentKey } from './payment-key.ts';
import type { Booking, BookResult } from './ports.ts';
import { givenBack } from './provider-ledger.ts';
import { advance, type Shown } from './provider-steps.ts';
import type { RequestRecord, Terminal } from './records.ts';

/** Attempts to book before the request is left to a later delivery: with the pauses below, at most 150 ms. */
export const CONFLICT_TRIES_MAX = 5;
/** Milliseconds of the first pause at most; doubled each time, drawn anew in full. */
export const CONFLICT_PAUSE_MS = 10;

/** Times that the store may answer with news to decide on anew: a PAY changes a few times in its whole life. */
export const VERDICTS_MAX = 10;

/** Milliseconds after which what is undecided is worth asking about again: the shortest that a provider asks for. */
export const UNDECIDED_RETRY_MS = 2_000;

/** Everything a reply of the core has in common. */
export const replyOf = (
  inbound: Pick<Inbound, 'hello'>,
  nowS: number,
  reply: Pick<Reply, 'code'> & Partial<Reply>,
): Reply => {
  const text = customerText(reply.code, inbound.hello.locale);
  return { serverTimeS: nowS, ...(text === undefined ? {} : { text }), ...reply };
};

/** An answer that is not stored: codes that say nothing of the outcome, and reads. */
export const unstored = (inbound: Inbound, reply: Reply): Outcome => ({
  answer: inbound.encode(reply),
  code: reply.code,
  replayed: false,
});

/** A record of K exists, and always wins. What a provider has yet to prove is moved on first; `shown` lets an unsent charge go out. */
export const answerRecorded = async (
  deps: ProcessDeps,
  inbound: Inbound,
  record: RequestRecord,
  shown?: Shown,
): Promise<Outcome> => {
  const nowS = Math.floor(deps.clock.nowMs() / 1000);
  const isTombstone = record.digest === undefined && inbound.request.op === 'pay';
  if (record.answer !== undefined || !(isTombstone || isSame(inbound, record))) {
    return replay(inbound, record, nowS);
  }
  const stands =
    record.code === 'in_progress' ? await moveOn(deps, inbound, record, shown) : record;
  if (stands.code === 'in_progress') {
    return undecided(deps, inbound, undecidedCode(stands));
  }
  const answer = inbound.encode(replyOf(inbound, stands.decidedAtS, replyOfRecord(stands)));
  const claimed = await deps.store.claimAnswer(inbound.key, inbound.digest, answer);
  return replay(inbound, claimed, nowS);
};

const isSame = (inbound: Inbound, { digest }: RequestRecord): boolean =>
  digest !== undefined && equalBytes(digest, inbound.digest);

const replay = (inbound: Inbound, record: RequestRecord, nowS: number): Outcome =>
  record.answer !== undefined && isSame(inbound, record)
    ? { answer: record.answer, code: record.code, replayed: true }
    : unstored(inbound, { code: 'conflict', serverTimeS: nowS });

/** Not kept: asked again, it can have another answer. */
export const undecided = (
  { clock }: Pick<ProcessDeps, 'clock'>,
  inbound: Inbound,
  code: CodeName,
): Outcome =>
  unstored(
    inbound,
    replyOf(inbound, Math.floor(clock.nowMs() / 1000), { code, retryAfterMs: UNDECIDED_RETRY_MS }),
  );

/** The record of `inbound` after the PAY that it is about was moved on. */
const moveOn = async (
  deps: ProcessDeps,
  inbound: Inbound,
  record: RequestRecord,
  shown: Shown | undefined,
): Promise<RequestRecord> => {
  if (record.payment !== undefined) {
    return advance(deps, record, shown);
  }
  const payment = await deps.store.readRecord(paymentKey(inbound));
  if (payment !== undefined) {
    await advance(deps, payment);
  }
  return (await deps.store.readRecord(inbound.key)) ?? record;
};

const undecidedCode = ({ op, payment }: RequestRecord): CodeName => {
  if (op === 'reverse') {
    return 'outcome_unknown';
  }
  const nothingSent = payment !== undefined && payment.provider?.sentAtMs === undefined;
  return nothingSent ? 'provider_unreachable' : 'in_progress';
};

/** From the record alone, so that whoever encodes it first says what everybody would have said. */
const replyOfRecord = (record: RequestRecord): Pick<Reply, 'code'> & Partial<Reply> => {
  const { code, authorisation, payment, lines, op, decidedAtS } = record;
  if (code !== 'approved') {
    return { code };
  }
  if (payment === undefined) {
    return op === 'refund' ? { code, amountMinor: givenBack(lines) } : { code };
  }
  const { amountMinor, state, dueS } = payment;
  return {
    code,
    amountMinor,
    ...(authorisation === undefined ? {} : { authorisation }),
    ...(state === 'held' && dueS !== undefined ? { holdExpiresInS: dueS - decidedAtS } : {}),
  };
};

/** 69 or 72 where the number may no longer be used; a record that exists wins over either. */
export const refuseKey = (
  terminal: Terminal | undefined,
  { key, keyVersion = key.keyVersion }: Pick<Inbound, 'key' | 'keyVersion'>,
): 'key_version_retired' | 'sequence_too_old' | undefined => {
  if (terminal === undefined) {
    return undefined;
  }
  if (keyVersion < terminal.keyVersionMin) {
    return 'key_version_retired';
  }
  return isArchived(terminal, key) ? 'sequence_too_old' : undefined;
};

/** Whether the record of this number may have been archived, so that its absence proves nothing; of a retired key version too. */
export const isArchived = (terminal: Terminal, { keyVersion, sequence }: RequestKey): boolean =>
  sequence < (terminal.sequenceFloors[String(keyVersion)] ?? 0);

/** The stored answer of K, else the code that its number gets now. */
export const answerOldKey = async (
  deps: ProcessDeps,
  inbound: Inbound,
  code: CodeName,
): Promise<Outcome> => {
  const record = await deps.store.readRecord(inbound.key);
  return record === undefined
    ? unstored(inbound, { code, serverTimeS: Math.floor(deps.clock.nowMs() / 1000) })
    : answerRecorded(deps, inbound, record);
};

/** Where a provider decides, it is asked now. */
const answerBooked = async (
  deps: ProcessDeps,
  inbound: Inbound,
  record: RequestRecord,
  shown: Shown | undefined,
): Promise<Outcome> =>
  record.answer === undefined
    ? { ...(await answerRecorded(deps, inbound, record, shown)), replayed: false }
    : { answer: record.answer, code: record.code, replayed: false };

/** Decides and books until something stands. `attempt` decides anew each time, so that its deadline is checked before every booking; an outcome of its own is not kept. */
export const bookUntilSettled = async (
  deps: ProcessDeps,
  inbound: Inbound,
  attempt: (last: BookResult | undefined) => Booking | Outcome | Promise<Booking>,
  shown?: Shown,
): Promise<Outcome> => {
  let last: BookResult | undefined;
  let conflicts = 0;
  for (let verdicts = 0; verdicts < VERDICTS_MAX && conflicts < CONFLICT_TRIES_MAX; ) {
    const booking = await attempt(last);
    if ('answer' in booking) {
      return booking;
    }
    const result = await deps.store.book(booking);
    if (result.outcome === 'booked') {
      return answerBooked(deps, inbound, booking.record, shown);
    }
    if (result.outcome === 'recorded') {
      return answerRecorded(deps, inbound, result.record, shown);
    }
    if (result.outcome !== 'conflict') {
      last = result;
      verdicts += 1;
    } else {
      conflicts += 1;
      if (conflicts < CONFLICT_TRIES_MAX) {
        await deps.timers.sleep(deps.random.below(CONFLICT_PAUSE_MS * 2 ** (conflicts - 1) + 1));
      }
    }
  }
  throw new OutageError('store_contended');
};
