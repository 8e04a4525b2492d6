/** TLS on the one port: who gets in, what it proves, and what a terminal's settings allow. */
import type { ConnectionOptions } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { BridgeSettings } from '#bridge/bridge.ts';
import { keysOf, LINK_MASTER, Rig } from '#test/support/bridge-rig.ts';
import { ForeignJsonTerminal } from '#test/support/foreign-json.ts';
import { ForeignTerminal, TYPE } from '#test/support/foreign-terminal.ts';
import {
  clientCa,
  dialTls,
  otherCertificate,
  serverCertificate,
  withOwnCertificate,
  withPsk,
  withServerCertificate,
} from '#test/support/tls-clients.ts';

let rig: Rig;
const lines: { close(): void }[] = [];
const CERTIFIED: Partial<BridgeSettings> = { tls: { ...serverCertificate, clientCa } };
const started = async (settings: Partial<BridgeSettings> = CERTIFIED): Promise<void> => {
  rig = await new Rig().start(settings);
};
const keep = <Line extends { close(): void }>(line: Line): Line => {
  lines.push(line);
  return line;
};
const dial = async (options: ConnectionOptions, keys = keysOf()): Promise<ForeignTerminal> =>
  keep(new ForeignTerminal(await dialTls(rig.at, options), keys));
const PSK = 'PSK-AES128-GCM-SHA256';
const body = new Map([[1, 5]]);

afterEach(async () => {
  for (const line of lines.splice(0)) {
    line.close();
  }
  await rig.bridge.close();
});

/** A payment there and back. */
const pays = async (t: ForeignTerminal): Promise<void> => {
  const index = rig.sent.length;
  t.send(t.codec.encode(TYPE.pay, 7, body));
  const answer = t.codec.encode(TYPE.pay | 0x80, 7, new Map([[1, 0]]));
  rig.reply((await rig.request(index)).corr, answer);
  expect((await t.next())?.bytes).toEqual(answer);
};

describe('a terminal that dials TLS', () => {
  const ways: readonly [string, () => ConnectionOptions][] = [
    ['1.3 with the server certificate', () => withServerCertificate],
    [
      '1.2 with the server certificate',
      () => ({ ...withServerCertificate, maxVersion: 'TLSv1.2' }),
    ],
    ['a certificate of its own', () => withOwnCertificate('1001')],
    ['1.2 with PSK', () => withPsk(keysOf(), PSK)],
    ['1.2 with PSK and CBC', () => withPsk(keysOf(), 'PSK-AES128-CBC-SHA256')],
    ['1.2 with ECDHE-PSK', () => withPsk(keysOf(), 'ECDHE-PSK-CHACHA20-POLY1305')],
    ['1.3 with PSK', () => withPsk(keysOf(), 'PSK:TLS_AES_128_GCM_SHA256')],
  ];
  for (const sharedReadBuffer of [true, false]) {
    it.each(ways)(
      `pays over %s${sharedReadBuffer ? '' : ', without the shared read buffer'}`,
      async (_, options) => {
        await started({ ...CERTIFIED, sharedReadBuffer });
        await pays(await (await dial(options())).greet());
        expect(rig.bridge.counters).toMatchObject({ tls_handshakes: 1, tls_failed: 0, hellos: 1 });
      },
    );
  }

  it('speaks JSON lines inside', async () => {
    await started();
    const socket = await dialTls(rig.at, withServerCertificate);
    const t = keep(new ForeignJsonTerminal(socket, keysOf()));
    await t.signOn();
    t.send(t.codec.line('ping', 1));
    expect((await t.next())?.op).toBe('pong');
  });

  it('needs no certificate where the bridge has none, but a key', async () => {
    await started({});
    await pays(await (await dial(withPsk(keysOf(), PSK))).greet());
    await expect(dialTls(rig.at, withServerCertificate)).rejects.toThrow(/alert/);
    expect(rig.bridge.counters).toMatchObject({ tls_handshakes: 1, tls_failed: 1 });
    expect(rig.logged).toContain('tls_failed');
  });

  it('is cut 15 s after the accept when it gets nowhere, wherever it stopped', async () => {
    await started();
    const halfHello = keep(await ForeignTerminal.connect(rig.at, keysOf()));
    halfHello.send(Buffer.from('160301', 'hex'));
    const silent = await dial(withServerCertificate);
    await rig.until(() => rig.bridge.counters.connections === 2);
    await rig.advance(14_900);
    expect([halfHello.closed, silent.closed]).toEqual([false, false]);
    await rig.advance(400);
    await rig.until(() => halfHello.closed && silent.closed);
    expect(rig.bridge.counters.timeout_greeting).toBe(2);
    expect(rig.bridge.stats().connections).toBe(0);
  });

  it('that speaks no dialect inside is told of as that', async () => {
    await started();
    const t = await dial(withServerCertificate);
    t.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await rig.until(() => rig.bridge.counters.strangers.http === 1 && t.closed);
    expect(rig.fields('stranger')).toMatchObject({ looksLike: 'http', transport: 'tls' });
  });

  it('that does not read is cut', async () => {
    await started();
    const socket = await dialTls(rig.at, withServerCertificate);
    const t = keep(new ForeignTerminal(socket, keysOf()));
    await t.greet();
    socket.pause();
    const pings = Buffer.concat(
      new Array<Buffer>(500).fill(t.codec.encode(TYPE.ping, 1, new Map())),
    );
    await rig.until(() => {
      if (socket.writableLength === 0 && !socket.destroyed) {
        socket.write(pings);
      }
      return rig.bridge.counters.slow_readers === 1;
    });
    await rig.until(() => rig.bridge.stats().connections === 0);
  });
});

