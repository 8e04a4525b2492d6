/** Secrets Manager for one test file: answers GetSecretValue from a map. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { textOf } from './counting-dynamodb.ts';

export interface SecretsStandIn {
  readonly endpoint: string;
  /** Requests answered so far. */
  readonly reads: number;
  stop(): Promise<void>;
}

/** `secrets`: text by id; undefined stands for a secret that holds bytes, and no text. */
export const startSecretsStandIn = async (
  secrets: Readonly<Record<string, string | undefined>>,
): Promise<SecretsStandIn> => {
  let reads = 0;
  const server = createServer((request, response) => {
    textOf(request).then((text) => {
      reads += 1;
      const id = String((JSON.parse(text) as { SecretId?: unknown }).SecretId);
      const found = Object.hasOwn(secrets, id);
      response.writeHead(found ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(
        JSON.stringify(
          found
            ? { SecretString: secrets[id] }
            : { __type: 'ResourceNotFoundException', message: 'not found' },
        ),
      );
    }, response.destroy.bind(response));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get reads(): number {
      return reads;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
