/** The sender against real servers that answer as they should not, and names that lead where they should not. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ANSWER_BYTES_MAX,
  createWebhookSender,
  URL_LENGTH_MAX,
  type WebhookSenderOptions,
} from '#adapters/webhooks/webhook-sender.ts';
import { AUTHORITY, SERVER } from '../../support/test-certificates.ts';

/** Milliseconds of a try where nothing will come: long enough for everything else here. */
const SHORT_MS = 300;

const open: { close(): unknown; closeAllConnections?(): void }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

const serve = async (listener: RequestListener): Promise<number> => {
  const server: Server = createServer(listener);
  open.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
};
const post = (url: string, options: Partial<WebhookSenderOptions> = {}) =>
  createWebhookSender({ reach: 'local', ...options }).post({
    url,
    headers: { 'webhook-id': 'evt_1' },
    body: '{"a":"립"}',
  });
const answered = (status: number) => ({ kind: 'answered', status });
const failed = (reason: string) => ({ kind: 'failed', reason });

describe('a webhook', () => {
  it('is one POST with its headers and bytes', async () => {
    const got: object[] = [];
    const port = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        got.push({
          line: `${request.method} ${request.url}`,
          body: Buffer.concat(chunks).toString(),
          headers: request.headers,
        });
        response.writeHead(204).end();
      });
    });
    expect(await post(`http://127.0.0.1:${port}/hooks?a=1`)).toEqual(answered(204));
    expect(got).toMatchObject([
      {
        line: 'POST /hooks?a=1',
        body: '{"a":"립"}',
        headers: {
          'webhook-id': 'evt_1',
          'content-type': 'application/json',
          'content-length': '11',
          'user-agent': 'cosmopay-webhooks/1',
        },
      },
    ]);
  });

  it.each([200, 400, 410, 500, 503])('that is answered %i says so', async (status) => {
    const port = await serve((_request, response) => response.writeHead(status).end('text'));
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual(answered(status));
  });

  it('follows no redirect', async () => {
    let elsewhere = 0;
    const other = await serve((_request, response) => {
      elsewhere += 1;
      response.end();
    });
    const port = await serve((_request, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${other}/` }).end(),
    );
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual(answered(307));
    expect(elsewhere).toBe(0);
  });

  it('reads no more of an answer than it has to, and hangs up', async () => {
    let written = 0;
    const hungUp = Promise.withResolvers<void>();
    const port = await serve((_request, response) => {
      response.writeHead(200).once('close', () => hungUp.resolve());
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(ANSWER_BYTES_MAX))) {
          written += 1;
        }
        written += 1;
      };
      response.on('drain', more);
      more();
    });
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual(answered(200));
    await hungUp.promise;
    // What the kernel's buffers take, and no more.
    expect(written * ANSWER_BYTES_MAX).toBeLessThan(64 * 1024 * 1024);
  });

  it('is given up where no answer comes', async () => {
    const port = await serve(() => undefined);
    const sent = post(`http://127.0.0.1:${port}/`, { timeoutMs: SHORT_MS });
    expect(await sent).toEqual(failed('timed_out'));
  });

  it('is given up where headers come one byte at a time', async () => {
    const server = createTcpServer((socket) => {
      const timer = setInterval(() => socket.write('H'), 20);
      socket.on('error', () => undefined).on('close', () => clearInterval(timer));
      socket.write('HTTP/1.1 200 OK\r\nx: ');
    });
    open.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const sent = post(`http://127.0.0.1:${port}/`, { timeoutMs: SHORT_MS });
    expect(await sent).toEqual(failed('timed_out'));
  });

  it('counts as answered once the status is there, though the body never ends', async () => {
    const port = await serve((_request, response) => response.writeHead(200).write('a'));
    const sent = post(`http://127.0.0.1:${port}/`, { timeoutMs: SHORT_MS });
    expect(await sent).toEqual(answered(200));
  });

  it('is unreachable where nobody listens, the connection breaks, or it speaks no HTTP', async () => {
    const port = await serve((request) => request.socket.destroy());
    const server = createTcpServer((socket) =>
      socket.on('error', () => undefined).end('SSH-2.0\r\n'),
    );
    open.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const other = (server.address() as AddressInfo).port;
    expect(await post('http://127.0.0.1:1/')).toEqual(failed('unreachable'));
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual(failed('unreachable'));
    expect(await post(`http://127.0.0.1:${other}/`)).toEqual(failed('unreachable'));
  });

  it('is unreachable where there is no TLS although it is asked for', async () => {
    const port = await serve((_request, response) => response.end());
    expect(await post(`https://127.0.0.1:${port}/`)).toEqual(failed('unreachable'));
  });
});

