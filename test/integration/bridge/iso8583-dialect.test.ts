/** ISO 8583 on the one port, and on ports of its own where the first byte cannot tell it. */
import { afterEach, describe, expect, it } from 'vitest';
import { FENCE, keysOf, Rig } from '#test/support/bridge-rig.ts';
import { ForeignIsoTerminal } from '#test/support/foreign-iso-terminal.ts';
import { type ForeignPreset, foreignFrame } from '#test/support/foreign-iso8583.ts';
import { dialTls, serverCertificate, withServerCertificate } from '#test/support/tls-clients.ts';

let rig: Rig;
const lines: { close(): void }[] = [];
const connected = async (
  preset: ForeignPreset,
  { keys = keysOf(), length = 'binary' as 'binary' | 'ascii' | 'bcd' } = {},
): Promise<ForeignIsoTerminal> => {
  const port = (length === 'binary' ? undefined : rig.bridge.iso8583Ports[length]) ?? rig.at.port;
  const line = await ForeignIsoTerminal.connect({ ...rig.at, port }, keys, preset, length);
  lines.push(line);
  return line;
};
const PRESETS: readonly ForeignPreset[] = ['iso87-binary', 'iso87-ascii', 'cup-pos'];

afterEach(async () => {
  for (const line of lines.splice(0)) {
    line.close();
  }
  await rig.bridge.close();
});

/** A sale there and back; the bridge does not look into it. */
const pays = async (t: ForeignIsoTerminal, stan = 7): Promise<void> => {
  const index = rig.sent.length;
  const fields = { ...t.base(stan), 3: '000000', 4: '000000000100' };
  const request = t.request('0200', fields);
  t.send(request);
  const sent = await rig.request(index);
  expect(sent).toMatchObject({ dialect: 'iso8583', terminal: 1001 });
  const carried = Buffer.from(sent.frame, 'base64');
  expect(carried.subarray(1)).toEqual(request);
  const answer = t.answerTo(request, '0210', { ...t.base(stan), 39: '00' });
  rig.reply(sent.corr, Buffer.concat([carried.subarray(0, 1), answer]));
  const heard = await t.next();
  expect(heard?.message).toEqual(answer);
  expect(heard && t.isAnswer(heard, request)).toBe(true);
};

describe.each(PRESETS)('a terminal that speaks %s', (preset) => {
  it('signs on, asks whether the bridge is there, and pays', async () => {
    rig = await new Rig().start();
    const t = await (await connected(preset)).signOn();
    t.send(t.network('301', 2));
    const echo = await t.next();
    expect(echo).toMatchObject({ mti: '0810', fields: { 39: '00', 11: '000002' } });
    expect(echo && t.isFromBridge(echo)).toBe(true);
    await pays(t);
    expect(rig.bridge.counters).toMatchObject({ hellos: 1, pings: 1, answers: 1 });
  });

  it('does the same in TLS', async () => {
    rig = await new Rig().start({ tls: serverCertificate });
    const socket = await dialTls(rig.at, withServerCertificate);
    const t = new ForeignIsoTerminal(socket, keysOf(), preset);
    lines.push(t);
    await t.signOn();
    await pays(t);
  });

  it.each(['ascii', 'bcd'] as const)(
    'does the same with a length in %s, on a port of its own',
    async (length) => {
      rig = await new Rig().start({ iso8583Ports: { ascii: 0, bcd: 0 } });
      const t = await (await connected(preset, { length })).signOn();
      await pays(t);
    },
  );

  it('hears 91 where nothing could be decided, and A0 where its MAC is wrong', async () => {
    rig = await new Rig().start();
    const t = await (await connected(preset)).signOn();
    rig.queue = () => Promise.reject(new Error('queue is down'));
    t.send(t.request('0200', { ...t.base(7), 3: '000000' }));
    const busy = await t.next();
    expect(busy).toMatchObject({ mti: '0210', fields: { 39: '91' } });
    expect(busy && t.isFromBridge(busy)).toBe(true);
    rig.queue = async () => undefined;
    t.send(t.request('0200', { ...t.base(8), 3: '000000' }));
    const { corr } = await rig.request(1);
    rig.take(JSON.stringify({ v: 1, fence: FENCE, corr, kind: 'fault', code: 66, sequence: 8 }));
    expect(await t.next()).toMatchObject({ mti: '0210', fields: { 39: 'A0', 11: '000008' } });
  });

  it('is refused before it has signed on, and where its sign-on is not signed', async () => {
    rig = await new Rig().start();
    const early = await connected(preset);
    early.send(early.request('0200', { ...early.base(7), 3: '000000' }));
    expect(await early.next()).toMatchObject({ mti: '0210', fields: { 11: '000007', 39: 'A0' } });
    await rig.until(() => early.closed);
    expect(rig.bridge.counters.fault_66).toBe(1);
    const wrong = await connected(preset, { keys: { ...keysOf(), linkKey: 'ab'.repeat(32) } });
    wrong.send(wrong.network('001'));
    await rig.until(() => rig.bridge.counters.hello_bad_tag === 1);
    await rig.advance(1_200);
    expect(await wrong.next()).toMatchObject({ mti: '0810', fields: { 39: 'A0' } });
    await rig.until(() => wrong.closed);
  });

  it('hears which element keeps its sign-on or its sale from being one', async () => {
    rig = await new Rig().start();
    const { 41: _terminal, ...nobodys } = (await connected(preset)).base(1);
    const early = await connected(preset);
    early.send(early.request('0200', { ...nobodys, 3: '000000' }));
    expect((await early.next())?.fields).toMatchObject({ 39: '30', 44: 'DE 41' });
    await rig.until(() => early.closed);
    const t = await (await connected(preset)).signOn();
    const { 60: _batch, ...batchless } = t.base(7);
    t.send(t.request('0200', { ...batchless, 3: '000000' }));
    expect((await t.next())?.fields).toMatchObject({ 39: '30', 44: 'DE 60' });
  });
});

