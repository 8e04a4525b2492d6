/** Bytes over AT commands through real TCP sockets on the loopback. */
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { createAtDriver } from '#client/at/at-driver.ts';
import { type AtSocket, openAtSocket } from '#client/at/at-socket.ts';
import { FAMILIES } from '#client/at/families.ts';
import type { ModemDriver } from '#client/at/modem-driver.ts';
import type { FamilyName, TlsSettings } from '#client/at/modem-family.ts';
import {
  createVirtualModem,
  type VirtualModem,
  type VirtualModemOptions,
} from '#client/modem/virtual-modem.ts';
import { AUTHORITY, SERVER } from '../../support/test-certificates.ts';
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

interface Desk {
  readonly driver: ModemDriver;
  readonly modem: VirtualModem;
  readonly time: ManualTime;
  open(port: number): Promise<AtSocket>;
}

const rig = (
  family: FamilyName,
  options: Partial<VirtualModemOptions> = {},
  tls?: TlsSettings,
): Desk => {
  const time = new ManualTime();
  const modem = createVirtualModem({ family, timers: time, ...options });
  closers.push(() => void modem.close());
  const driver = createAtDriver({
    family: FAMILIES[family],
    port: modem,
    clock: time,
    timers: time,
    apn: 'internet',
    ...(tls === undefined ? {} : { tls }),
  });
  const open = (port: number): Promise<AtSocket> =>
    runThrough(time, openAtSocket({ driver, timers: time, host: '127.0.0.1', port }), STEP_MS);
  return { driver, modem, time, open };
};

/** In a turn of real sockets only so much time passes that the driver waits for them. */
const STEP_MS = 20;

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

const ALL: readonly FamilyName[] = ['sim800', 'sim7600', 'quectel', 'ublox'];

describe.each(ALL)('a TCP socket over the AT commands of %s', (family) => {
  it.each([1, 1023, 1024, 1025, 1459, 1460, 1461, 1501, 20_000])(
    'carries %i bytes there and back',
    async (length) => {
      const port = await listen((socket) => socket.pipe(socket));
      const { driver, modem, time, open } = rig(family);
      const sent = pattern(length);
      await runThrough(time, driver.bringUp());
      const socket = await open(port);
      const back = await runThrough(time, exchange(socket, sent), STEP_MS);
      expect(back.equals(sent)).toBe(true);
      expect(modem.air).toEqual({ bytesUp: length, bytesDown: length });
      expect(await runThrough(time, socket.unacknowledged(), STEP_MS)).toBe(0);
      socket.destroy();
    },
  );

  it('survives storms, lost notices, stuck echo and output in pieces, whatever the seed', async () => {
    const port = await listen((socket) => socket.pipe(socket));
    const sent = pattern(3_000);
    for (let seed = 1; seed <= 10; seed += 1) {
      const personality = {
        strayRate: 0.3,
        strayLinesMax: seed % 2 === 0 ? 20 : 1,
        lostNoticeRate: 0.5,
        stuckEcho: seed % 2 === 0,
        refusesSameSetting: seed % 3 === 0,
        searchingAsks: seed % 4,
      };
      const { driver, time, open } = rig(family, { personality, seed, inPieces: true });
      await runThrough(time, driver.bringUp());
      const socket = await open(port);
      const back = await runThrough(time, exchange(socket, sent), 100);
      expect(back.equals(sent), `seed ${seed}`).toBe(true);
      socket.destroy();
    }
  });

  it('hands out what came before the peer closed, then ends, and its number serves again', async () => {
    const port = await listen((socket) => socket.end(pattern(2_000)));
    const { driver, time, open } = rig(family);
    await runThrough(time, driver.bringUp());
    for (let round = 0; round < 14; round += 1) {
      const socket = await open(port);
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      const closed = new Promise((resolve) => {
        socket.once('close', resolve);
      });
      await runThrough(time, closed);
      expect(Buffer.concat(chunks).equals(pattern(2_000)), `round ${round}`).toBe(true);
    }
  });

  it('carries two conversations at once', async () => {
    const port = await listen((socket) => socket.pipe(socket));
    const { driver, time, open } = rig(family);
    await runThrough(time, driver.bringUp());
    const [one, other] = [await open(port), await open(port)];
    const both = Promise.all([exchange(one, pattern(3_000)), exchange(other, pattern(2_999))]);
    const [back, otherBack] = await runThrough(time, both, STEP_MS);
    expect(back.equals(pattern(3_000))).toBe(true);
    expect(otherBack.equals(pattern(2_999))).toBe(true);
    one.destroy();
    other.destroy();
  });

  it('says that the bearer is lost, and carries bytes again after a new bring-up', async () => {
    const port = await listen((socket) => socket.pipe(socket));
    const { driver, modem, time, open } = rig(family);
    await runThrough(time, driver.bringUp());
    const socket = await open(port);
    socket.resume();
    const failed = new Promise<Error>((resolve) => {
      socket.once('error', resolve);
    });
    modem.loseBearer();
    expect(await runThrough(time, failed)).toMatchObject({ name: 'AtError', code: 'bearer_lost' });
    await runThrough(time, driver.bringUp());
    const again = await open(port);
    expect((await runThrough(time, exchange(again, pattern(10)), STEP_MS)).length).toBe(10);
    again.destroy();
  });

  it('names the refused connection', async () => {
    const { driver, time, open } = rig(family);
    await runThrough(time, driver.bringUp());
    await expect(open(1)).rejects.toMatchObject({ code: 'connect_refused' });
  });
});

const SECURE: readonly FamilyName[] = ['sim7600', 'quectel', 'ublox'];

describe.each(SECURE)('a TLS socket that %s makes', (family) => {
  const listenTls = async (): Promise<number> => {
    const server = createTlsServer(SERVER, (socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closers.push(() => void server.close());
    return (server.address() as AddressInfo).port;
  };

  it('carries bytes to a server that the authority vouches for', async () => {
    const port = await listenTls();
    const tls = { ca: Buffer.from(AUTHORITY) };
    const { driver, time, open } = rig(family, {}, tls);
    await runThrough(time, driver.bringUp());
    const socket = await open(port);
    const sent = pattern(3_000);
    expect((await runThrough(time, exchange(socket, sent), STEP_MS)).equals(sent)).toBe(true);
    socket.destroy();
  });

  it('is refused where it does not', async () => {
    const port = await listenTls();
    const { driver, time, open } = rig(family, {}, { ca: Buffer.from(SERVER.cert) });
    await runThrough(time, driver.bringUp());
    await expect(open(port)).rejects.toMatchObject({ code: 'connect_refused' });
  });
});

it('takes as long as the line takes at 115200 bit/s', async () => {
  const port = await listen((socket) => socket.pipe(socket));
  const { driver, time } = rig('sim800', { bitsPerSecond: 115_200 });
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
