/** `npm run modem` as any AT client sees it: over a TCP port, byte by byte. */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openAtSocket } from '#client/at/at-socket.ts';
import type { FamilyName } from '#client/at/modem-family.ts';
import {
  type ModemServer,
  type ModemServerOptions,
  parseModemServer,
  startModemServer,
} from '#client/modem-server.ts';
import { openModem } from '#client/open-modem.ts';
import { systemClock, systemTimers } from '#client/system-time.ts';
import { openTcpBridge } from './support/tcp-bridge.ts';

const servers: ModemServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    await server.close();
  }
});

const start = async (...args: string[]): Promise<ModemServer> => {
  const options = parseModemServer(['--listen', '0', '--latency', '0', ...args]);
  if (options === 'help') {
    throw new Error('help was not asked for');
  }
  const server = await startModemServer(options, systemTimers, () => undefined);
  servers.push(server);
  return server;
};

/** Writes what a client writes, and gives what came until the text is in it. */
const dialogue = async (
  port: number,
): Promise<{
  readonly socket: Socket;
  ask(text: string, until: string): Promise<string>;
}> => {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  let waiting: (() => void) | undefined;
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1');
    waiting?.();
  });
  socket.on('close', () => waiting?.());
  await new Promise((resolve) => {
    socket.once('connect', resolve);
  });
  return {
    socket,
    ask: async (text, until) => {
      heard = '';
      socket.write(text);
      while (!heard.includes(until) && !socket.destroyed) {
        await new Promise<void>((resolve) => {
          waiting = resolve;
        });
      }
      return heard;
    },
  };
};

describe('a virtual modem on a TCP port', () => {
  it('echoes and answers as a terminal program expects it', async () => {
    const { ask, socket } = await dialogue((await start('--family', 'bg95')).port);
    expect(await ask('AT\r', 'OK\r\n')).toBe('AT\r\r\nOK\r\n');
    expect(await ask('ATE0\r', 'OK\r\n')).toBe('ATE0\r\r\nOK\r\n');
    expect(await ask('AT+CPIN?\r', 'OK\r\n')).toBe('\r\n+CPIN: READY\r\n\r\nOK\r\n');
    expect(await ask('AT+NONSENSE\r', 'ERROR')).toBe('\r\nERROR\r\n');
    socket.destroy();
  });

  it('prints and does what is typed at its console', async () => {
    const server = await start('--family', 'sim800');
    const { ask, socket } = await dialogue(server.port);
    await ask('ATE0\r', 'OK\r\n');
    server.event('RING');
    expect(await ask('', 'RING')).toContain('\r\nRING\r\n');
    server.event('network 3600');
    expect(await ask('AT+CGREG?\r', 'OK\r\n')).toContain('+CGREG: 0,2');
    socket.destroy();
  });

  it('belongs to the client that came last', async () => {
    const { port } = await start();
    const first = await dialogue(port);
    const closed = new Promise((resolve) => {
      first.socket.once('close', resolve);
    });
    const second = await dialogue(port);
    await closed;
    expect(await second.ask('AT\r', 'OK')).toContain('OK');
    second.socket.destroy();
  });

  it.each(['sim800', 'sim7600', 'quectel', 'ublox'] satisfies FamilyName[])(
    'is found out, brought up and used by the driver like one on a cable (%s)',
    async (family) => {
      const { port } = await start('--family', family, '--pieces');
      const bridge = await openTcpBridge();
      const { driver, air } = openModem(
        { modem: `tcp://127.0.0.1:${port}`, baud: 'auto', apn: 'internet' },
        { clock: systemClock, timers: systemTimers },
      );
      const report = await driver.bringUp();
      expect(report).toMatchObject({ family, address: '10.64.1.17' });
      const socket = await openAtSocket({
        driver,
        timers: systemTimers,
        host: '127.0.0.1',
        port: bridge.port,
      });
      expect(bridge.bridge.dials).toBe(1);
      expect(air()).toBeUndefined();
      socket.destroy();
      await driver.shutDown();
      bridge.close();
    },
  );
});

describe('the flags of `npm run modem`', () => {
  const read = (...args: string[]): ModemServerOptions => {
    const options = parseModemServer(args);
    if (options === 'help') {
      throw new Error('help was not asked for');
    }
    return options;
  };

  it('have defaults, and are read by their kind', () => {
    expect(read()).toMatchObject({ family: 'sim800', host: '127.0.0.1', port: 7020, seed: 1 });
    expect(
      read('--listen', '0.0.0.0:7021', '--quirk', 'strayRate=0.3', '--quirk', 'sim=SIM PIN'),
    ).toMatchObject({
      host: '0.0.0.0',
      port: 7021,
      personality: { strayRate: 0.3, sim: 'SIM PIN' },
    });
    expect(parseModemServer(['--help'])).toBe('help');
  });

  it.each([
    [['--family', 'mc60'], '--family'],
    [['--listen', '65536'], '--listen'],
    [['--listen', 'here'], '--listen'],
    [['--latency', '-1'], '--latency'],
    [['--bits', '299'], '--bits'],
    [['--quirk', 'strayRate=much'], '--quirk'],
    [['--quirk', 'nothing=1'], '--quirk'],
    [['--colour'], '--colour'],
  ])('refuse %j and name the flag', (args, flag) => {
    expect(() => parseModemServer(args)).toThrow(flag);
  });
});
