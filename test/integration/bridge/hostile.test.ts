/** Thousands of bad connections on real sockets: memory stays small, and an honest terminal beside them loses no payment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Counters } from '#bridge/counters.ts';
import { keysOf } from '#test/support/bridge-rig.ts';
import { ForeignTerminal, payBody, TYPE } from '#test/support/foreign-terminal.ts';

const MEMORY_BYTES_MAX = 256 * 1024 * 1024;
/** At the rate of one terminal they take a second. */
const SALES = 15;
const SALE = {
  identifier: '70000000000000000042',
  entryMode: 3,
  currency: 410,
  sku: 'LIP-01',
  unitPriceMinor: 1,
};

interface Seen {
  readonly mostBytes: number;
  readonly connections: number;
  readonly counters: Counters;
}

let child: ChildProcess;
let lines: Interface;
let port: number;
const sockets: Socket[] = [];

const nextLine = async (): Promise<unknown> => {
  const [line] = (await once(lines, 'line')) as [string];
  return JSON.parse(line);
};
const look = async (): Promise<Seen> => {
  const line = nextLine();
  child.stdin?.write('\n');
  return (await line) as Seen;
};
/** Bounded by looks, not by a clock. */
const until = async (done: (seen: Seen) => boolean): Promise<Seen> => {
  for (let looks = 0; looks < 5_000; looks += 1) {
    const seen = await look();
    if (done(seen)) {
      return seen;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it never came to that');
};

beforeEach(async () => {
  child = spawn(process.execPath, ['test/support/quick-bridge.ts'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  ({ port } = (await nextLine()) as { port: number });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) {
    socket.destroy();
  }
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
});

/** From an address of its own: on this machine all of 127/8 is here. */
const dial = (address: string): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress: address, noDelay: true });
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.once('connect', () => resolve(socket));
    socket.once('close', () => resolve(socket));
  });
const addressOf = (index: number): string => `127.0.${1 + (index >> 8)}.${1 + (index & 127)}`;

/** Sells one after another, slowly enough for its rate, and counts the answers. */
const sellHonestly = async (): Promise<number> => {
  const line = await ForeignTerminal.signOn({ host: '127.0.0.1', port }, keysOf(9_001));
  let answered = 0;
  for (let sequence = 1; sequence <= SALES; sequence += 1) {
    line.send(line.codec.encode(TYPE.pay, sequence, payBody(SALE)));
    const answer = await line.next();
    answered += Number(answer?.type === (TYPE.pay | 0x80) && answer.sequence === sequence);
  }
  line.close();
  return answered;
};

const attacks: readonly [string, () => Promise<(seen: Seen) => boolean>][] = [
  [
    '2,000 slow-loris from 50 addresses',
    async () => {
      const dripping = await Promise.all(
        Array.from({ length: 2_000 }, (_, index) => dial(addressOf(index % 50))),
      );
      const hello = new ForeignTerminal(await dial('127.0.9.9'), keysOf()).hello();
      let at = 0;
      const drip = setInterval(() => {
        for (const socket of dripping) {
          socket.write(hello.subarray(at, at + 1));
        }
        at += 1;
      }, 50);
      return ({ counters }) => {
        const isOver = counters.timeout_greeting >= 2_000;
        if (isOver) {
          clearInterval(drip);
        }
        return isOver;
      };
    },
  ],
  [
    'a flood of 5,000 connections from one address',
    async () => {
      for (let wave = 0; wave < 50; wave += 1) {
        await Promise.all(Array.from({ length: 100 }, () => dial('127.0.9.9')));
      }
      // Those that were let in are cut after 15 s, which lets others in.
      return ({ counters }) => counters.connections_per_address >= 4_000;
    },
  ],
  [
    '500 peers that are half open, while their terminals dial again',
    async () => {
      const peers = await Promise.all(
        Array.from({ length: 500 }, async (_, index) => {
          const socket = await dial(addressOf(index % 50));
          const t = new ForeignTerminal(socket, keysOf(20_001 + index));
          return t.greet();
        }),
      );
      for (const [index, peer] of peers.entries()) {
        peer.silence();
        const socket = await dial(addressOf(index % 50));
        await new ForeignTerminal(socket, keysOf(20_001 + index)).greet();
      }
      return ({ counters, connections }) => counters.takeovers === 500 && connections <= 501;
    },
  ],
  [
    '50 terminals that ask and do not read',
    async () => {
      await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          const socket = await dial(addressOf(index));
          const t = await new ForeignTerminal(socket, keysOf(30_001 + index)).greet();
          socket.pause();
          const ping = t.codec.encode(TYPE.ping, 1, new Map());
          socket.write(Buffer.concat(new Array<Buffer>(20_000).fill(ping)));
        }),
      );
      return ({ counters }) => counters.throttled >= 50;
    },
  ],
  [
    'one terminal that blasts 100 MB',
    async () => {
      const socket = await dial('127.0.8.8');
      const t = await new ForeignTerminal(socket, keysOf(40_001)).greet();
      const pay = t.codec.encode(TYPE.pay, 1, payBody(SALE));
      const chunk = Buffer.concat(new Array<Buffer>(10_000).fill(pay));
      for (let sent = 0; sent < 100_000_000; sent += chunk.length) {
        socket.write(chunk);
      }
      return ({ counters }) => counters.throttled >= 1;
    },
  ],
  [
    '1,000 frames with lengths of nothing, too much, or below zero',
    async () => {
      const lengths = [
        'c5100000',
        'c510ffff',
        'c5108000',
        'c51003fd',
        'c5100011',
        '0000',
        '0579',
        '05ff',
      ];
      await Promise.all(
        Array.from({ length: 1_000 }, async (_, index) => {
          const socket = await dial(addressOf(index % 50));
          socket.write(Buffer.from(`${lengths[index % lengths.length]}02000003e9`, 'hex'));
          socket.resume();
        }),
      );
      return ({ counters, connections }) => counters.fault_64 >= 1_000 && connections <= 1;
    },
  ],
];

it.each(attacks)('%s', async (_, attack) => {
  const selling = sellHonestly();
  const isOver = await attack();
  const seen = await until(isOver);
  expect(await selling).toBe(SALES);
  // A terminal that calls only now is served as well.
  expect(await sellHonestly()).toBe(SALES);
  expect((await look()).mostBytes).toBeLessThan(MEMORY_BYTES_MAX);
  expect(seen.counters.busy_no_answer + seen.counters.busy_full).toBe(0);
});
