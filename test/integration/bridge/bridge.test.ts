import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { TerminalFacts } from '#bridge/ports.ts';
import { FENCE, keysOf, LINK_MASTER, Rig, type SentRequest } from '#test/support/bridge-rig.ts';
import type { Cbor } from '#test/support/foreign-cbor.ts';
import { ForeignCodec, ForeignTerminal, TYPE } from '#test/support/foreign-terminal.ts';

let rig: Rig;
const terminals: ForeignTerminal[] = [];
const started = async (...args: Parameters<Rig['start']>): Promise<Rig> => {
  rig = await new Rig().start(...args);
  return rig;
};
const connected = async (keys = keysOf()): Promise<ForeignTerminal> => {
  const terminal = await ForeignTerminal.connect(rig.at, keys);
  terminals.push(terminal);
  return terminal;
};
const signedOn = async (keys = keysOf()): Promise<ForeignTerminal> => {
  const terminal = await ForeignTerminal.signOn(rig.at, keys);
  terminals.push(terminal);
  return terminal;
};
const body = new Map([[1, 5]]);
const answerTo = (t: ForeignTerminal, sequence: number, type: number = TYPE.pay): Buffer =>
  t.codec.encode(type | 0x80, sequence, new Map([[1, 0]]));

afterEach(async () => {
  for (const terminal of terminals.splice(0)) {
    terminal.close();
  }
  await rig.bridge.close();
});

describe('a terminal on the bridge', () => {
  it('signs on, and its request reaches the queue with slot, fence and region', async () => {
    await started();
    const t = await signedOn();
    const pay = t.codec.encode(TYPE.pay, 7, body);
    t.send(pay);
    const sent = await rig.request(0);
    expect(sent).toMatchObject({ slot: 2, fence: FENCE, region: 'KR', terminal: 1001 });
    expect(Buffer.from(sent.frame, 'base64')).toEqual(pay);
    expect(sent.hello.locale).toBe('ko-KR');
    expect(rig.reply(sent.corr, answerTo(t, 7))).toBe(true);
    expect((await t.next())?.bytes).toEqual(answerTo(t, 7));
  });

  it('may send HELLO and a request in one segment', async () => {
    await started();
    const t = await connected();
    t.send(t.hello(), t.codec.encode(TYPE.pay, 7, body));
    expect((await t.next())?.type).toBe(TYPE.welcome);
    rig.reply((await rig.request(0)).corr, answerTo(t, 7));
    expect((await t.next())?.type).toBe(TYPE.pay | 0x80);
  });

  it('signs on with the previous link master', async () => {
    await started({ linkMasters: { current: Buffer.alloc(32, 9), previous: LINK_MASTER } });
    await signedOn();
  });

  it('gets PONG with its key version and sequence', async () => {
    await started();
    const t = await signedOn();
    t.send(t.codec.encode(TYPE.ping, 41, new Map()));
    expect(await t.next()).toMatchObject({ type: TYPE.pong, sequence: 41, tagOk: true });
  });

  it('may say HELLO again on its connection', async () => {
    await started();
    const t = await signedOn();
    t.send(t.hello(new Uint8Array(8).fill(9), 3), t.codec.encode(TYPE.ping, 4, new Map()));
    const welcome = await t.next();
    expect(welcome).toMatchObject({ type: TYPE.welcome, tagOk: true, sequence: 3 });
    expect(welcome?.body.get(1)).toEqual(new Uint8Array(8).fill(9));
    expect((await t.next())?.type).toBe(TYPE.pong);
    expect(rig.bridge.counters).toMatchObject({ hellos: 2, takeovers: 0, goaways: 0 });
    expect(rig.bridge.stats()).toMatchObject({ connections: 1, terminals: 1 });
  });

  it('may use another of its key versions in PING, if the tag is right for that one', async () => {
    await started();
    const t = await signedOn();
    const second = new ForeignCodec(keysOf(1001, 2));
    const ping = second.encode(TYPE.ping, 5, new Map());
    t.send(ping);
    const pong = second.decode((await t.next())?.bytes ?? Buffer.alloc(22));
    expect(pong).toMatchObject({ type: TYPE.pong, keyVersion: 2, sequence: 5, tagOk: true });
    const wrong = t.codec.encode(TYPE.ping, 6, new Map());
    wrong.writeUInt8(2, 9);
    t.send(wrong);
    expect((await t.next())?.body.get(1)).toBe(66);
    expect(await t.next()).toBeUndefined();
  });

  it('has one request in flight: what it sends behind waits, and is answered in order', async () => {
    await started();
    const t = await signedOn();
    t.send(...[1, 2, 3].map((n) => t.codec.encode(TYPE.pay, n, body)));
    for (const n of [1, 2, 3]) {
      const sent = await rig.request(n - 1);
      expect(rig.sent).toHaveLength(n);
      rig.reply(sent.corr, answerTo(t, n));
      expect((await t.next())?.sequence).toBe(n);
    }
  });

  it('is read through the one shared buffer', async () => {
    await started({ sharedReadBuffer: true });
    expect(rig.bridge.sharesReadBuffer).toBe(true);
  });

  it('does the same without the shared read buffer', async () => {
    await started({ sharedReadBuffer: false });
    expect(rig.bridge.sharesReadBuffer).toBe(false);
    const t = await signedOn();
    t.send(...[1, 2].map((n) => t.codec.encode(TYPE.pay, n, body)));
    rig.reply((await rig.request(0)).corr, answerTo(t, 1));
    expect((await t.next())?.sequence).toBe(1);
    rig.reply((await rig.request(1)).corr, answerTo(t, 2));
    expect((await t.next())?.sequence).toBe(2);
  });
});

