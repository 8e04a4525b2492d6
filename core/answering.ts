/** How a request gets its answer: the stored one where its record exists, a stored new one, or one that is not kept. */
import { equalBytes } from '#protocol/bytes.ts';
import type { CodeName } from '#protocol/codes.ts';
import type { Reply } from '#protocol/reply.ts';
import type { RequestKey } from '#protocol/request.ts';
import { customerText } from './customer-text.ts';
import type { Inbound, Outcome, ProcessDeps } from './inbound.ts';
import { OutageError } from './outage.ts';
import type { Booking, BookResult } from './ports.ts';
import type { RequestRecord, Terminal } from './records.ts';

/** Attempts to book before the request is left to a later delivery: with the pauses below, at most 150 ms. */
export const CONFLICT_TRIES_MAX = 5;
/** Milliseconds of the first pause at most; doubled each time, drawn anew in full. */
export const CONFLICT_PAUSE_MS = 10;

/** Times that the store may answer with news to decide on anew: a PAY changes a few times in its whole life. */
export const VERDICTS_MAX = 10;

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

/** A record of K exists, and always wins. */
export const answerRecorded = async (
  { store, clock }: Pick<ProcessDeps, 'store' | 'clock'>,
  inbound: Inbound,
  record: RequestRecord,
): Promise<Outcome> => {
  const nowS = Math.floor(clock.nowMs() / 1000);
  if (record.digest === undefined && inbound.request.op === 'pay') {
    const answer = inbound.encode(replyOf(inbound, nowS, { code: 'already_voided' }));
    const claimed = await store.claimTombstone(inbound.key, inbound.digest, answer);
    return replay(inbound, claimed, nowS);
  }
  return replay(inbound, record, nowS);
};

const replay = (inbound: Inbound, record: RequestRecord, nowS: number): Outcome =>
  record.digest !== undefined &&
  record.answer !== undefined &&
  equalBytes(record.digest, inbound.digest)
    ? { answer: record.answer, code: record.code, replayed: true }
    : unstored(inbound, { code: 'conflict', serverTimeS: nowS });

/** 69 or 72 where the number may no longer be used; a record that exists wins over either. */
export const refuseKey = (
  terminal: Terminal | undefined,
  key: RequestKey,
): 'key_version_retired' | 'sequence_too_old' | undefined => {
  if (terminal === undefined) {
    return undefined;
  }
  if (key.keyVersion < terminal.keyVersionMin) {
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

/** Decides and books until something stands. `attempt` decides anew each time, so that its deadline is checked before every booking; an outcome of its own is not kept. */
export const bookUntilSettled = async (
  deps: ProcessDeps,
  inbound: Inbound,
  attempt: (last: BookResult | undefined) => Booking | Outcome,
): Promise<Outcome> => {
  let last: BookResult | undefined;
  let conflicts = 0;
  for (let verdicts = 0; verdicts < VERDICTS_MAX && conflicts < CONFLICT_TRIES_MAX; ) {
    const booking = attempt(last);
    if ('answer' in booking) {
      return booking;
    }
    const result = await deps.store.book(booking);
    if (result.outcome === 'booked') {
      const { answer, code } = booking.record;
      return { answer, code, replayed: false };
    }
    if (result.outcome === 'recorded') {
      return answerRecorded(deps, inbound, result.record);
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
