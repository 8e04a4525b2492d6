/**
 * A terminal written from the protocol page alone: no code of ours, so it can contradict ours.
 * Frames are built and checked by hand over node:crypto and a real socket.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { type Cbor, decodeCbor, encodeCbor } from './foreign-cbor.ts';

export const TYPE = {
  hello: 0x01,
  pay: 0x02,
  confirm: 0x03,
  reverse: 0x04,
  status: 0x05,
  refund: 0x06,
  ping: 0x07,
  catalogue: 0x08,
  welcome: 0x81,
  pong: 0x87,
  fault: 0x8d,
  busy: 0x8e,
  goaway: 0x8f,
} as const;

const UP_LINK: readonly number[] = [TYPE.hello, TYPE.ping];
const DOWN_LINK: readonly number[] = [TYPE.welcome, TYPE.pong, TYPE.fault, TYPE.busy, TYPE.goaway];
const REPEAT = 1;
const ANSWER_MS = 20_000;

export interface ForeignKeys {
  readonly terminal: number;
  readonly keyVersion: number;
  /** Hex, 32 bytes each. */
  readonly linkKey: string;
  readonly messageKey: string;
}

export interface ForeignFrame {
  readonly type: number;
  readonly flags: number;
  readonly terminal: number;
  readonly keyVersion: number;
  readonly sequence: number;
  readonly body: ReadonlyMap<number, Cbor>;
  readonly tagOk: boolean;
  readonly bytes: Buffer;
}

const hmac = (key: Buffer, data: string | Buffer): Buffer =>
  createHmac('sha256', key).update(data).digest();

/** The four keys of one terminal, and the frames that they make. */
export class ForeignCodec {
  readonly #keys: ForeignKeys;
  readonly #up: Buffer;
  readonly #down: Buffer;
  readonly #request: Buffer;
  readonly #reply: Buffer;

  constructor(keys: ForeignKeys) {
    this.#keys = keys;
    const link = Buffer.from(keys.linkKey, 'hex');
    const message = Buffer.from(keys.messageKey, 'hex');
    this.#up = hmac(link, 'cp1 link up');
    this.#down = hmac(link, 'cp1 link down');
    this.#request = hmac(message, 'cp1 request');
    this.#reply = hmac(message, 'cp1 reply');
  }