describe('a reply', () => {
  it('goes to the socket that asked only: after a takeover it is unmatched', async () => {
    await started();
    const old = await signedOn();
    old.send(old.codec.encode(TYPE.pay, 7, body));
    const sent = await rig.request(0);
    const newer = await signedOn();
    expect(await old.next()).toMatchObject({ type: TYPE.goaway, tagOk: true });
    rig.reply(sent.corr, answerTo(old, 7));
    expect(rig.bridge.counters.reply_unmatched).toBe(1);
    newer.send(newer.codec.encode(TYPE.ping, 1, new Map()));
    expect((await newer.next())?.type).toBe(TYPE.pong);
  });

  it('to a copy on an older socket is not written to the newer one that asks the same (I4)', async () => {
    await started();
    const old = await signedOn();
    old.send(old.codec.encode(TYPE.pay, 7, body));
    const first = await rig.request(0);
    const newer = await signedOn();
    newer.send(newer.codec.encode(TYPE.pay, 7, body));
    const second = await rig.request(1);
    rig.reply(first.corr, answerTo(old, 7));
    expect(rig.bridge.counters).toMatchObject({ reply_unmatched: 1, answers: 0 });
    rig.reply(second.corr, answerTo(newer, 7));
    expect((await newer.next())?.bytes).toEqual(answerTo(newer, 7));
  });

  it('may be spelled otherwise than our functions spell it', async () => {
    await started();
    const t = await signedOn();
    t.send(t.codec.encode(TYPE.pay, 7, body));
    const { corr } = await rig.request(0);
    const frame = answerTo(t, 7).toString('base64');
    expect(
      rig.take(JSON.stringify({ later: [1], kind: 'frame', frame, corr, fence: FENCE, v: 1 })),
    ).toBe(true);
    expect((await t.next())?.bytes).toEqual(answerTo(t, 7));
  });

  it('of another request under the same correlation is not written', async () => {
    await started();
    const t = await signedOn();
    t.send(t.codec.encode(TYPE.pay, 7, body));
    rig.reply((await rig.request(0)).corr, answerTo(t, 8));
    expect(rig.bridge.counters.reply_unmatched).toBe(1);
  });

  it('with a lower fence is deleted, with a higher one left and the slot given up', async () => {
    await started();
    const t = await signedOn();
    expect(rig.reply('x', answerTo(t, 1), FENCE - 1)).toBe(true);
    expect(rig.bridge.stats().status).toBe('serving');
    expect(rig.reply('x', answerTo(t, 1), FENCE + 1)).toBe(false);
    await rig.bridge.lost;
    expect(rig.pollClosed).toBe(true);
    t.send(t.codec.encode(TYPE.pay, 7, body));
    expect((await t.next())?.type).toBe(TYPE.busy);
  });

  it('that says the end-to-end tag was wrong becomes a signed FAULT and the connection stays', async () => {
    await started();
    const t = await signedOn();
    t.send(t.codec.encode(TYPE.pay, 7, body));
    const { corr } = await rig.request(0);
    rig.take(JSON.stringify({ v: 1, fence: FENCE, corr, kind: 'fault', code: 66, sequence: 7 }));
    const fault = await t.next();
    expect(fault).toMatchObject({ type: TYPE.fault, tagOk: true });
    expect([fault?.body.get(1), fault?.body.get(2)]).toEqual([66, 7]);
    t.send(t.codec.encode(TYPE.ping, 1, new Map()));
    expect((await t.next())?.type).toBe(TYPE.pong);
  });

  it('that is lost is read from the table, only if it answers these very bytes', async () => {
    await started();
    const t = await signedOn();
    const pay = t.codec.encode(TYPE.pay, 7, body);
    t.send(pay);
    await rig.request(0);
    const answer = answerTo(t, 7);
    rig.stored.set(7, { digest: new Uint8Array(32), answer });
    await rig.advance(2_800);
    expect(rig.bridge.counters.rescue_reads).toBe(1);
    expect(rig.bridge.counters.answers).toBe(0);
    const digest = createHash('sha256')
      .update(Buffer.concat([Buffer.from([0, TYPE.pay]), pay.subarray(14, -8)]))
      .digest();
    rig.stored.set(7, { digest, answer });
    await rig.advance(2_500);
    expect((await t.next())?.bytes).toEqual(answer);
  });

  it('that never comes is BUSY at 15 s and not before', async () => {
    await started();
    const t = await signedOn();
    t.send(t.codec.encode(TYPE.pay, 7, body));
    const { corr } = await rig.request(0);
    await rig.advance(14_900);
    expect(rig.bridge.counters.busy_no_answer).toBe(0);
    await rig.advance(400);
    const busy = await t.next();
    expect(busy).toMatchObject({ type: TYPE.busy, tagOk: true });
    expect(busy?.body.get(2)).toBe(7);
    rig.reply(corr, answerTo(t, 7));
    expect(rig.bridge.counters.reply_unmatched).toBe(1);
  });
});

