/** Region and status of a terminal, for the bridge at HELLO. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Terminal } from '#core/records.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { terminalFromItem } from './entity-items.ts';
import { orOutage } from './failure.ts';
import { itemKey } from './table.ts';

export interface TerminalReader {
  /** Eventually consistent: the function checks what matters. Undefined where no such terminal is provisioned. */
  readTerminal(terminal: number): Promise<Terminal | undefined>;
}

export const createTerminalReader = ({ client, table }: TableAccess): TerminalReader => ({
  readTerminal: async (terminal) => {
    const { Item } = await orOutage(
      client.send(new GetItemCommand({ TableName: table, Key: { ...itemKey.terminal(terminal) } })),
    );
    return Item && terminalFromItem(Item);
  },
});
