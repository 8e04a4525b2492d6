/** The kiosk's page on loopback: three files, two streams of events, and what the customer touches. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { KioskAction } from '../content/kiosk-view.ts';
import { type EventStreams, STREAMS_MAX } from './event-streams.ts';
import { ACTION_BYTES_MAX, parseAction } from './parse-action.ts';

/** Imported as an ES module it loads a WebSocket client for its list of exports, which is 13 MB of memory. */
const { createServer } = process.getBuiltinModule('node:http');

/** The page is for the screen of this machine. */
const HOST = '127.0.0.1';
const NAMES: ReadonlySet<string> = new Set([HOST, 'localhost']);
const FILES: Readonly<Record<string, readonly [name: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/app.js': ['app.js', 'text/javascript; charset=utf-8'],
  '/app.css': ['app.css', 'text/css; charset=utf-8'],
};
/** Nothing is loaded from anywhere else, nothing is sent anywhere else, and nobody frames it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Milliseconds that a browser may take for one request: it is on this machine. */
const REQUEST_MS_MAX = 10_000;

export interface PageServerOptions {
  /** Folder of the built page. */
  readonly folder: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly shop: EventStreams;
  readonly service: EventStreams;
  /** What a page is told first. */
  readonly firstShop: () => readonly string[];
  readonly firstService: () => readonly string[];
  readonly onAction: (action: KioskAction) => void;
}

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Resolves once it listens; rejects where the files or the port are not to be had. */
export const startPageServer = async (options: PageServerOptions): Promise<PageServer> => {
  const files = new Map(
    Object.entries(FILES).map(([path, [name, type]]) => [
      path,
      { type, content: readFileSync(join(options.folder, name)) },
    ]),
  );
  const server = createServer((request, response) => {
    if (!isOurs(request)) {
      refuse(response, 403);
      return;
    }
    const path = new URL(request.url ?? '/', `http://${HOST}`).pathname;
    const file = files.get(path);
    if (request.method === 'POST' && path === '/actions') {
      takeAction(request, response, options.onAction);
    } else if (request.method !== 'GET') {
      refuse(response, 405);
    } else if (file !== undefined) {
      response.writeHead(200, headersOf(file.type));
      response.end(file.content);
    } else {
      openStream(path, response, options);
    }
  });
  server.requestTimeout = REQUEST_MS_MAX;
  server.maxConnections = 4 * STREAMS_MAX;
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}/`,
    close: () => {
      options.shop.close();
      options.service.close();
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** Another site that a browser here has open must not touch the kiosk, nor be one by a name of its own. */
const isOurs = ({ headers }: IncomingMessage): boolean => {
  const host = headers.host ?? '';
  const named = NAMES.has(host.replace(/:\d+$/, ''));
  return named && (headers.origin === undefined || headers.origin === `http://${host}`);
};

const headersOf = (type: string): Record<string, string> => ({
  'content-type': type,
  'content-security-policy': POLICY,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
});

const refuse = (response: ServerResponse, status: number): void => {
  response.writeHead(status, headersOf('text/plain; charset=utf-8'));
  response.end(`${status}\n`);
};

const openStream = (path: string, response: ServerResponse, options: PageServerOptions): void => {
  const isShop = path === '/events';
  if (!isShop && path !== '/service/events') {
    refuse(response, 404);
    return;
  }
  const streams = isShop ? options.shop : options.service;
  if (!streams.add(response, isShop ? options.firstShop() : options.firstService())) {
    refuse(response, 503);
  }
};

/** Only JSON: a form of another site cannot send that without asking first. */
const takeAction = (
  request: IncomingMessage,
  response: ServerResponse,
  onAction: (action: KioskAction) => void,
): void => {
  if (request.headers['content-type'] !== 'application/json') {
    refuse(response, 415);
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= ACTION_BYTES_MAX) {
      chunks.push(chunk);
    }
  });
  request.on('end', () => {
    if (bytes > ACTION_BYTES_MAX) {
      refuse(response, 413);
      return;
    }
    const action = parseAction(Buffer.concat(chunks).toString('utf8'));
    if (action === undefined) {
      refuse(response, 400);
      return;
    }
    response.writeHead(204).end();
    onAction(action);
  });
};
