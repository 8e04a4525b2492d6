/** JSON lines on the one port: the same rules as CP1, told as objects. */
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FENCE, keysOf, Rig } from '#test/support/bridge-rig.ts';
import {
  ForeignJsonCodec,
  ForeignJsonTerminal,
  type JsonFields,
} from '#test/support/foreign-json.ts';
import { ForeignTerminal, TYPE } from '#test/support/foreign-terminal.ts';

let rig: Rig;
const lines: { close(): void }[] = [];
const connected = async (keys = keysOf()): Promise<ForeignJsonTerminal> => {
  const line = await ForeignJsonTerminal.connect(rig.at, keys);
  lines.push(line);
  return line;
};
const signedOn = async (keys = keysOf()): Promise<ForeignJsonTerminal> =>
  (await connected(keys)).signOn();
const PAY: JsonFields = { identifier: '70000000000000000042', mode: 'sale' };
const answerTo = (t: ForeignJsonTerminal, sequence: number): Buffer =>
  Buffer.from(t.codec.line('payReply', sequence, { code: 0, name: 'approved' }).trimEnd());

afterEach(async () => {
  for (const line of lines.splice(0)) {
    line.close();
  }
  await rig.bridge.close();
});

describe('a terminal that speaks JSON lines', () => {
  it('signs on, and its request reaches the queue as it came, its answer the very socket', async () => {
    rig = await new Rig().start();
    const t = await signedOn();
    const pay = t.codec.line('pay', 7, PAY);
    t.send(pay);
    const sent = await rig.request(0);
    expect(sent).toMatchObject({ dialect: 'json', terminal: 1001, region: 'KR' });
    expect(sent.hello.locale).toBe('ko-KR');
    expect(Buffer.from(sent.frame, 'base64').toString()).toBe(pay.trimEnd());
    rig.reply(sent.corr, answerTo(t, 7));
    expect(await t.nextLine()).toBe(answerTo(t, 7).toString());
  });

  it('may come with CR LF, empty lines, and hello and request in one segment', async () => {
    rig = await new Rig().start();
    const t = await connected();
    const hello = t.codec.line('hello', 0, { nonce: '00'.repeat(8) });
    t.send(`${hello.trimEnd()}\r\n\r\n${t.codec.line('pay', 7, PAY)}${t.codec.line('ping', 7)}`);
    expect((await t.next())?.op).toBe('welcome');
    rig.reply((await rig.request(0)).corr, answerTo(t, 7));
    expect((await t.next())?.op).toBe('payReply');
    expect((await t.next())?.op).toBe('pong');
  });

  it('hears BUSY, GOAWAY and FAULT as objects with a tag', async () => {
    rig = await new Rig().start();
    const t = await signedOn();
    rig.queue = () => Promise.reject(new Error('queue is down'));
    t.send(t.codec.line('pay', 7, PAY));
    const busy = await t.next();
    expect(busy).toMatchObject({ op: 'busy', sequence: 7, retryAfterMs: expect.any(Number) });
    rig.queue = async () => undefined;
    t.send(t.codec.line('pay', 8, PAY));
    const { corr } = await rig.request(1);
    rig.take(JSON.stringify({ v: 1, fence: FENCE, corr, kind: 'fault', code: 66, sequence: 8 }));
    const fault = await t.next();
    expect(fault).toMatchObject({ op: 'fault', code: 66, name: 'mac_invalid', sequence: 8 });
    t.send(t.codec.line('dance', 9));
    expect(await t.next()).toMatchObject({ op: 'fault', code: 64, sequence: 9 });
    const second = await signedOn();
    const goaway = await t.next();
    expect(goaway?.op).toBe('goaway');
    for (const notice of [busy, fault, goaway]) {
      expect(t.isGenuine(notice ?? {})).toBe(true);
    }
    second.send(second.codec.line('ping', 1));
    expect((await second.next())?.op).toBe('pong');
  });

  it('that is lost is found in the table under the digest of the request', async () => {
    rig = await new Rig().start();
    const t = await signedOn();
    const pay = t.codec.sign('pay', 7, PAY);
    t.send(`${JSON.stringify({ ...pay, repeat: true })}\n`);
    await rig.request(0);
    const digest = Buffer.from(ForeignJsonCodec.digest(pay), 'hex');
    rig.stored.set(7, { digest, answer: answerTo(t, 7) });
    await rig.advance(2_800);
    expect(await t.nextLine()).toBe(answerTo(t, 7).toString());
  });

  it('takes over from the same terminal on CP1, and is taken over by it', async () => {
    rig = await new Rig().start();
    const json = await signedOn();
    const cp1 = await ForeignTerminal.signOn(rig.at, keysOf());
    lines.push(cp1);
    expect((await json.next())?.op).toBe('goaway');
    expect(await json.next()).toBeUndefined();
    await rig.advance(10_000);
    await signedOn();
    expect((await cp1.next())?.type).toBe(TYPE.goaway);
  });

  it.each([
    ['what is not JSON', '{"op":hello}\n', 64],
    ['a line without a head', '{"op":"hello"}\n', 64],
    ['a line of more than 4096 bytes', `{"op":"${'x'.repeat(5_000)}`, 64],
    ['a request before hello', new ForeignJsonCodec(keysOf()).line('pay', 1, PAY), 66],
    [
      'a hello with a nonce of 7 bytes',
      new ForeignJsonCodec(keysOf()).line('hello', 0, { nonce: '00'.repeat(7) }),
      70,
    ],
  ])('gets FAULT from nobody and a close for %s', async (_, text, code) => {
    rig = await new Rig().start();
    const t = await connected();
    t.send(text);
    expect(await t.next()).toMatchObject({ op: 'fault', code, terminal: 0, m: '0'.repeat(16) });
    expect(await t.next()).toBeUndefined();
  });

  it('with a wrong tag in hello gets FAULT 66 after the delay', async () => {
    rig = await new Rig().start();
    const t = await connected({ ...keysOf(), linkKey: 'ab'.repeat(32) });
    t.send(t.codec.line('hello', 0, { nonce: '00'.repeat(8) }));
    await rig.until(() => rig.bridge.counters.hello_bad_tag === 1);
    await rig.advance(1_200);
    expect(await t.next()).toMatchObject({ op: 'fault', code: 66 });
  });

  it('that drips a line is cut 15 s after the accept', async () => {
    rig = await new Rig().start();
    const socket = connect(rig.at);
    lines.push({ close: () => socket.destroy() });
    socket.write('{"op":');
    await rig.until(() => rig.bridge.counters.connections === 1);
    await rig.advance(15_300);
    expect(rig.bridge.counters.timeout_greeting).toBe(1);
  });
});
