/** Posts money that moves without a terminal: once per id, whoever asks how often. */
import type { CodeName } from '#protocol/codes.ts';
import { CONFLICT_PAUSE_MS, CONFLICT_TRIES_MAX } from './answering.ts';
import type { JournalEntry } from './journal.ts';
import { OutageError } from './outage.ts';
import type { Clock, LedgerChange, LedgerStore, PostResult, Random, Timers } from './ports.ts';
import {
  accountChangeOf,
  entryOfPosting,
  invalidField,
  isSamePosting,
  type Posting,
} from './posting.ts';
import type { Account } from './records.ts';

export interface PostingDeps {
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}

export type PostingResult =
  | {
      readonly outcome: 'posted';
      readonly entry: JournalEntry;
      /** By an earlier copy with the same content. */
      readonly replayed: boolean;
    }
  | {
      readonly outcome: 'refused';
      readonly code: CodeName;
      /** At fault, where the code is `field_invalid`. */
      readonly field?: string;
    };

/** Nothing is written where it is refused: asked again under the same id, it may be posted. Throws OutageError where it is not known, and asking again tells. */
export const processPosting = async (
  deps: PostingDeps,
  posting: Posting,
): Promise<PostingResult> => {
  const field = invalidField(posting);
  if (field !== undefined) {
    return { outcome: 'refused', code: 'field_invalid', field };
  }
  const nowS = Math.floor(deps.clock.nowMs() / 1000);
  const entry = entryOfPosting(posting, nowS);
  const known = await deps.store.readEntry(entry.id);
  if (known !== undefined) {
    return compared(known, entry);
  }
  for (let tries = 1; tries <= CONFLICT_TRIES_MAX; tries += 1) {
    const change = await changeOf(deps, posting, entry);
    if (change === undefined) {
      return { outcome: 'refused', code: 'insufficient_funds' };
    }
    const result = resultOf(await deps.store.post(change), posting, entry);
    if (result !== undefined) {
      return result;
    }
    if (tries < CONFLICT_TRIES_MAX) {
      await deps.timers.sleep(deps.random.below(CONFLICT_PAUSE_MS * 2 ** (tries - 1) + 1));
    }
  }
  throw new OutageError('store_contended');
};

/** Undefined where a merchant is not owed that much. */
const changeOf = async (
  { store }: PostingDeps,
  posting: Posting,
  entry: JournalEntry,
): Promise<LedgerChange | undefined> => {
  if (posting.kind !== 'settlement') {
    const account = accountChangeOf(posting);
    return account === undefined ? { entry } : { entry, account };
  }
  const { merchant, currency, amountMinor } = posting;
  const { payableMinor, paidMinor, version } = await store.readMerchant(merchant, currency);
  return amountMinor > payableMinor - paidMinor
    ? undefined
    : { entry, paid: { merchant, currency, amountMinor, seenVersion: version } };
};

/** Undefined: to be tried again. */
const resultOf = (
  result: PostResult,
  posting: Posting,
  entry: JournalEntry,
): PostingResult | undefined => {
  switch (result.outcome) {
    case 'posted':
      return { outcome: 'posted', entry, replayed: false };
    case 'recorded':
      return compared(result.entry, entry);
    case 'account_refused':
      return { outcome: 'refused', code: refusalOf(result.account, posting) };
    default:
      return undefined;
  }
};

const compared = (known: JournalEntry, entry: JournalEntry): PostingResult =>
  isSamePosting(known, entry)
    ? { outcome: 'posted', entry: known, replayed: true }
    : { outcome: 'refused', code: 'conflict' };

const refusalOf = (account: Account | undefined, { kind, amountMinor }: Posting): CodeName => {
  if (account === undefined) {
    return 'currency_not_allowed';
  }
  if (account.status === 'blocked' && kind === 'withdrawal') {
    return 'user_blocked';
  }
  return kind === 'withdrawal' || amountMinor < 0 ? 'insufficient_funds' : 'limit_exceeded';
};