it('what is no request of ISO 8583 gets 30 where it can be answered, and the connection stays', async () => {
  rig = await new Rig().start();
  const t = await (await connected('iso87-binary')).signOn();
  t.send(t.request('0300', t.base(7)), t.network('301', 3));
  expect((await t.next())?.fields[11]).toBe('000003');
  expect(rig.bridge.counters.fault_64).toBe(1);
});

it('a terminal without a word for GOAWAY is sent away by the close, after its answer', async () => {
  rig = await new Rig().start();
  const idle = await (await connected('iso87-binary')).signOn();
  const busy = await (await connected('iso87-ascii', { keys: keysOf(1002) })).signOn();
  const request = busy.request('0200', { ...busy.base(7), 3: '000000' });
  busy.send(request);
  const { corr } = await rig.request(0);
  const drained = rig.bridge.drain();
  await rig.advance(700);
  await rig.until(() => idle.closed);
  const answer = busy.answerTo(request, '0210', { ...busy.base(7), 39: '00' });
  rig.reply(corr, Buffer.concat([Buffer.of(2), answer]));
  expect((await busy.next())?.message).toEqual(answer);
  await rig.until(() => busy.closed);
  await rig.advance(3_000);
  await drained;
});

describe('a length of another kind than its listener’s is told of', () => {
  const names = {
    binary: 'binary_length',
    'binary-inclusive': 'inclusive_length',
    bcd: 'bcd_length',
    ascii: 'ascii_length',
  } as const;
  const ways = (Object.keys(names) as (keyof typeof names)[]).flatMap((expected) =>
    (Object.keys(names) as (keyof typeof names)[]).map((sent) => [expected, sent] as const),
  );

  it.each(ways)(
    'where %s is expected and %s comes, with one frame and with two',
    async (expected, sent) => {
      const isMain = expected === 'binary' || expected === 'binary-inclusive';
      rig = await new Rig().start({
        iso8583Ports: { ascii: 0, bcd: 0 },
        ...(isMain ? { iso8583: { length: expected, swapTpdu: true } } : {}),
      });
      const { strangers } = rig.bridge.counters;
      const total = (): number => Object.values(strangers).reduce((sum, count) => sum + count, 0);
      for (const frames of [1, 2]) {
        const t = await connected('iso87-binary', isMain ? {} : { length: expected });
        const [signOn, sale] = [t.network('001'), t.request('0200', { ...t.base(7), 3: '000000' })];
        const both = frames === 1 ? [signOn] : [signOn, sale];
        t.sendRaw(Buffer.concat(both.map((message) => foreignFrame(message, { length: sent }))));
        if (sent === expected) {
          await rig.until(() => rig.bridge.counters.hellos === frames);
          expect(total()).toBe(0);
        } else {
          await rig.until(() => strangers[names[sent]] === frames);
          expect(rig.fields('stranger')).toMatchObject({ looksLike: names[sent] });
          expect(total()).toBe(frames);
        }
        t.close();
      }
    },
  );

  it('also a web browser on a port for one kind of length', async () => {
    rig = await new Rig().start({ iso8583Ports: { ascii: 0, bcd: 0 } });
    const t = await connected('iso87-binary', { length: 'bcd' });
    t.sendRaw(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await rig.until(() => rig.bridge.counters.strangers.http === 1);
    await rig.until(() => t.closed);
  });

  it('a frame of 600 bytes and more in BCD too, whose first byte begins nothing here', async () => {
    rig = await new Rig().start();
    const t = await connected('iso87-binary');
    const long = t.request('0200', { ...t.base(7), 3: '000000', 63: '0'.repeat(600) });
    t.sendRaw(foreignFrame(long, { length: 'bcd' }));
    await rig.until(() => rig.bridge.counters.strangers.bcd_length === 1);
  });
});

it('a length of more than 1400 bytes, or of less than 10, is refused at its second byte', async () => {
  rig = await new Rig().start();
  for (const [index, hex] of ['0579', '0009', '05ff'].entries()) {
    const raw = await connected('iso87-binary');
    raw.sendRaw(Buffer.from(hex, 'hex'));
    await rig.until(() => rig.bridge.counters.fault_64 === index + 1);
    await rig.until(() => raw.closed);
  }
});
