/** Reads the whole table for an audit. For tests and the local system only: a scan costs what the table weighs. */
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { auditLedger as auditFacts, type LedgerAudit } from '#core/audit-ledger.ts';
import type { JournalEntry } from '#core/journal.ts';
import type { LedgerFacts } from '#core/ports.ts';
import type { Account, RequestRecord } from '#core/records.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { accountFromItem, journalFromItem } from './entity-items.ts';
import { recordFromItem } from './record-item.ts';
import type { Item } from './table.ts';

/** Every account, record and journal entry. Consistent only while nothing is written. */
export const readLedgerFacts = async ({ client, table }: TableAccess): Promise<LedgerFacts> => {
  const facts = {
    accounts: [] as Account[],
    records: [] as RequestRecord[],
    entries: [] as JournalEntry[],
  };
  let from: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: from }),
    );
    for (const item of page.Items ?? []) {
      const kind = item.sk?.S ?? '';
      if (kind === 'REC') {
        facts.records.push(recordFromItem(item));
      } else if (kind === 'E') {
        facts.entries.push(journalFromItem(item));
      } else if (kind.startsWith('ACCT#')) {
        facts.accounts.push(accountFromItem(item));
      }
    }
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return facts;
};

export const auditLedger = async (access: TableAccess): Promise<LedgerAudit> =>
  auditFacts(await readLedgerFacts(access));
