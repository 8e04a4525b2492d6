/** How requests and journal entries look. */
import { z } from '@hono/zod-openapi';
import { JOURNAL_KINDS } from '#core/journal.ts';
import type { RequestRecord } from '#core/records.ts';

export const Key = z.strictObject({ terminal: z.int(), keyVersion: z.int(), sequence: z.int() });
const Line = z.strictObject({ account: z.string(), amountMinor: z.int() });

/** A request as it was booked: without digest and answer, whose bytes are the terminal's business. */
export const RecordView = z
  .strictObject({
    key: Key,
    op: z.enum(['pay', 'confirm', 'reverse', 'refund']),
    code: z.string(),
    decidedAtS: z.int(),
    authorisation: z.string().optional(),
    lines: z.array(Line),
    currency: z.int().optional(),
    evidence: z.looseObject({}).optional(),
    about: Key.optional().openapi({ description: 'The payment that a change is about' }),
    payment: z.looseObject({ state: z.string() }).optional(),
  })
  .openapi('RequestRecord');

export type RecordShown = z.output<typeof RecordView>;

export const recordView = ({
  digest: _digest,
  answer: _answer,
  ...view
}: RequestRecord): Omit<RequestRecord, 'digest' | 'answer'> => view;

export const EntryView = z
  .strictObject({
    id: z.string(),
    kind: z.enum(JOURNAL_KINDS),
    currency: z.int(),
    lines: z.array(Line),
    decidedAtS: z.int(),
    reference: z.string().optional(),
  })
  .openapi('JournalEntry');
export type EntryShown = z.output<typeof EntryView>;
