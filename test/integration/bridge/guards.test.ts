/** The bounds of the edge, from both sides, on sockets and on time that only the test moves. */
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { keysOf, Rig } from '#test/support/bridge-rig.ts';
import { ForeignTerminal, TYPE } from '#test/support/foreign-terminal.ts';

let rig: Rig;
const lines: { close(): void }[] = [];
const started = async (...args: Parameters<Rig['start']>): Promise<void> => {
  rig = await new Rig().start(...args);
};
const connected = async (keys = keysOf()): Promise<ForeignTerminal> => {
  const line = await ForeignTerminal.connect(rig.at, keys);
  lines.push(line);
  return line;
};
const signedOn = async (terminal = 1001): Promise<ForeignTerminal> =>
  (await connected(keysOf(terminal))).greet();
const body = new Map([[1, 5]]);
const ping = (t: ForeignTerminal, sequence = 1): Buffer =>
  t.codec.encode(TYPE.ping, sequence, new Map());
const pings = async (t: ForeignTerminal): Promise<void> => {
  t.send(ping(t));
  expect((await t.next())?.type).toBe(TYPE.pong);
};

afterEach(async () => {
  for (const line of lines.splice(0)) {
    line.close();
  }
  await rig.bridge.close();
});

describe('connections that have not signed on', () => {
  it('are 64 of one address; who signs on makes room, and so does who leaves', async () => {
    await started();
    const first = await Promise.all(Array.from({ length: 64 }, () => connected()));
    await rig.until(() => rig.bridge.stats().connections === 64);
    const extra = await connected(keysOf(2000));
    await rig.until(() => extra.closed);
    expect(rig.bridge.counters.connections_per_address).toBe(1);
    await first[0]?.greet();
    await signedOn(2000);
    first[1]?.close();
    first[2]?.close();
    await rig.until(() => rig.bridge.stats().connections === 63);
    await signedOn(2001);
    await signedOn(2002);
    expect(rig.bridge.counters.connections_per_address).toBe(1);
  });

  it('are shut out for ten minutes after twenty wrong tags; who is in stays in', async () => {
    await started({ failedTagsMax: 3 });
    const honest = await signedOn();
    for (let failure = 1; failure <= 3; failure += 1) {
      const t = await connected({ ...keysOf(1002), linkKey: 'ab'.repeat(32) });
      t.send(t.hello());
      await rig.until(() => rig.bridge.counters.hello_bad_tag === failure);
    }
    expect(rig.logged).toContain('address_shut_out');
    const refused = await connected(keysOf(1003));
    await rig.until(() => refused.closed);
    expect(rig.bridge.counters.connections_shut_out).toBe(1);
    await pings(honest);
    await rig.advance(599_000);
    const still = await connected(keysOf(1003));
    await rig.until(() => still.closed);
    await pings(honest);
    await rig.advance(1_000);
    await signedOn(1003);
  });

  it('are let in no more while memory is short', async () => {
    await started();
    const inside = await signedOn();
    rig.residentBytes = 1_001;
    await rig.advance(1_000);
    const refused = await connected(keysOf(1002));
    await rig.until(() => refused.closed);
    expect(rig.bridge.counters.connections_over_memory).toBe(1);
    await pings(inside);
    rig.residentBytes = 1_000;
    await rig.advance(1_000);
    await signedOn(1002);
  });
});

describe('a terminal that sends too much', () => {
  it('is read more slowly, loses nothing, and keeps nobody else waiting', async () => {
    await started({ framesPerMinute: 30, framesBurst: 5 });
    const t = await signedOn();
    const other = await signedOn(1002);
    t.send(...[1, 2, 3, 4, 5, 6].map((sequence) => ping(t, sequence)));
    // HELLO was the first of the five.
    for (const sequence of [1, 2, 3, 4]) {
      expect((await t.next())?.sequence).toBe(sequence);
    }
    await rig.until(() => rig.bridge.counters.throttled === 1);
    await pings(other);
    await rig.advance(1_900);
    expect(rig.bridge.counters.pings).toBe(5);
    await rig.advance(400);
    expect((await t.next())?.sequence).toBe(5);
    expect(rig.bridge.counters.pings).toBe(6);
    await rig.advance(2_300);
    expect((await t.next())?.sequence).toBe(6);
  });

  it('gets its answers, and the end, even if it has sent its last byte', async () => {
    await started({ framesPerMinute: 30, framesBurst: 5 });
    const t = await signedOn();
    t.send(...[1, 2, 3, 4, 5].map((sequence) => ping(t, sequence)));
    t.endSending();
    for (const sequence of [1, 2, 3, 4]) {
      expect((await t.next())?.sequence).toBe(sequence);
    }
    await rig.advance(2_300);
    expect((await t.next())?.sequence).toBe(5);
    expect(await t.next()).toBeUndefined();
  });

  it('has the same bound on its next connection', async () => {
    await started({ framesPerMinute: 30, framesBurst: 5 });
    const first = await signedOn();
    first.send(...[1, 2, 3, 4].map((sequence) => ping(first, sequence)));
    for (let pong = 0; pong < 4; pong += 1) {
      await first.next();
    }
    first.close();
    await rig.until(() => rig.bridge.stats().terminals === 0);
    const second = await signedOn();
    second.send(ping(second));
    await rig.until(() => rig.bridge.counters.throttled === 1);
    await rig.advance(4_300);
    expect((await second.next())?.type).toBe(TYPE.pong);
  });
});

