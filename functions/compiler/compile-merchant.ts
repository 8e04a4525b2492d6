/** Copies what payments need of a merchant into the rows of its terminals. */
import { documentCheck, readDocument, readDocuments } from '#adapters/dynamodb/documents.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { writeGuarded } from '#adapters/dynamodb/guarded-write.ts';
import { terminalsOf } from '#adapters/dynamodb/merchant-terminals.ts';
import { terminalWrite } from '#adapters/dynamodb/provisioning.ts';
import { OutageError } from '#core/outage.ts';
import { type MerchantSource, type TerminalSource, terminalRow } from '#core/terminal-sources.ts';
import type { CompilePage } from './run-compilation.ts';

/** Terminals of one page: each is a transaction of its own. */
const PAGE = 25;
/** Attempts at one terminal that someone else changes at the same time. */
const TRIES_MAX = 5;

export const merchantPages =
  (access: TableAccess, merchant: string): CompilePage =>
  async (after) => {
    const ids = await terminalsOf(access, merchant, { limit: PAGE, after });
    for (const id of ids) {
      await copyInto(access, merchant, id);
    }
    const cursor = ids.at(-1);
    return {
      handled: ids.length,
      problems: [],
      ...(cursor === undefined || ids.length < PAGE ? {} : { cursor }),
    };
  };

/** Only while terminal and merchant are as they were read: else from what then stands. */
const copyInto = async (access: TableAccess, merchant: string, id: string): Promise<void> => {
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const [[terminal], of] = await Promise.all([
      readDocuments<TerminalSource>(access, 'terminal', [id]),
      readDocument<MerchantSource>(access, 'merchant', merchant),
    ]);
    if (terminal === undefined || of === undefined || terminal.content.merchant !== merchant) {
      return;
    }
    const { outcome } = await writeGuarded(access, [
      documentCheck(
        access.table,
        { kind: 'terminal', id, seenVersion: terminal.version },
        'changed',
      ),
      documentCheck(
        access.table,
        { kind: 'merchant', id: merchant, seenVersion: of.version },
        'changed',
      ),
      terminalWrite(access.table, terminalRow(terminal.content, of.content)),
    ]);
    if (outcome === 'done') {
      return;
    }
  }
  throw new OutageError('store_contended');
};
