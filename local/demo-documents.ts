/** The demonstration as operators see it: what it is seeded with, as if someone had entered it. */
import type { Plain } from '#adapters/dynamodb/attributes.ts';
import { createDocument } from '#adapters/dynamodb/documents.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { writeGuarded } from '#adapters/dynamodb/guarded-write.ts';
import { placeWrite } from '#adapters/dynamodb/merchant-terminals.ts';
import type { MerchantSource, TerminalSource } from '#core/terminal-sources.ts';
import { MERCHANT } from '#functions/admin-api/resources/merchant-document.ts';
import { TERMINAL, terminalKey } from '#functions/admin-api/resources/terminal-document.ts';
import { USER, type UserDocument } from '#functions/admin-api/resources/user-document.ts';

export interface DemoDocuments {
  readonly merchants: Readonly<Record<string, MerchantSource>>;
  readonly terminals: readonly TerminalSource[];
  readonly users: Readonly<Record<string, UserDocument>>;
}

/** Only what is not there: what someone changed since stays as it is. */
export const putDemoDocuments = async (
  access: TableAccess,
  { merchants, terminals, users }: DemoDocuments,
  atS: number,
): Promise<void> => {
  const put = (kind: string, id: string, content: object): Promise<unknown> =>
    writeGuarded(access, [
      createDocument(access.table, { kind, id, atS }, content as Plain, 'there'),
      ...(kind === TERMINAL
        ? [placeWrite(access.table, (content as TerminalSource).merchant, id)]
        : []),
    ]);
  for (const [id, merchant] of Object.entries(merchants)) {
    await put(MERCHANT, id, merchant);
  }
  for (const [id, user] of Object.entries(users)) {
    await put(USER, id, user);
  }
  for (const terminal of terminals) {
    await put(TERMINAL, terminalKey(terminal.id), terminal);
  }
};