describe('when there is too little behind', () => {
  it('says BUSY at once where the queue does not take a request', async () => {
    await started();
    rig.queue = () => Promise.reject(new Error('queue is down'));
    const t = await signedOn();
    t.send(t.codec.encode(TYPE.pay, 7, body));
    expect((await t.next())?.type).toBe(TYPE.busy);
    expect(rig.bridge.counters).toMatchObject({ busy_queue: 1, requests_failed: 1 });
  });

  it('says BUSY within a second where the queue hangs, and a late end of that call changes nothing', async () => {
    await started();
    const calls: PromiseWithResolvers<void>[] = [];
    rig.queue = () => {
      const call = Promise.withResolvers<void>();
      calls.push(call);
      return call.promise;
    };
    const t = await signedOn();
    for (const sequence of [7, 8]) {
      t.send(t.codec.encode(TYPE.pay, sequence, body));
      await rig.request(sequence - 7);
      calls[sequence - 8]?.resolve();
      await rig.advance(700);
      expect(rig.bridge.counters.busy_queue).toBe(sequence - 7);
      await rig.advance(300);
      const busy = await t.next();
      expect(busy).toMatchObject({ type: TYPE.busy, tagOk: true });
      expect(busy?.body.get(2)).toBe(sequence);
    }
  });

  it('says BUSY to the ninth of ten possible requests, unless it is a REVERSE', async () => {
    await started({ pendingMax: 10 });
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, index) => signedOn(keysOf(2001 + index))),
    );
    const ask = async (index: number, type: number): Promise<number | 'sent'> => {
      const t = all[index] as ForeignTerminal;
      const before = rig.sent.length;
      t.send(t.codec.encode(type, 7, body));
      const { counters } = rig.bridge;
      const full = counters.busy_full;
      await rig.until(() => rig.sent.length > before || counters.busy_full > full);
      return rig.sent.length > before ? 'sent' : ((await t.next())?.type ?? 0);
    };
    for (let index = 0; index < 8; index += 1) {
      expect(await ask(index, TYPE.pay)).toBe('sent');
    }
    expect(await ask(8, TYPE.pay)).toBe(TYPE.busy);
    expect(await ask(8, TYPE.confirm)).toBe(TYPE.busy);
    expect(await ask(8, TYPE.reverse)).toBe('sent');
    expect(await ask(9, TYPE.reverse)).toBe('sent');
    expect(await ask(10, TYPE.reverse)).toBe(TYPE.busy);
    expect(rig.bridge.stats().pending).toBe(10);
  });

  it('waits a second for the region, then goes without', async () => {
    await started();
    rig.region = () => new Promise(() => undefined);
    const t = await signedOn();
    t.send(t.codec.encode(TYPE.pay, 7, body));
    await rig.until(() => rig.bridge.stats().pending === 1);
    await rig.advance(900);
    expect(rig.sent).toHaveLength(0);
    await rig.advance(300);
    expect((await rig.request(0)).region).toBe('');
  });
});