describe('with public reach', () => {
  let asked = 0;
  const listenOn = () =>
    serve((_request, response) => {
      asked += 1;
      response.end();
    });
  const publicly = (url: string, addresses: readonly string[] = []) => {
    const names: string[] = [];
    const sent = post(url, {
      reach: 'public',
      resolve: async (name) => {
        names.push(name);
        return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      },
    });
    return sent.then((result) => ({ result, names }));
  };

  it.each([
    ['plain HTTP', 'http://shop.test/'],
    ['another scheme', 'ftp://shop.test/'],
    ['a name and password', 'https://name:pass@shop.test/'],
    ['no address', 'shop.test'],
    ['one that is too long', `https://shop.test/${'a'.repeat(URL_LENGTH_MAX)}`],
  ])('refuses %s unasked', async (_what, url) => {
    expect(await publicly(url)).toEqual({ result: failed('url_refused'), names: [] });
  });

  it.each(['127.0.0.1', '[::1]', '169.254.169.254', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]'])(
    'refuses %s, however it is written',
    async (host) => {
      const port = await listenOn();
      expect((await publicly(`https://${host}:${port}/`)).result).toEqual(
        failed('address_refused'),
      );
    },
  );

  it.each([
    ['this machine', ['127.0.0.1']],
    ['this machine by IPv6', ['::1']],
    ['a public and a private address', ['93.184.215.14', '10.0.0.1']],
    ['nowhere', []],
  ])('refuses a name that leads to %s, looked up once', async (_where, addresses) => {
    const port = await listenOn();
    const { result, names } = await publicly(`https://shop.test:${port}/`, addresses);
    expect([result, names]).toEqual([failed('address_refused'), ['shop.test']]);
  });

  it('refuses localhost, asked of the machine itself', async () => {
    const port = await listenOn();
    const sent = await post(`https://localhost:${port}/`, { reach: 'public' });
    expect(sent).toEqual(failed('address_refused'));
  });

  it('has connected to none of them', () => {
    expect(asked).toBe(0);
  });
});

it('connects to the very address that was checked, and asks for no other', async () => {
  const hosts: (string | undefined)[] = [];
  const port = await serve((request, response) => {
    hosts.push(request.headers.host);
    response.end();
  });
  const lookups: string[] = [];
  const sent = await post(`http://shop.test:${port}/`, {
    resolve: async (name) => {
      lookups.push(name);
      // A name that leads elsewhere the second time.
      return [{ address: lookups.length === 1 ? '127.0.0.1' : '127.0.0.9', family: 4 }];
    },
  });
  expect([sent, hosts, lookups]).toEqual([answered(200), [`shop.test:${port}`], ['shop.test']]);
});

describe('over TLS', () => {
  const trusted = getCACertificates('default');
  afterEach(() => setDefaultCACertificates(trusted));

  const toName = async (name: string) => {
    let posts = 0;
    const server = createHttpsServer(SERVER, (request, response) => {
      posts += 1;
      request.resume();
      response.writeHead(204).end();
    });
    open.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    return { sent: await post(`https://${name}:${port}/`, { resolve }), posts };
  };

  it('arrives where the certificate is of that name and from an authority that is known', async () => {
    setDefaultCACertificates([...trusted, AUTHORITY]);
    expect(await toName('pay.example')).toEqual({ sent: answered(204), posts: 1 });
  });

  it('tells nothing to a host of another name, or of an unknown authority', async () => {
    const nothing = { sent: failed('unreachable'), posts: 0 };
    expect(await toName('pay.example')).toEqual(nothing);
    setDefaultCACertificates([...trusted, AUTHORITY]);
    expect(await toName('shop.example')).toEqual(nothing);
  });
});

it('is unreachable where the name cannot be looked up', async () => {
  const sent = await post('http://shop.test/', {
    resolve: () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
  });
  expect(sent).toEqual(failed('unreachable'));
});
