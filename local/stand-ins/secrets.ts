/** The stand-in of Secrets Manager: GetSecretValue over its JSON protocol, values in one private file. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from './listen.ts';

export interface Secrets {
  readonly endpoint: string;
  /** The value of the secret, made by `generate` where there is none yet; it is then kept. */
  ensure(name: string, generate: () => string): string;
  value(nameOrArn: string): string | undefined;
  arn(name: string): string;
  close(): Promise<void>;
}

/** Six characters, as Secrets Manager appends to the names in its ARNs. */
const ARN_SUFFIX = 'LocalX';
const PRIVATE = 0o600;

export const startSecrets = async (file: string, arnPrefix: string): Promise<Secrets> => {
  const values = new Map<string, string>(
    existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, 'utf8'))) : [],
  );
  const arn = (name: string): string => `${arnPrefix}:secret:${name}-${ARN_SUFFIX}`;
  const value = (id: string): string | undefined =>
    values.get(id) ?? values.get(id.slice(`${arnPrefix}:secret:`.length, -(ARN_SUFFIX.length + 1)));
  const answer = (target: string, body: string): readonly [number, object] => {
    if (target !== 'secretsmanager.GetSecretValue') {
      return [400, { __type: 'InvalidRequestException', message: 'Only GetSecretValue is here.' }];
    }
    const { SecretId: id } = JSON.parse(body) as { SecretId: string };
    const found = value(id);
    return found === undefined
      ? [400, { __type: 'ResourceNotFoundException', message: 'There is no such secret.' }]
      : [200, { ARN: id, Name: id, VersionId: 'local', SecretString: found }];
  };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const [status, content] = answer(targetOf(request), body);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(content));
    });
  });
  const { port, close } = await listen(server, 0, '127.0.0.1');
  return {
    endpoint: `http://127.0.0.1:${port}`,
    value,
    arn,
    close,
    ensure: (name, generate) => {
      const kept = values.get(name);
      if (kept !== undefined) {
        return kept;
      }
      const made = generate();
      values.set(name, made);
      writeFileSync(file, JSON.stringify(Object.fromEntries(values)), { mode: PRIVATE });
      chmodSync(file, PRIVATE);
      return made;
    },
  };
};

const targetOf = (request: IncomingMessage): string => {
  const target = request.headers['x-amz-target'];
  return typeof target === 'string' ? target : '';
};

/** Printable ASCII as GetRandomPassword draws it, one character after another without bias. */
export const generatePassword = (options: {
  readonly length: number;
  readonly excluded: string;
  readonly uppercase: boolean;
  readonly punctuation: boolean;
}): string => {
  const alphabet = [
    'abcdefghijklmnopqrstuvwxyz0123456789',
    ...(options.uppercase ? ['ABCDEFGHIJKLMNOPQRSTUVWXYZ'] : []),
    ...(options.punctuation ? ['!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'] : []),
  ]
    .join('')
    .split('')
    .filter((character) => !options.excluded.includes(character));
  const fair = 256 - (256 % alphabet.length);
  let password = '';
  while (password.length < options.length) {
    for (const byte of randomBytes(options.length)) {
      if (byte < fair && password.length < options.length) {
        password += alphabet[byte % alphabet.length] ?? '';
      }
    }
  }
  return password;
};