describe('what a request tells', () => {
  /** Pays as the `index`th request of the rig, and has it answered. */
  const paid = async (t: ForeignTerminal, index: number): Promise<SentRequest> => {
    t.send(t.codec.encode(TYPE.pay, index + 1, body));
    const sent = await rig.request(index);
    rig.reply(sent.corr, answerTo(t, index + 1));
    await t.next();
    return sent;
  };

  it('is the region as soon as that is known', async () => {
    await started();
    const read = Promise.withResolvers<TerminalFacts>();
    rig.region = () => read.promise;
    const t = await signedOn();
    t.send(t.codec.encode(TYPE.pay, 1, body));
    await rig.until(() => rig.bridge.stats().pending === 1);
    await rig.advance(1_200);
    const { corr, region } = await rig.request(0);
    expect(region).toBe('');
    rig.reply(corr, answerTo(t, 1));
    await t.next();
    read.resolve({ region: 'JP' });
    expect(await paid(t, 1)).toMatchObject({ region: 'JP' });
  });

  it('is what the last HELLO told', async () => {
    await started();
    const t = await signedOn();
    expect((await paid(t, 0)).hello).toMatchObject({ locale: 'ko-KR' });
    const again = new Map<number, Cbor>([
      [1, new Uint8Array(8)],
      [2, '1.0'],
      [3, 'SIM800'],
      [4, 20],
      [5, 0],
      [6, 'zh-CN'],
    ]);
    t.send(t.codec.encode(TYPE.hello, 0, again));
    await t.next();
    expect((await paid(t, 1)).hello).toMatchObject({ locale: 'zh-CN' });
  });

  it('is its own frame, time and correlation, whatever the last one was', async () => {
    await started();
    const t = await signedOn();
    const sent: SentRequest[] = [];
    for (const [index, length] of [1, 90, 2, 2].entries()) {
      const frame = t.codec.encode(TYPE.pay, index + 1, new Map([[1, 'x'.repeat(length)]]));
      t.send(frame);
      const request = await rig.request(index);
      expect(Buffer.from(request.frame, 'base64')).toEqual(frame);
      expect(request.receivedAtMs).toBe(1_790_000_000_000 + rig.nowMs);
      rig.reply(request.corr, answerTo(t, index + 1));
      await t.next();
      await rig.advance(100);
      sent.push(request);
    }
    expect(new Set(sent.map(({ corr }) => corr)).size).toBe(4);
    expect(new Set(sent.map(({ receivedAtMs }) => receivedAtMs)).size).toBe(4);
  });
});

describe('a defect of the bridge', () => {
  it('costs the connection that shows it, and nothing that it had to say is told to another', async () => {
    await started();
    const unlucky = await signedOn();
    const other = await signedOn(keysOf(1002));
    const pings = Object.getOwnPropertyDescriptor(rig.bridge.counters, 'pings') ?? {};
    Object.defineProperty(rig.bridge.counters, 'pings', {
      configurable: true,
      get: () => {
        throw new Error('a defect');
      },
    });
    // The HELLO has an answer already when the PING behind it fails.
    unlucky.send(unlucky.hello(), unlucky.codec.encode(TYPE.ping, 1, new Map()));
    expect(await unlucky.next()).toBeUndefined();
    Object.defineProperty(rig.bridge.counters, 'pings', pings);
    other.send(other.codec.encode(TYPE.ping, 2, new Map()));
    expect(await other.next()).toMatchObject({ type: TYPE.ping | 0x80, tagOk: true });
    expect(rig.bridge.counters.session_failures).toBe(1);
    expect(rig.fields('session_failed')).toEqual({ error: 'Error' });
    expect(rig.bridge.stats()).toMatchObject({ terminals: 1, connections: 1 });
  });

  it('in a deadline costs that connection only', async () => {
    await started();
    const unlucky = await signedOn();
    Object.defineProperty(rig.bridge.counters, 'timeout_idle', {
      get: () => {
        throw new Error('a defect');
      },
    });
    await rig.advance(901_000);
    expect(await unlucky.next()).toBeUndefined();
    expect(rig.bridge.counters.session_failures).toBe(1);
    await signedOn();
  });
});

