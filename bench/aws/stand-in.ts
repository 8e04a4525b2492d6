/** A DynamoDB stand-in of its own for the counting, empty, on a free port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Looks for the first answer, 10 ms apart: it is there within 50 ms. */
const ATTEMPTS_MAX = 500;
const ATTEMPT_MS = 10;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const answers = async (url: string): Promise<boolean> => {
  try {
    await fetch(url);
    return true;
  } catch {
    return false;
  }
};

export interface StandIn {
  readonly url: string;
  close(): void;
}

/** Throws where the stand-in is not installed, or does not come up. */
export const startDynamodbStandIn = async (): Promise<StandIn> => {
  const binary = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child: ChildProcess = spawn(binary, ['--port', String(port)], { stdio: 'ignore' });
  const close = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', close);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (await answers(url)) {
      return { url, close };
    }
    await sleep(ATTEMPT_MS);
  }
  close();
  throw new Error('The DynamoDB stand-in did not come up.');
};
