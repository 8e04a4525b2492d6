/** local.json: what scripts need to know of a running system. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBalances } from './demo.ts';
import type { LocalSystem } from './start-local.ts';
import { localDynamodb } from './template/deployment-context.ts';

/** Writes local.json, with balances as they are now; returns what removes it. It holds keys, so it is private. */
export const publish = async (
  dir: string,
  { info, region, endpoints, tableName }: LocalSystem,
): Promise<() => void> => {
  const client = localDynamodb(region, endpoints.dynamodb);
  const users = await readBalances({ client, table: tableName }, info.users);
  client.destroy();
  const file = join(dir, 'local.json');
  // A reader must never see half of it.
  writeFileSync(`${file}.new`, `${JSON.stringify({ ...info, users }, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return () => rmSync(file, { force: true });
};