describe('a bad connection', () => {
  it('that only opens and closes is counted', async () => {
    await started();
    (await connected()).close();
    await rig.until(() => rig.bridge.counters.closed_silent === 1);
    expect(rig.logged.filter((event) => event === 'stranger')).toHaveLength(0);
  });

  it.each([
    ['http', 'GET / HTTP/1.1\r\n'],
    ['ssh', 'SSH-2.0-x\r\n'],
    ['unknown', '\u0006\u0000'],
    ['ascii_length', '0123'],
    ['gps_tracker', '##,imei:1'],
    ['gps_tracker', '~\u0001\u0000'],
    ['proxy_header', 'PROXY TCP4'],
  ] as const)('that looks like %s is closed and counted', async (looksLike, text) => {
    await started();
    const t = await connected();
    t.send(Buffer.from(text, 'latin1'));
    await rig.until(() => rig.bridge.counters.strangers[looksLike] === 1 && t.closed);
  });

  it('that begins as a length and is a tracker is told of', async () => {
    await started();
    const t = await connected();
    t.send(Buffer.from('\0\x0f356307042441013', 'latin1'));
    await rig.until(() => rig.bridge.counters.strangers.gps_tracker === 1);
  });

  it.each([
    [64, Buffer.from('c5100011020000', 'hex')],
    [64, Buffer.from('c51003fd020000', 'hex')],
    [64, Buffer.from('c514001202', 'hex')],
    [65, Buffer.from('c520001202', 'hex')],
  ])('with broken framing gets FAULT %i from nobody and is closed', async (code, bytes) => {
    await started();
    const t = await connected();
    t.send(bytes);
    const fault = await t.next();
    expect(fault).toMatchObject({ type: TYPE.fault, terminal: 0, keyVersion: 0, sequence: 0 });
    expect(fault?.bytes.subarray(-8)).toEqual(Buffer.alloc(8));
    expect(fault?.body.get(1)).toBe(code);
    expect(await t.next()).toBeUndefined();
  });

  it('that asks before HELLO gets FAULT 66 and is closed', async () => {
    await started();
    const t = await connected();
    t.send(t.codec.encode(TYPE.pay, 7, body));
    expect((await t.next())?.body.get(1)).toBe(66);
    expect(await t.next()).toBeUndefined();
  });

  it('with a wrong tag in HELLO gets FAULT 66 after the delay, not before', async () => {
    await started();
    const t = await connected({ ...keysOf(), linkKey: 'ab'.repeat(32) });
    t.send(t.hello());
    await rig.until(() => rig.bridge.counters.hello_bad_tag === 1);
    await rig.advance(900);
    expect(rig.bridge.counters.fault_66).toBe(0);
    await rig.advance(300);
    expect((await t.next())?.body.get(1)).toBe(66);
    expect(await t.next()).toBeUndefined();
    expect(rig.bridge.stats().failedAddressWorst).toBe(1);
  });

  it('that says nothing, or half a frame, is closed 15 s after the accept', async () => {
    await started();
    const silent = await connected();
    const half = await connected();
    half.send(half.hello().subarray(0, 9));
    await rig.until(() => rig.bridge.counters.connections === 2);
    await rig.advance(14_900);
    expect([silent.closed, half.closed]).toEqual([false, false]);
    await rig.advance(400);
    await rig.until(() => silent.closed && half.closed);
    expect(rig.bridge.counters.timeout_greeting).toBe(2);
  });

  it('with a begun frame after HELLO is closed 15 s later; a silent one after 900 s', async () => {
    await started();
    const half = await signedOn();
    const idle = await signedOn(keysOf(1002));
    const ping = half.codec.encode(TYPE.ping, 1, new Map());
    // In one segment: once the first is answered, the bridge has the beginning of the second.
    half.send(ping, ping.subarray(0, 5));
    expect((await half.next())?.type).toBe(TYPE.pong);
    await rig.advance(14_900);
    expect(half.closed).toBe(false);
    await rig.advance(400);
    await rig.until(() => half.closed);
    expect(rig.bridge.counters.timeout_frame).toBe(1);
    await rig.advance(880_000);
    expect(idle.closed).toBe(false);
    await rig.advance(5_500);
    await rig.until(() => idle.closed);
    expect(rig.bridge.counters.timeout_idle).toBe(1);
  });

  it('that speaks for another terminal, or with a wrong PING tag, gets a signed FAULT 66', async () => {
    await started();
    const a = await signedOn();
    const other = await signedOn(keysOf(1002));
    a.send(other.codec.encode(TYPE.pay, 7, body));
    expect(await a.next()).toMatchObject({ type: TYPE.fault, tagOk: true });
    expect(await a.next()).toBeUndefined();
    const ping = other.codec.encode(TYPE.ping, 1, new Map());
    ping[ping.length - 1] = (ping.at(-1) ?? 0) ^ 1;
    other.send(ping);
    expect((await other.next())?.body.get(1)).toBe(66);
    expect(await other.next()).toBeUndefined();
  });

  it('keeps its session when it sends a type that is none', async () => {
    await started();
    const t = await signedOn();
    t.send(t.codec.encode(0x70, 9, body), t.codec.encode(TYPE.ping, 1, new Map()));
    const fault = await t.next();
    expect([fault?.body.get(1), fault?.body.get(2)]).toEqual([64, 9]);
    expect((await t.next())?.type).toBe(TYPE.pong);
  });

  it('beyond the connection bound is closed at once', async () => {
    await started({ connectionsMax: 1 });
    await signedOn();
    const extra = await connected();
    await rig.until(() => extra.closed);
    expect(rig.bridge.counters.connections_over_limit).toBe(1);
  });
});

