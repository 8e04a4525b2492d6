/** Starts a bundle in a fresh process, as Lambda does, and tells the CPU time of its initialisation. */
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const INIT_MS_MAX = 30_000;
const KEY = '00'.repeat(32);

/** Secrets Manager as far as initialisation needs it: every secret has every field. */
const secretServer = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        response.setHeader('content-type', 'application/x-amz-json-1.1');
        response.end(
          JSON.stringify({
            Name: 'bench',
            SecretString: JSON.stringify({ current: KEY, pepper: KEY, codeMaster: KEY }),
          }),
        );
      });
    });
    server.listen(0, '127.0.0.1', () => resolve(server));
  });

const SCRIPT = `
const before = process.cpuUsage();
const startedMs = performance.now();
await import(process.argv[1]);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpuMs: (user + system) / 1000, wallMs: performance.now() - startedMs }));
process.exit(0);
`;

export interface Init {
  readonly cpuMs: number;
  readonly wallMs: number;
}

export interface Initialiser {
  run(file: string): Promise<Init>;
  close(): void;
}

export const createInitialiser = async (): Promise<Initialiser> => {
  const server = await secretServer();
  const { port } = server.address() as AddressInfo;
  const env = {
    PATH: process.env.PATH ?? '',
    AWS_REGION: 'ap-northeast-2',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}`,
    TABLE_NAME: 'bench',
    REQUEST_QUEUE_URL: 'http://127.0.0.1:1/000000000000/request',
    PARKING_QUEUE_URL: 'http://127.0.0.1:1/000000000000/parking',
    REPLY_QUEUE_URLS: '["http://127.0.0.1:1/000000000000/reply"]',
    MESSAGE_SECRET_ARN: 'message',
    IDENTIFIER_SECRET_ARN: 'identifier',
    HOLD_SECONDS: '900',
  };
  return {
    run: async (file) => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '-e', SCRIPT, pathToFileURL(file).href],
        { env, timeout: INIT_MS_MAX },
      );
      return JSON.parse(stdout) as Init;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
