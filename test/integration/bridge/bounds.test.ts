/** I10: whatever the senders do, the bridge holds no more than its bounds. */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { keysOf, Rig } from '#test/support/bridge-rig.ts';
import { ForeignTerminal, TYPE } from '#test/support/foreign-terminal.ts';

let rig: Rig;
const closing: (() => void)[] = [];
const started = async (...args: Parameters<Rig['start']>): Promise<void> => {
  rig = await new Rig().start(...args);
};
const signedOn = async (terminal: number): Promise<ForeignTerminal> => {
  const t = await ForeignTerminal.signOn(rig.at, keysOf(terminal));
  closing.push(() => t.close());
  return t;
};
/** A socket with nothing on top: for what no terminal would do. */
const rawSocket = async (): Promise<Socket> => {
  const socket = connect({ ...rig.at, noDelay: true });
  socket.on('error', () => socket.destroy());
  closing.push(() => socket.destroy());
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return socket;
};
/** What was written before it to any socket has reached the bridge afterwards. */
const barrier = async (t: ForeignTerminal): Promise<void> => {
  t.send(t.codec.encode(TYPE.ping, 1, new Map()));
  expect((await t.next())?.type).toBe(TYPE.pong);
};
const body = new Map([[1, 5]]);

afterEach(async () => {
  for (const close of closing.splice(0)) {
    close();
  }
  await rig.bridge.close();
});

describe('a hostile sender', () => {
  it('that never waits for answers has one request pending and the rest in its own buffers', async () => {
    await started();
    const other = await signedOn(1002);
    const t = await signedOn(1001);
    const pay = t.codec.encode(TYPE.pay, 7, body);
    const socket = await rawSocket();
    socket.write(t.hello());
    await rig.until(() => rig.bridge.counters.takeovers === 1);
    // Far more than the kernel takes of a connection that nobody reads.
    socket.write(Buffer.concat(new Array<Buffer>(1_000_000).fill(pay)));
    await rig.request(0);
    for (let round = 0; round < 300; round += 1) {
      other.send(other.codec.encode(TYPE.ping, round, new Map()));
      expect((await other.next())?.type).toBe(TYPE.pong);
    }
    expect(socket.writableLength).toBeGreaterThan(0);
    expect(rig.sent).toHaveLength(1);
    expect(rig.bridge.stats().pending).toBe(1);
  });

  it('in any number leaves no more requests pending than the bound', async () => {
    await started({ pendingMax: 10 });
    const all = await Promise.all(Array.from({ length: 30 }, (_, index) => signedOn(3001 + index)));
    for (const t of all) {
      t.send(...[1, 2, 3].map((sequence) => t.codec.encode(TYPE.pay, sequence, body)));
    }
    await rig.until(() => rig.bridge.counters.busy_full === 22 * 3);
    expect(rig.bridge.stats().pending).toBe(8);
    expect(rig.sent).toHaveLength(8);
  });

  it('that announces a frame of 64 KB is refused at the length', async () => {
    await started();
    const sockets = await Promise.all(Array.from({ length: 50 }, rawSocket));
    for (const socket of sockets) {
      socket.resume();
      socket.write(Buffer.from('c510ffff02', 'hex'));
    }
    await rig.until(() => rig.bridge.stats().connections === 0);
    expect(rig.bridge.counters.fault_64).toBe(50);
  });

  it('that drips one byte a second is cut 15 s after the accept', async () => {
    await started();
    const other = await signedOn(1002);
    const socket = await rawSocket();
    const hello = other.hello();
    await rig.until(() => rig.bridge.counters.connections === 2);
    for (let second = 0; second < 14; second += 1) {
      socket.write(hello.subarray(second, second + 1));
      await barrier(other);
      await rig.advance(1_000);
    }
    await rig.advance(900);
    expect(rig.bridge.counters.timeout_greeting).toBe(0);
    await rig.advance(300);
    expect(rig.bridge.counters.timeout_greeting).toBe(1);
    await rig.until(() => rig.bridge.stats().connections === 1);
  });

  it('that drips a request after signing on is cut 15 s after its first byte', async () => {
    await started();
    const other = await signedOn(1002);
    const t = await signedOn(1001);
    const pay = t.codec.encode(TYPE.pay, 7, body);
    for (let second = 0; second < 14; second += 1) {
      t.send(pay.subarray(second, second + 1));
      await barrier(other);
      await rig.advance(1_000);
    }
    await rig.advance(900);
    expect(rig.bridge.counters.timeout_frame).toBe(0);
    await rig.advance(300);
    expect(rig.bridge.counters.timeout_frame).toBe(1);
    await rig.until(() => t.closed);
  });

  it('that asks for PONGs and never reads them is cut', async () => {
    await started();
    const t = await signedOn(1001);
    const ping = t.codec.encode(TYPE.ping, 1, new Map());
    const socket = await rawSocket();
    socket.pause();
    socket.write(t.hello());
    await rig.until(() => rig.bridge.counters.takeovers === 1);
    const pings = Buffer.concat(new Array<Buffer>(2_000).fill(ping));
    const { counters } = rig.bridge;
    await rig.until(() => {
      if (socket.writableLength === 0 && !socket.destroyed) {
        socket.write(pings);
      }
      return counters.slow_readers === 1;
    });
    await rig.until(() => rig.bridge.stats().connections === 0);
  });
});