describe('takeover and drain', () => {
  it('lets one takeover through in 10 s, and BUSY says how long to wait', async () => {
    await started();
    await signedOn();
    await signedOn();
    const third = await connected();
    third.send(third.hello());
    const busy = await third.next();
    expect(busy).toMatchObject({ type: TYPE.busy, tagOk: true });
    expect(busy?.body.get(1)).toBe(10_000);
    expect(await third.next()).toBeUndefined();
    await rig.advance(10_000);
    await signedOn();
    expect(rig.bridge.counters.takeovers).toBe(2);
  });

  it('tells with the next request, once, that somebody else tried to be the terminal', async () => {
    await started();
    await signedOn();
    const holder = await signedOn();
    const other = await connected();
    other.send(other.hello());
    await other.next();
    for (const [at, contested] of [true, undefined].entries()) {
      holder.send(holder.codec.encode(TYPE.pay, at + 1, body));
      const { corr, hello } = await rig.request(at);
      expect(hello.contested).toBe(contested);
      rig.reply(corr, answerTo(holder, at + 1));
      await holder.next();
    }
  });

  it('sends idle terminals away, answers the busy one, says BUSY to the rest and gives the slot back', async () => {
    await started();
    const idle = await signedOn();
    const busy = await signedOn(keysOf(1002));
    const late = await signedOn(keysOf(1003));
    busy.send(busy.codec.encode(TYPE.pay, 7, body));
    const { corr } = await rig.request(0);
    late.send(late.codec.encode(TYPE.pay, 8, body));
    await rig.request(1);
    const drained = rig.bridge.drain();
    await rig.advance(700);
    expect((await idle.next())?.type).toBe(TYPE.goaway);
    rig.reply(corr, answerTo(busy, 7));
    expect((await busy.next())?.type).toBe(TYPE.pay | 0x80);
    expect((await busy.next())?.type).toBe(TYPE.goaway);
    await rig.advance(500);
    expect((await late.next())?.type).toBe(TYPE.busy);
    await rig.advance(2_200);
    await drained;
    expect(rig.released).toBe(1);
  });
});
