/** The load generator: groups of sockets to one server each, one request in flight per socket. Runs as a process of its own. */
import { connect, type Socket } from 'node:net';
import type { ClientScript, LoadMessage, LoadRequest } from './wire.ts';

/** Connections opened at a time: below the backlog of every server. */
const OPENING_MAX = 100;
/** Milliseconds for one connection to be open and signed on. */
const OPEN_MS_MAX = 30_000;
const BUFFER_BYTES = 16_384;

/** Shared by all sockets: nothing of it is used after the callback. */
const buffer = new Uint8Array(BUFFER_BYTES);

interface Client {
  readonly socket: Socket;
  readonly script: { readonly request: Buffer } & Omit<ClientScript, 'request'>;
  /** Bytes of the answer that have not come yet. */
  missing: number;
  phase: 'opening' | 'idle' | 'asking';
  opened: () => void;
}

interface Group {
  readonly clients: Client[];
  answers: number;
  running: boolean;
  /** Clients that wait for an answer. */
  asking: number;
  ended: () => void;
}

const groups = new Map<string, Group>();
const tell = (message: LoadMessage): void => {
  process.send?.(message);
};
const fail = (reason: string): void => tell({ kind: 'failed', reason });

const ask = (group: Group, client: Client): void => {
  client.phase = 'asking';
  client.missing = client.script.replyBytes;
  group.asking += 1;
  client.socket.write(client.script.request);
};

const takeAnswer = (group: Group, client: Client, length: number): void => {
  const { expect, replyBytes } = client.script;
  if (client.missing === replyBytes && buffer[expect.at] !== expect.byte) {
    fail(
      `An answer begins otherwise than it should: ${Buffer.from(buffer.subarray(0, Math.min(length, 8))).toString('hex')}.`,
    );
    client.socket.destroy();
    return;
  }
  client.missing -= length;
  if (client.missing > 0) {
    return;
  }
  group.answers += 1;
  group.asking -= 1;
  client.phase = 'idle';
  if (group.running) {
    ask(group, client);
  } else if (group.asking === 0) {
    group.ended();
  }
};

const take = (group: Group, client: Client, length: number): void => {
  if (client.phase === 'asking') {
    takeAnswer(group, client, length);
    return;
  }
  client.missing -= length;
  if (client.missing <= 0) {
    client.phase = 'idle';
    client.opened();
  }
};

const openClient = (group: Group, port: number, script: ClientScript): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('A connection did not open in time.')),
      OPEN_MS_MAX,
    );
    const socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer,
        callback: (length: number): boolean => {
          take(group, client, length);
          return true;
        },
      },
    });
    const client: Client = {
      socket,
      script: { ...script, request: Buffer.from(script.request, 'hex') },
      missing: script.openingReplyBytes,
      phase: 'opening',
      opened: () => {
        clearTimeout(timer);
        resolve();
      },
    };
    socket.once('connect', () => socket.write(Buffer.from(script.opening, 'hex')));
    socket.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once('close', () => {
      if (group.clients.includes(client)) {
        fail('A server closed a connection.');
      }
    });
    group.clients.push(client);
  });

const openGroup = async (
  name: string,
  port: number,
  scripts: readonly ClientScript[],
): Promise<void> => {
  const group: Group = {
    clients: [],
    answers: 0,
    running: false,
    asking: 0,
    ended: () => undefined,
  };
  groups.set(name, group);
  for (let from = 0; from < scripts.length; from += OPENING_MAX) {
    const some = scripts.slice(from, from + OPENING_MAX);
    await Promise.all(some.map((script) => openClient(group, port, script)));
  }
  tell({ kind: 'opened' });
};

const runGroup = async (group: Group, milliseconds: number): Promise<void> => {
  group.answers = 0;
  group.running = true;
  const allEnded = new Promise<void>((resolve) => {
    group.ended = resolve;
  });
  for (const client of group.clients) {
    ask(group, client);
  }
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  group.running = false;
  await allEnded;
  tell({ kind: 'ran', answers: group.answers });
};

const closeGroup = (name: string): void => {
  const clients = groups.get(name)?.clients.splice(0) ?? [];
  groups.delete(name);
  for (const { socket } of clients) {
    // A reset leaves no connection waiting in the kernel, however many were open.
    socket.resetAndDestroy();
  }
  tell({ kind: 'closed' });
};

const handle = async (message: LoadRequest): Promise<void> => {
  if (message.kind === 'open') {
    await openGroup(message.group, message.port, message.scripts);
    return;
  }
  const group = groups.get(message.group);
  if (group === undefined) {
    throw new Error(`No group ${message.group}.`);
  }
  if (message.kind === 'run') {
    await runGroup(group, message.milliseconds);
  } else {
    closeGroup(message.group);
  }
};

process.on('message', (message) => {
  handle(message as LoadRequest).catch((error: unknown) => fail(String(error)));
});
