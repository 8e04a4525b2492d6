/** A terminal as operators know it, and the row of it that payments read. */
import { z } from '@hono/zod-openapi';
import type { Plain } from '#adapters/dynamodb/attributes.ts';
import {
  createDocument,
  readDocument,
  replaceDocument,
  type StoredDocument,
} from '#adapters/dynamodb/documents.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import type { GuardedWrite } from '#adapters/dynamodb/guarded-write.ts';
import { placeRemoval, placeWrite } from '#adapters/dynamodb/merchant-terminals.ts';
import { terminalWrite } from '#adapters/dynamodb/provisioning.ts';
import { type MerchantSource, type TerminalSource, terminalRow } from '#core/terminal-sources.ts';
import { AMOUNT_MINOR_MAX, DEADLINE_MS_MAX } from '#protocol/limits.ts';
import { Id, integer, textOf } from '../http/fields.ts';
import { type ProblemName, type Refusal, refuse } from '../http/problems.ts';

export const TERMINAL = 'terminal';

/** Ids in the order of their numbers. */
export const terminalKey = (id: number): string => String(id).padStart(10, '0');

const LABEL_LENGTH_MAX = 80;
const DAY_S = 86_400;
const STORED_DAYS_MAX = 7;
const PROVIDERS_MAX = 20;
const COUNT_MAX = 1_000_000;

/** What an operator says about a terminal. */
export const TerminalSettings = z.strictObject({
  /** Where it stands, for people. */
  label: textOf(LABEL_LENGTH_MAX).optional(),
  merchant: Id,
  region: Id,
  /** Of windows, price lists and promotions that are for some terminals only. */
  group: Id.optional(),
  /** Providers whose codes may be shown here. */
  providers: z.array(Id).max(PROVIDERS_MAX).optional(),
  /** Of one payment, or of one day of its merchant. */
  limits: z
    .strictObject({
      perPaymentMinor: integer(1, AMOUNT_MINOR_MAX).optional(),
      perDayMinor: integer(1, AMOUNT_MINOR_MAX).optional(),
      perDayCount: integer(1, COUNT_MAX).optional(),
    })
    .optional(),
  /** Milliseconds within which an answer is of use where a PAY does not say so. */
  deadlineMs: integer(1_000, DEADLINE_MS_MAX).optional(),
  /** Ways on which it may come; absent: all. */
  transports: z
    .array(z.enum(['plain', 'tls', 'psk', 'mtls']))
    .min(1)
    .max(4)
    .optional(),
  /** Sales made while offline; absent: none. */
  storedSales: z
    .strictObject({
      amountMinorMax: integer(1, AMOUNT_MINOR_MAX),
      ageSMax: integer(1, STORED_DAYS_MAX * DAY_S),
      perDayCount: integer(1, COUNT_MAX).optional(),
    })
    .optional(),
});

export type StoredTerminal = StoredDocument<TerminalSource>;

export const readTerminal = async (
  access: TableAccess,
  id: number,
): Promise<StoredTerminal | Refusal> =>
  (await readDocument<TerminalSource>(access, TERMINAL, terminalKey(id))) ?? refuse('not_found');

/** The document with its place among those of its merchant, and the row; `before` undefined: there is none yet. */
export const terminalWrites = (
  table: string,
  terminal: TerminalSource,
  merchant: MerchantSource,
  { before, nowMs }: { readonly before: StoredTerminal | undefined; readonly nowMs: number },
): readonly GuardedWrite<ProblemName>[] => {
  const id = terminalKey(terminal.id);
  const at = { kind: TERMINAL, id, atS: Math.floor(nowMs / 1000) };
  const content = { ...terminal } as unknown as Plain;
  const moved = before !== undefined && before.content.merchant !== terminal.merchant;
  return [
    before === undefined
      ? createDocument(table, at, content, 'already_exists' as const)
      : replaceDocument(
          table,
          at,
          { content, seenVersion: before.version },
          'version_stale' as const,
        ),
    ...(before === undefined || moved ? [placeWrite(table, terminal.merchant, id)] : []),
    ...(moved ? [placeRemoval(table, before.content.merchant, id)] : []),
    terminalWrite(table, terminalRow(terminal, merchant)),
  ];
};
