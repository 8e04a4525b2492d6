/** What a bad connection gets, over real sockets (docs/protocol.md, "What a bad connection gets"). */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForeignTerminal, payBody, TYPE } from '../support/foreign-terminal.ts';
import { openShop, type Shop } from './support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => {
  await shop.close();
});

const dial = (): Promise<ForeignTerminal> => ForeignTerminal.connect(shop.bridge(), shop.keys);
const signOn = (): Promise<ForeignTerminal> => ForeignTerminal.signOn(shop.bridge(), shop.keys);

const flipLast = (frame: Buffer): Buffer => {
  const bad = Buffer.from(frame);
  bad.writeUInt8(bad.readUInt8(bad.length - 1) ^ 1, bad.length - 1);
  return bad;
};

/** The FAULT's code, after checking how it is addressed; then whether the bridge closed. */
const faultThenClose = async (
  line: ForeignTerminal,
  signed: boolean,
): Promise<readonly [unknown, unknown]> => {
  const fault = await line.next();
  expect(fault?.type).toBe(TYPE.fault);
  if (signed) {
    expect(fault?.tagOk).toBe(true);
  } else {
    expect([fault?.terminal, fault?.keyVersion, fault?.sequence]).toEqual([0, 0, 0]);
    expect(fault?.bytes.subarray(-8).equals(Buffer.alloc(8))).toBe(true);
  }
  return [fault?.body.get(1), await line.next()];
};

describe('before a valid HELLO', () => {
  const cases: readonly [string, number, (line: ForeignTerminal) => Uint8Array][] = [
    ['a HELLO with a wrong tag', 66, (line) => flipLast(line.hello())],
    ['a request', 66, (line) => line.codec.encode(TYPE.pay, 1, payBody(shop.sale()))],
    ['a length below 18', 64, () => Buffer.from('c510001101', 'hex')],
    ['a length above 1020', 64, () => Buffer.from('c51003fd01', 'hex')],
    ['a reserved flag', 64, () => Buffer.from('c514001801', 'hex')],
    ['another version', 65, () => Buffer.from('c520001801', 'hex')],
  ];
  for (const [what, code, bytes] of cases) {
    it(`${what} gets an unsigned FAULT ${code} and a close`, async () => {
      const line = await dial();
      line.send(bytes(line));
      expect(await faultThenClose(line, false)).toEqual([code, undefined]);
    });
  }

  it('HTTP gets one 400 line and a close', async () => {
    const socket = connect(shop.bridge());
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) {
      chunks.push(chunk as Buffer);
    }
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('after HELLO', () => {
  it('a wrong end-to-end tag gets a signed FAULT 66, and the right bytes are still answered', async () => {
    const line = await signOn();
    const frame = line.codec.encode(TYPE.pay, 900_001, payBody(shop.sale()));
    line.send(flipLast(frame));
    const fault = await line.next();
    expect([fault?.type, fault?.tagOk, fault?.body.get(1), fault?.body.get(2)]).toEqual([
      TYPE.fault,
      true,
      66,
      900_001,
    ]);
    const answer = await line.ask(frame);
    expect([answer.type, answer.tagOk, answer.body.get(1)]).toEqual([TYPE.pay | 0x80, true, 0]);
    line.close();
  });

  it('a frame of another terminal gets FAULT 66 and a close', async () => {
    const line = await signOn();
    const frame = line.codec.encode(TYPE.status, 1, new Map([[1, 1]]));
    frame.writeUInt32BE(shop.keys.terminal + 1, 5);
    line.send(frame);
    expect(await faultThenClose(line, true)).toEqual([66, undefined]);
  });

  it('a broken frame gets a signed FAULT 64 and a close', async () => {
    const line = await signOn();
    line.send(Buffer.from('ff'.repeat(8), 'hex'));
    expect(await faultThenClose(line, true)).toEqual([64, undefined]);
  });

  it('PING is answered with PONG, and a PING with a wrong tag is not', async () => {
    const line = await signOn();
    line.send(line.codec.encode(TYPE.ping, 5, new Map()));
    const pong = await line.next();
    expect([pong?.type, pong?.tagOk, pong?.sequence]).toEqual([TYPE.pong, true, 5]);
    line.send(flipLast(line.codec.encode(TYPE.ping, 5, new Map())));
    expect(await faultThenClose(line, true)).toEqual([66, undefined]);
  });

  it('HELLO and PAY in one segment are both answered', async () => {
    const line = await dial();
    line.send(line.hello(), line.codec.encode(TYPE.pay, 900_010, payBody(shop.sale())));
    const welcome = await line.next();
    const answer = await line.next();
    expect([welcome?.type, answer?.type, answer?.body.get(1)]).toEqual([TYPE.welcome, 0x82, 0]);
    line.close();
  });
});
