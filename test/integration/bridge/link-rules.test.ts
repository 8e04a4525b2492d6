/** Rules of the link that hold across connections and segments (docs/protocol.md, sections 5 and 8). */
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { keysOf, Rig } from '#test/support/bridge-rig.ts';
import type { Cbor } from '#test/support/foreign-cbor.ts';
import { ForeignTerminal, TYPE } from '#test/support/foreign-terminal.ts';

let rig: Rig;
const lines: ForeignTerminal[] = [];
const connected = async (): Promise<ForeignTerminal> => {
  const line = await ForeignTerminal.connect(rig.at, keysOf());
  lines.push(line);
  return line;
};
const signedOn = async (): Promise<ForeignTerminal> => {
  const line = await ForeignTerminal.signOn(rig.at, keysOf());
  lines.push(line);
  return line;
};

afterEach(async () => {
  for (const line of lines.splice(0)) {
    line.close();
  }
  await rig.bridge.close();
});

describe('a HELLO whose tag is right', () => {
  const good: readonly (readonly [number, Cbor])[] = [
    [1, new Uint8Array(8)],
    [2, '1.0'],
    [3, 'SIM800'],
    [4, 31],
    [5, 1],
    [6, 'ko-KR'],
    [7, -5],
  ];
  const cases: readonly [string, number, readonly [number, Cbor]][] = [
    ['a signal of 32', 70, [4, 32]],
    ['a nonce of 7 bytes', 70, [1, new Uint8Array(7)]],
    ['mode 2', 70, [5, 2]],
    ['a key below 64 that it does not have', 64, [8, 0]],
  ];
  for (const [what, code, field] of cases) {
    it(`gets an unsigned FAULT ${code} and a close for ${what}`, async () => {
      rig = await new Rig().start();
      const line = await connected();
      line.send(line.codec.encode(TYPE.hello, 0, new Map([...good, field])));
      const fault = await line.next();
      expect(fault).toMatchObject({ type: TYPE.fault, terminal: 0, keyVersion: 0, sequence: 0 });
      expect(fault?.bytes.subarray(-8)).toEqual(Buffer.alloc(8));
      expect(fault?.body).toEqual(new Map([[1, code]]));
      expect(await line.next()).toBeUndefined();
    });
  }
});

it('a connection that ended in between opens no way to a second takeover within 10 s', async () => {
  rig = await new Rig().start();
  await signedOn();
  const second = await signedOn();
  expect(rig.bridge.counters.takeovers).toBe(1);
  expect(rig.logged).not.toContain('clone_suspected');
  second.close();
  await rig.until(() => rig.bridge.stats().terminals === 0);
  const owner = await signedOn();
  const recorded = await connected();
  recorded.send(recorded.hello());
  expect((await recorded.next())?.type).toBe(TYPE.busy);
  expect(rig.logged).toContain('clone_suspected');
  expect(await recorded.next()).toBeUndefined();
  owner.send(owner.codec.encode(TYPE.ping, 1, new Map()));
  expect((await owner.next())?.type).toBe(TYPE.pong);
  await rig.advance(10_000);
  await signedOn();
  expect((await owner.next())?.type).toBe(TYPE.goaway);
});

it('a terminal that hangs up and dials again at once displaces nobody, however often', async () => {
  rig = await new Rig().start();
  for (let dialled = 0; dialled < 20; dialled += 1) {
    const line = await signedOn();
    line.close();
  }
  expect(rig.bridge.counters).toMatchObject({ hellos: 20, takeovers: 0, takeovers_refused: 0 });
});

it('a terminal that hangs up while it waits, and dials again, displaces nobody', async () => {
  rig = await new Rig().start();
  for (let dialled = 0; dialled < 3; dialled += 1) {
    const line = await signedOn();
    line.send(line.codec.encode(TYPE.pay, 5, new Map([[1, 5]])));
    await rig.request(dialled);
    line.close();
  }
  expect(rig.bridge.counters).toMatchObject({ hellos: 3, takeovers: 0, takeovers_refused: 0 });
});

it('a terminal that has sent its last byte still gets the answer, and then the close', async () => {
  rig = await new Rig().start();
  const line = await signedOn();
  line.send(line.codec.encode(TYPE.pay, 5, new Map([[1, 5]])));
  line.endSending();
  const { corr } = await rig.request(0);
  await rig.advance(1_000);
  rig.reply(corr, line.codec.encode(TYPE.pay | 0x80, 5, new Map([[1, 0]])));
  expect((await line.next())?.type).toBe(TYPE.pay | 0x80);
  expect(await line.next()).toBeUndefined();
});

it('a terminal that ends while nothing is pending is closed', async () => {
  rig = await new Rig().start();
  const line = await signedOn();
  line.endSending();
  expect(await line.next()).toBeUndefined();
  await rig.until(() => rig.bridge.stats().connections === 0);
});

it('the deadline of a request that waited behind another runs from its receipt', async () => {
  rig = await new Rig().start();
  const line = await signedOn();
  const body = new Map([[1, 5]]);
  line.send(...[1, 2].map((n) => line.codec.encode(TYPE.pay, n, body)));
  const first = await rig.request(0);
  await rig.advance(2_000);
  rig.reply(first.corr, line.codec.encode(TYPE.pay | 0x80, 1, new Map([[1, 0]])));
  expect((await rig.request(1)).receivedAtMs).toBe(first.receivedAtMs);
});

it('HTTP that comes byte by byte gets its 400 line as well', async () => {
  rig = await new Rig().start();
  const socket = connect(rig.at);
  socket.write('P');
  const chunks: Buffer[] = [];
  for await (const chunk of socket) {
    chunks.push(chunk as Buffer);
  }
  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 400 /);
  expect(rig.bridge.counters.strangers.http).toBe(1);
});
