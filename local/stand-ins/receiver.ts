/** The demo's receiver of webhooks: checks each as docs/events.md tells receivers to, and writes it to a log that people can follow. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { listen } from './listen.ts';
import type { Secrets } from './secrets.ts';

const HOST = '127.0.0.1';
const SECRET = 'webhook-endpoints';
const SECRET_BYTES = 32;
/** Seconds that a webhook's time may be off: after that it could be a recording. */
const OLD_S_MAX = 300;
/** Bytes of a webhook: ten times the largest that is sent. */
const BODY_BYTES_MAX = 65_536;

/** Ids of the demo's endpoints: the receiver's, and the one that `--webhook` names. */
export const LOG_ENDPOINT = 'events-log';
export const OWN_ENDPOINT = 'own';

export interface Receiver {
  readonly url: string;
  /** What the demo's webhooks are signed with. */
  readonly secret: string;
  /** Settings of the function that delivers, in place of the template's. */
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** One line of the log. */
export interface ReceivedEvent {
  readonly receivedAt: string;
  readonly verified: boolean;
  readonly headers: Readonly<
    Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>
  >;
  /** As it came. */
  readonly body: string;
}

/** Resolves once it listens. The log begins anew. */
export const startReceiver = async (secrets: Secrets, log: string): Promise<Receiver> => {
  const kept = secrets.ensure(SECRET, () => {
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
    return JSON.stringify({ [LOG_ENDPOINT]: [secret], [OWN_ENDPOINT]: [secret] });
  });
  const [secret = ''] = (JSON.parse(kept) as Record<string, string[]>)[LOG_ENDPOINT] ?? [];
  const file = createWriteStream(log, { mode: 0o600 });
  const server = createServer((request, response) => {
    readBody(request).then(
      (body) => {
        const event = receive(request.headers, body, secret);
        file.write(`${JSON.stringify(event)}\n`);
        response.writeHead(event.verified ? 204 : 401).end();
      },
      () => response.writeHead(413).end(),
    );
  });
  const { port, close } = await listen(server, 0, HOST);
  return {
    url: `http://${HOST}:${port}/`,
    secret,
    settings: { WEBHOOK_SECRET_ARN: secrets.arn(SECRET), WEBHOOK_REACH: 'local' },
    close: async () => {
      await close();
      await new Promise((resolve) => file.end(resolve));
    },
  };
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) {
      throw new Error('the body is too long');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const receive = (headers: IncomingHttpHeaders, body: string, secret: string): ReceivedEvent => {
  const header = (name: string): string => String(headers[name] ?? '');
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    header,
  ) as [string, string, string];
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  const isSigned = signature.split(' ').some((each) => {
    const given = Buffer.from(each.slice('v1,'.length), 'base64');
    const isV1 = each.startsWith('v1,') && given.length === expected.length;
    return isV1 && timingSafeEqual(given, expected);
  });
  return {
    receivedAt: new Date().toISOString(),
    verified: isSigned && Math.abs(Date.now() / 1000 - Number(timestamp)) <= OLD_S_MAX,
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
    body,
  };
};
