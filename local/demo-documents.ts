/** The demonstration as operators see it: what it is seeded with, as if someone had entered it. */
import type { Plain } from '#adapters/dynamodb/attributes.ts';
import { compilationWrite } from '#adapters/dynamodb/compilations.ts';
import { createDocument, readDocument, replaceDocument } from '#adapters/dynamodb/documents.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { writeGuarded } from '#adapters/dynamodb/guarded-write.ts';
import { placeWrite } from '#adapters/dynamodb/merchant-terminals.ts';
import type { MerchantSource, TerminalSource } from '#core/terminal-sources.ts';
import { MERCHANT } from '#functions/admin-api/resources/merchant-document.ts';
import { TERMINAL, terminalKey } from '#functions/admin-api/resources/terminal-document.ts';
import { USER, type UserDocument } from '#functions/admin-api/resources/user-document.ts';
import { DAYS_AWAY_WINDOW } from './demo-shop.ts';

export interface DemoDocuments {
  readonly merchants: Readonly<Record<string, MerchantSource>>;
  readonly terminals: readonly TerminalSource[];
  readonly users: Readonly<Record<string, UserDocument>>;
  /** What is sold, by kind and id. */
  readonly shop: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** Only what is not there: what someone changed since stays as it is. */
export const putDemoDocuments = async (
  access: TableAccess,
  { merchants, terminals, users, shop }: DemoDocuments,
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
  await putShop(access, shop, atS);
};

/** What someone has added or changed is compiled into the rows of the demonstration that were just put. */
const putShop = async (
  access: TableAccess,
  shop: DemoDocuments['shop'],
  atS: number,
): Promise<void> => {
  const { table } = access;
  let isNew = true;
  for (const [kind, documents] of Object.entries(shop)) {
    for (const [id, content] of Object.entries(documents)) {
      const at = { kind, id, atS };
      const made = await writeGuarded(access, [
        createDocument(table, at, content as Plain, 'there'),
      ]);
      isNew &&= made.outcome === 'done';
    }
  }
  if (!isNew) {
    const at = { kind: 'window', id: DAYS_AWAY_WINDOW, atS };
    const stored = await readDocument<object>(access, at.kind, at.id);
    const seenVersion = stored?.version ?? 0;
    const content = (shop.window?.[at.id] ?? {}) as Plain;
    await writeGuarded(access, [
      replaceDocument(table, at, { content, seenVersion }, 'changed'),
      ...Object.keys(shop.region ?? {}).map((id) => compilationWrite(table, `region.${id}`, atS)),
    ]);
  }
};