describe('the room for requests', () => {
  const ask = async (terminal: number, type: number): Promise<'sent' | 'busy'> => {
    const t = await signedOn(terminal);
    const before = rig.sent.length;
    t.send(t.codec.encode(type, 7, body));
    await rig.until(() => rig.sent.length > before || rig.bridge.counters.busy_full > 0);
    if (rig.sent.length > before) {
      return 'sent';
    }
    rig.bridge.counters.busy_full = 0;
    expect((await t.next())?.type).toBe(TYPE.busy);
    return 'busy';
  };

  it('is for enquiries up to 60 of 100, for payments up to 80, for reversals all', async () => {
    await started({ pendingMax: 10 });
    const story: string[] = [];
    let terminal = 3_000;
    for (const [type, times] of [
      [TYPE.status, 7],
      [TYPE.catalogue, 1],
      [TYPE.pay, 3],
      [TYPE.confirm, 1],
      [TYPE.refund, 1],
      [TYPE.reverse, 3],
    ] as const) {
      for (let time = 0; time < times; time += 1) {
        terminal += 1;
        story.push(await ask(terminal, type));
      }
    }
    expect(story.map((each) => each[0]).join('')).toBe('ssssssb' + 'b' + 'ssb' + 'b' + 'b' + 'ssb');
    expect(rig.bridge.stats().pending).toBe(10);
  });

  it('is as tight for what the queue has not taken yet', async () => {
    await started({ outboxMax: 5 });
    rig.queue = () => new Promise(() => undefined);
    expect(await ask(3_001, TYPE.status)).toBe('sent');
    expect(await ask(3_002, TYPE.status)).toBe('sent');
    expect(await ask(3_003, TYPE.status)).toBe('sent');
    expect(await ask(3_004, TYPE.status)).toBe('busy');
    expect(await ask(3_005, TYPE.pay)).toBe('sent');
    expect(await ask(3_006, TYPE.pay)).toBe('busy');
    expect(await ask(3_007, TYPE.reverse)).toBe('sent');
    expect(rig.bridge.stats().leaving).toBe(5);
  });
});

describe('a request queue that fails', () => {
  const fails = async (
    t: ForeignTerminal,
    sequence: number,
  ): Promise<ReadonlyMap<number, unknown>> => {
    t.send(t.codec.encode(TYPE.pay, sequence, body));
    const busy = await t.next();
    expect(busy?.type).toBe(TYPE.busy);
    return busy?.body ?? new Map();
  };

  it('is given up after twenty failures in ten seconds, tried once a second, and used again', async () => {
    await started();
    rig.queue = () => Promise.reject(new Error('queue is down'));
    const t = await signedOn();
    for (let sequence = 1; sequence <= 20; sequence += 1) {
      expect((await fails(t, sequence)).get(1)).toBe(1_000);
    }
    expect(rig.sent).toHaveLength(20);
    expect(rig.bridge.stats().breakerOpen).toBe(1);
    expect(rig.logged).toContain('breaker_opened');
    expect((await fails(t, 21)).get(1)).toBe(2_000);
    expect(rig.sent).toHaveLength(20);
    await rig.advance(1_000);
    await fails(t, 22);
    expect(rig.sent).toHaveLength(21);
    await fails(t, 23);
    expect(rig.sent).toHaveLength(21);
    rig.queue = async () => undefined;
    await rig.advance(1_000);
    t.send(t.codec.encode(TYPE.pay, 24, body));
    const { corr } = await rig.request(21);
    rig.reply(corr, t.codec.encode(TYPE.pay | 0x80, 24, new Map([[1, 0]])));
    expect((await t.next())?.type).toBe(TYPE.pay | 0x80);
    expect(rig.bridge.stats().breakerOpen).toBe(0);
    expect(rig.bridge.counters).toMatchObject({ breaker_opened: 1, busy_breaker: 2 });
  });

  it('is given up as well where it hangs', async () => {
    await started();
    rig.queue = () => new Promise(() => undefined);
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => signedOn(4_001 + i)));
    for (const t of all) {
      t.send(t.codec.encode(TYPE.pay, 1, body));
    }
    await rig.until(() => rig.sent.length === 20);
    await rig.advance(1_000);
    expect(rig.bridge.stats().breakerOpen).toBe(1);
  });
});

describe('keep-alive', () => {
  it('shortens the heartbeat of a terminal whose line died unseen, and lengthens it again', async () => {
    await started();
    const first = await signedOn();
    await rig.advance(240_000);
    const second = await connected();
    second.send(second.hello());
    expect((await second.next())?.body.get(3)).toBe(150);
    expect((await first.next())?.type).toBe(TYPE.goaway);
    expect(rig.bridge.counters.silent_deaths).toBe(1);
    for (let silence = 0; silence < 20; silence += 1) {
      await rig.advance(120_000);
      await pings(second);
    }
    await rig.advance(1_000);
    second.send(second.hello());
    expect((await second.next())?.body.get(3)).toBe(165);
  });

  it('learns nothing from a takeover after a short silence', async () => {
    await started();
    await signedOn();
    await rig.advance(239_000);
    const second = await connected();
    second.send(second.hello());
    expect((await second.next())?.body.get(3)).toBe(300);
    expect(rig.bridge.counters.silent_deaths).toBe(0);
  });
});

it('a peer that is half open is gone after 900 s of silence, and its terminal free before', async () => {
  await started();
  const socket = connect({ ...rig.at, allowHalfOpen: true });
  lines.push({ close: () => socket.destroy() });
  const t = new ForeignTerminal(socket, keysOf());
  await t.greet();
  await rig.advance(899_000);
  expect(rig.bridge.stats().connections).toBe(1);
  await rig.advance(1_300);
  await rig.until(() => rig.bridge.stats().connections === 0);
  expect(rig.bridge.counters).toMatchObject({ timeout_idle: 1, silent_deaths: 1 });
});