describe('a pre-shared key', () => {
  it.each([PSK, 'PSK:TLS_AES_128_GCM_SHA256'])(
    'that is wrong gets the same answer for every name (%s)',
    async (ciphers) => {
      await started({});
      const wrong = { ...keysOf(), linkKey: 'ab'.repeat(32) };
      const alerts: string[] = [];
      for (const name of ['1001.1', '4000000000.7', 'admin', '0.0']) {
        await dialTls(rig.at, withPsk(wrong, ciphers, name)).then(
          () => expect.unreachable(),
          (error: Error & { code?: string }) => alerts.push(String(error.code)),
        );
      }
      expect(new Set(alerts).size, alerts.join(' ')).toBe(1);
    },
  );

  it('is of one terminal: its HELLO may name no other', async () => {
    await started({});
    const t = await dial(withPsk(keysOf(1001), PSK), keysOf(1002));
    t.send(t.hello());
    expect((await t.next())?.body.get(1)).toBe(66);
    expect(rig.bridge.counters).toMatchObject({ proven_other: 1, hellos: 0 });
  });

  it('of the previous master gets in at the second try', async () => {
    await started({ linkMasters: { current: Buffer.alloc(32, 9), previous: LINK_MASTER } });
    await expect(dialTls(rig.at, withPsk(keysOf(), PSK))).rejects.toThrow();
    await pays(await (await dial(withPsk(keysOf(), PSK))).greet());
  });
});

describe('a certificate of a terminal', () => {
  it('is of one terminal too', async () => {
    await started();
    const t = await dial(withOwnCertificate('1002'));
    t.send(t.hello());
    expect((await t.next())?.body.get(1)).toBe(66);
    expect(rig.bridge.counters.proven_other).toBe(1);
  });

  it.each([
    ['from nobody known', () => withOwnCertificate('1001', false)],
    ['of no terminal', () => withOwnCertificate('somebody')],
  ])('%s proves nothing: the way counts as plain TLS', async (_, options) => {
    await started();
    rig.region = async () => ({ region: 'KR', transports: ['mtls'] });
    const t = await dial(options());
    t.send(t.hello());
    expect((await t.next())?.type).toBe(TYPE.welcome);
    expect((await t.next())?.body.get(1)).toBe(16);
  });
});

describe('the ways that a terminal may come', () => {
  const ways: Readonly<Record<string, () => Promise<ForeignTerminal>>> = {
    plain: async () => keep(await ForeignTerminal.connect(rig.at, keysOf())),
    tls: () => dial(withServerCertificate),
    psk: () => dial(withPsk(keysOf(), PSK)),
    mtls: () => dial(withOwnCertificate('1001')),
  };
  const names = Object.keys(ways);
  for (const allowed of names) {
    for (const used of names) {
      it(`are ${allowed} only: ${used} is ${used === allowed ? 'let in' : 'refused with 16'}`, async () => {
        await started();
        rig.region = async () => ({ region: 'KR', transports: [allowed] });
        const t = (await ways[used]?.()) as ForeignTerminal;
        // The policy is not known yet: WELCOME does not wait for it, the request does.
        t.send(t.hello(), t.codec.encode(TYPE.pay, 7, body));
        expect((await t.next())?.type).toBe(TYPE.welcome);
        if (used === allowed) {
          await rig.request(0);
          return;
        }
        const fault = await t.next();
        expect([fault?.type, fault?.tagOk, fault?.body.get(1)]).toEqual([TYPE.fault, true, 16]);
        expect(await t.next()).toBeUndefined();
        // Known by now: no WELCOME any more.
        const again = (await ways[used]?.()) as ForeignTerminal;
        again.send(again.hello());
        expect((await again.next())?.body.get(1)).toBe(16);
        expect(rig.sent).toHaveLength(0);
        expect(rig.bridge.counters).toMatchObject({ transport_refused: 2, fault_16: 2 });
        expect(rig.logged).toContain('transport_refused');
      });
    }
  }

  it('are all where the table cannot be read', async () => {
    await started();
    rig.region = () => Promise.reject(new Error('table is down'));
    const t = keep(await ForeignTerminal.signOn(rig.at, keysOf()));
    t.send(t.codec.encode(TYPE.pay, 7, body));
    expect((await rig.request(0)).region).toBe('');
  });
});

describe('a new certificate', () => {
  it('is for handshakes from then on; connections stay', async () => {
    await started();
    const before = await (await dial(withServerCertificate)).greet();
    rig.bridge.useTls(otherCertificate);
    await expect(dialTls(rig.at, withServerCertificate)).rejects.toThrow();
    const { certificate } = otherCertificate;
    await (await dial({ ca: certificate }, keysOf(1002))).greet();
    before.send(before.codec.encode(TYPE.ping, 1, new Map()));
    expect((await before.next())?.type).toBe(TYPE.pong);
  });

  it('that does not fit its key changes nothing', async () => {
    await started();
    const { certificate } = otherCertificate;
    expect(() => rig.bridge.useTls({ ...serverCertificate, certificate })).toThrow();
    expect(() => rig.bridge.useTls({ certificate: 'none', key: 'none' })).toThrow();
    await (await dial(withServerCertificate)).greet();
  });
});