  #keyOf(type: number): Buffer {
    if (UP_LINK.includes(type)) {
      return this.#up;
    }
    if (DOWN_LINK.includes(type)) {
      return this.#down;
    }
    return type < 0x80 ? this.#request : this.#reply;
  }

  encode(type: number, sequence: number, body: ReadonlyMap<number, Cbor>, flags = 0): Buffer {
    const bytes = body.size === 0 ? Buffer.alloc(0) : encodeCbor(body);
    const header = Buffer.alloc(14);
    header.writeUInt8(0xc5, 0);
    header.writeUInt8(0x10 | flags, 1);
    header.writeUInt16BE(18 + bytes.length, 2);
    header.writeUInt8(type, 4);
    header.writeUInt32BE(this.#keys.terminal, 5);
    header.writeUInt8(this.#keys.keyVersion, 9);
    header.writeUInt32BE(sequence, 10);
    const untagged = Buffer.concat([header, bytes]);
    return Buffer.concat([untagged, hmac(this.#keyOf(type), untagged).subarray(0, 8)]);
  }

  decode(bytes: Buffer): ForeignFrame {
    const end = bytes.length - 8;
    const type = bytes.readUInt8(4);
    const tag = hmac(this.#keyOf(type), bytes.subarray(0, end)).subarray(0, 8);
    const body = end > 14 ? decodeCbor(bytes.subarray(14, end)) : new Map<number, Cbor>();
    return {
      type,
      flags: bytes.readUInt8(1) & 15,
      terminal: bytes.readUInt32BE(5),
      keyVersion: bytes.readUInt8(9),
      sequence: bytes.readUInt32BE(10),
      body: body as ReadonlyMap<number, Cbor>,
      tagOk: tag.equals(bytes.subarray(end)),
      bytes,
    };
  }

  /** The same request, sent again: REPEAT set, tagged anew. */
  repeat(frame: Buffer): Buffer {
    const again = Buffer.from(frame.subarray(0, frame.length - 8));
    again.writeUInt8(again.readUInt8(1) | REPEAT, 1);
    return Buffer.concat([again, hmac(this.#keyOf(again.readUInt8(4)), again).subarray(0, 8)]);
  }
}

/** One TCP connection of a foreign terminal. */
export class ForeignTerminal {
  readonly codec: ForeignCodec;
  readonly keys: ForeignKeys;
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  readonly #frames: ForeignFrame[] = [];
  readonly #waiting: ((frame: ForeignFrame | undefined) => void)[] = [];
  #closed = false;

  constructor(socket: Socket, keys: ForeignKeys) {
    this.keys = keys;
    this.codec = new ForeignCodec(keys);
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      this.#closed = true;
      for (const waiter of this.#waiting.splice(0)) {
        waiter(undefined);
      }
    });
  }

  static async connect(
    at: { host: string; port: number },
    keys: ForeignKeys,
  ): Promise<ForeignTerminal> {
    const socket = connect({ ...at, noDelay: true, allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    return new ForeignTerminal(socket, keys);
  }

  /** Connects and signs on; the WELCOME has been checked. */
  static async signOn(
    at: { host: string; port: number },
    keys: ForeignKeys,
  ): Promise<ForeignTerminal> {
    return (await ForeignTerminal.connect(at, keys)).greet();
  }

  /** Signs on over this connection; the WELCOME has been checked. */
  async greet(): Promise<this> {
    const nonce = new Uint8Array(randomBytes(8));
    this.send(this.hello(nonce));
    const welcome = await this.next();
    const echoed = welcome?.body.get(1);
    if (
      welcome?.type !== TYPE.welcome ||
      !welcome.tagOk ||
      !(echoed instanceof Uint8Array) ||
      !Buffer.from(nonce).equals(echoed)
    ) {
      this.close();
      throw new Error(`no valid WELCOME: type ${welcome?.type ?? 'closed'}`);
    }
    return this;
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 4) {
      const size = 4 + this.#rest.readUInt16BE(2);
      if (this.#rest.length < size) {
        return;
      }
      const frame = this.codec.decode(Buffer.from(this.#rest.subarray(0, size)));
      this.#rest = this.#rest.subarray(size);
      const waiter = this.#waiting.shift();
      if (waiter) {
        waiter(frame);
      } else {
        this.#frames.push(frame);
      }
    }
  }

  hello(nonce: Uint8Array = new Uint8Array(8), sequence = 0): Buffer {
    const body = new Map<number, Cbor>([
      [1, nonce],
      [2, '1.0'],
      [3, 'SIM800'],
      [4, 20],
      [5, 0],
      [6, 'ko-KR'],
    ]);
    return this.codec.encode(TYPE.hello, sequence, body);
  }

  send(...frames: readonly Uint8Array[]): void {
    this.#socket.write(Buffer.concat(frames));
  }

  /** The next frame, or undefined once the bridge has closed; throws after `ms` of silence. */
  next(ms: number = ANSWER_MS): Promise<ForeignFrame | undefined> {
    const ready = this.#frames.shift();
    if (ready || this.#closed) {
      return Promise.resolve(ready);
    }
    return new Promise((resolve, reject) => {
      const waiter = (frame: ForeignFrame | undefined): void => {
        clearTimeout(timer);
        resolve(frame);
      };
      const timer = setTimeout(() => {
        // The next frame is for whoever asks next.
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(new Error(`no frame within ${ms} ms`));
      }, ms);
      this.#waiting.push(waiter);
    });
  }

  /** Sends a request and waits for its answer; hints (BUSY, GOAWAY) are passed over and asked again. */
  async ask(frame: Buffer): Promise<ForeignFrame> {
    this.send(frame);
    for (;;) {
      const answer = await this.next();
      if (!answer) {
        throw new Error('the bridge closed before it answered');
      }
      if (answer.type === TYPE.busy) {
        await new Promise((resolve) => setTimeout(resolve, Number(answer.body.get(1))));
        this.send(frame);
      } else if (answer.type !== TYPE.goaway) {
        return answer;
      }
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Reads and answers nothing any more, not even the bridge's FIN: as a modem that lost its network. */
  silence(): void {
    this.#socket.pause();
  }

  /** Sends FIN; what the bridge still sends is read. */
  endSending(): void {
    this.#socket.end();
  }

  close(): void {
    this.#socket.destroy();
  }
}

export interface Purchase {
  readonly identifier: string;
  readonly entryMode: number;
  readonly currency: number;
  readonly sku: string;
  readonly unitPriceMinor: number;
  readonly quantity?: number;
  readonly hold?: boolean;
  readonly deadlineMs?: number;
  /** Unix seconds on the device's clock. */
  readonly deviceTimeS?: number;
  readonly promotionCode?: string;
}

/** The body of PAY for one product. */
export const payBody = (sale: Purchase): ReadonlyMap<number, Cbor> => {
  const quantity = sale.quantity ?? 1;
  return new Map<number, Cbor>([
    [1, sale.identifier],
    [2, sale.entryMode],
    [3, sale.unitPriceMinor * quantity],
    [4, sale.currency],
    [5, [[sale.sku, quantity, sale.unitPriceMinor]]],
    [6, sale.deadlineMs ?? 20_000],
    [7, sale.hold ? 1 : 0],
    ...(sale.deviceTimeS === undefined ? [] : [[8, sale.deviceTimeS] as const]),
    ...(sale.promotionCode === undefined ? [] : [[10, sale.promotionCode] as const]),
  ]);
};
