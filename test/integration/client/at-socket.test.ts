/** Bytes over AT commands through real TCP sockets on the loopback. */
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createAtDriver } from '#client/at/at-driver.ts';
import { type AtSocket, openAtSocket } from '#client/at/at-socket.ts';
import { sim800 } from '#client/at/family-sim800.ts';
import type { ModemDriver } from '#client/at/modem-driver.ts';
import { createVirtualModem, type VirtualModem } from '#client/modem/virtual-modem.ts';
import type { Personality } from '#client/modem/virtual-personality.ts';
import { ManualTime, runThrough } from '../../unit/client/support/manual-time.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) {
    close();
  }
});

const listen = async (onSocket: (socket: Socket) => void): Promise<number> => {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(() => {
    server.close();
    for (const socket of sockets) {
      socket.destroy();
    }
  });
  return (server.address() as AddressInfo).port;
};

const rig = (
  personality: Partial<Personality>,
  seed: number,
  inPieces: boolean,
): { driver: ModemDriver; modem: VirtualModem; time: ManualTime } => {
  const time = new ManualTime();
  const modem = createVirtualModem({ family: 'sim800', timers: time, personality, seed, inPieces });
  closers.push(() => void modem.close());
  const driver = createAtDriver({
    family: sim800,
    port: modem,
    clock: time,
    timers: time,
    apn: 'internet',
  });
  return { driver, modem, time };
};

const pattern = (length: number): Buffer => {
  // Holds what a careless parser trips over.
  const trap = Buffer.from(
    '\r\nOK\r\n\r\nERROR\r\n> +CIPRXGET: 2,0,9,9\r\n0, CLOSED\r\n0, SEND OK\r\n',
  );
  return Buffer.alloc(length, Buffer.concat([createHash('sha256').update('seed').digest(), trap]));
};

const exchange = async (socket: AtSocket, sent: Buffer): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let received = 0;
  const complete = new Promise<void>((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      received += chunk.length;
      if (received >= sent.length) {
        resolve();
      }
    });
    socket.once('error', reject);
  });
  socket.write(sent);
  await complete;
  return Buffer.concat(chunks);
};

describe('a TCP socket over AT commands', () => {
  it.each([1, 2, 1459, 1460, 1461, 4096, 65_536])(
    'carries %i bytes there and back',
    async (length) => {
      const port = await listen((socket) => socket.pipe(socket));
      const { driver, modem, time } = rig({}, 1, false);
      const sent = pattern(length);
      await driver.bringUp();
      const socket = await openAtSocket({ driver, timers: time, host: '127.0.0.1', port });
      const back = await runThrough(time, exchange(socket, sent), 0);
      expect(back.equals(sent)).toBe(true);
      expect(modem.air).toEqual({ bytesUp: length, bytesDown: length });
      socket.destroy();
    },
  );

  it('survives stray lines, lost notices, stuck echo and output in pieces, whatever the seed', async () => {
    const port = await listen((socket) => socket.pipe(socket));
    const sent = pattern(3_000);
    for (let seed = 1; seed <= 25; seed += 1) {
      const { driver, time } = rig(
        {
          strayRate: 0.3,
          lostNoticeRate: 0.5,
          stuckEcho: seed % 2 === 0,
          refusesSameSetting: seed % 3 === 0,
          searchingAsks: seed % 4,
        },
        seed,
        true,
      );
      await runThrough(time, driver.bringUp());
      const socket = await openAtSocket({ driver, timers: time, host: '127.0.0.1', port });
      const back = await runThrough(time, exchange(socket, sent), 100);
      expect(back.equals(sent), `seed ${seed}`).toBe(true);
      socket.destroy();
    }
  });

  it('hands out what came before the peer closed, then ends', async () => {
    const port = await listen((socket) => socket.end(pattern(2_000)));
    const { driver, time } = rig({}, 1, false);
    await driver.bringUp();
    const socket = await openAtSocket({ driver, timers: time, host: '127.0.0.1', port });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    const ended = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    await runThrough(time, ended);
    expect(Buffer.concat(chunks).equals(pattern(2_000))).toBe(true);
  });

  it('says that the bearer is lost, and carries bytes again after a new bring-up', async () => {
    const port = await listen((socket) => socket.pipe(socket));
    const { driver, modem, time } = rig({}, 1, false);
    await driver.bringUp();
    const socket = await openAtSocket({ driver, timers: time, host: '127.0.0.1', port });
    socket.resume();
    const failed = new Promise<Error>((resolve) => {
      socket.once('error', resolve);
    });
    modem.loseBearer();
    expect(await runThrough(time, failed)).toMatchObject({ name: 'AtError', code: 'bearer_lost' });
    await driver.bringUp();
    const again = await openAtSocket({ driver, timers: time, host: '127.0.0.1', port });
    expect((await runThrough(time, exchange(again, pattern(10)))).length).toBe(10);
    again.destroy();
  });

  it('names the refused connection', async () => {
    const { driver, time } = rig({}, 1, false);
    await driver.bringUp();
    const opening = openAtSocket({ driver, timers: time, host: '127.0.0.1', port: 1 });
    await expect(opening).rejects.toMatchObject({
      code: 'connect_refused',
      words: '0, CONNECT FAIL',
    });
  });

  it('takes as long as the line takes at 115200 bit/s', async () => {
    const port = await listen((socket) => socket.pipe(socket));
    const time = new ManualTime();
    const modem = createVirtualModem({ family: 'sim800', timers: time, bitsPerSecond: 115_200 });
    closers.push(() => void modem.close());
    const driver = createAtDriver({
      family: sim800,
      port: modem,
      clock: time,
      timers: time,
      apn: 'x',
    });
    await runThrough(time, driver.bringUp(), 1);
    const opening = openAtSocket({ driver, timers: time, host: '127.0.0.1', port });
    const socket = await runThrough(time, opening, 1);
    const begun = time.nowMs();
    const sent = pattern(1_000);
    expect((await runThrough(time, exchange(socket, sent), 1)).equals(sent)).toBe(true);
    // Ten bits a byte: the answer alone takes 87 ms.
    expect(time.nowMs() - begun).toBeGreaterThanOrEqual(86);
    socket.destroy();
  });
});
