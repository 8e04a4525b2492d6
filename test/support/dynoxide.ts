/** DynamoDB for tests: the dynoxide binary on a free port, in memory, one process per suite. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TABLE_SCHEMA } from '#adapters/dynamodb/table.ts';

export interface Dynoxide {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  /** Creates a table with our schema and returns its name. */
  createTable(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** Connection attempts while it starts; it is up within 50 ms, each attempt yields to the event loop. */
const ATTEMPTS_MAX = 2_000;

export const startDynoxide = async (): Promise<Dynoxide> => {
  const binary = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide');
  const port = await freePort();
  const child = spawn(binary, ['--port', String(port)], { stdio: 'ignore' });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  const endpoint = `http://127.0.0.1:${port}`;
  await untilUp(endpoint, child);
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return {
    endpoint,
    client,
    createTable: async (name) => {
      await client.send(new CreateTableCommand({ TableName: name, ...TABLE_SCHEMA }));
      return name;
    },
    stop: async () => {
      client.destroy();
      process.off('exit', kill);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      kill();
      await gone;
    },
  };
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });

const untilUp = async (endpoint: string, child: ChildProcess): Promise<void> => {
  for (let attempt = 0; attempt < ATTEMPTS_MAX && child.exitCode === null; attempt += 1) {
    try {
      await fetch(endpoint);
      return;
    } catch {
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
  }
  throw new Error('dynoxide does not answer');
};
