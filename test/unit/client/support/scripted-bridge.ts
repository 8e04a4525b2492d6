/** A bridge in memory that speaks through the independent codec, keeps a small ledger, and misbehaves as told. */
import { type Duplex, duplexPair } from 'node:stream';
import type { Cbor } from '../../../support/foreign-cbor.ts';
import {
  ForeignCodec,
  type ForeignFrame,
  type ForeignKeys,
  TYPE,
} from '../../../support/foreign-terminal.ts';

export const KEYS: ForeignKeys = {
  terminal: 1001,
  keyVersion: 1,
  linkKey: '01'.repeat(32),
  messageKey: '02'.repeat(32),
};

const CODE = { approved: 0, voided: 14, insufficient: 6 } as const;
const STATE = { notFound: 0, posted: 3, voided: 4, declined: 6 } as const;
const NOW_S = 1_790_000_000;

export interface Line {
  /** 0 for the first connection. */
  readonly number: number;
  send(...frames: readonly Uint8Array[]): void;
  /** As the peer closes. */
  end(): void;
  /** As a network breaks. */
  break(): void;
}

/** What becomes of one request: carried out and answered, or whatever the script does with it. */
export type Script = (frame: ForeignFrame, line: Line, nth: number) => 'serve' | 'done';

const withoutRepeat = (codec: ForeignCodec, frame: ForeignFrame): Buffer =>
  codec.encode(frame.type, frame.sequence, frame.body, frame.flags & ~1);

export class ScriptedBridge {
  readonly codec: ForeignCodec = new ForeignCodec(KEYS);
  readonly requests: ForeignFrame[] = [];
  readonly hellos: ForeignFrame[] = [];
  readonly ledger: Map<number, number> = new Map();
  declines = false;
  /** Sku, name, unit price, open now, next change: what CATALOGUE tells. */
  catalogue: readonly (readonly [string, string, number, 0 | 1, number])[] = [];
  /** What the shop adds to an approval. */
  thanks: readonly (readonly [number, Cbor])[] = [];
  script: Script = () => 'serve';
  /** Before each accepted connection; throw to refuse it. */
  onDial: () => void | Promise<void> = () => undefined;
  dials = 0;
  /** The advice of WELCOME: 0 session, 1 on demand. */
  advisedMode: 0 | 1 = 1;
  pongs = true;
  /** When PINGs came, by the clock given. */
  readonly pingedAt: number[] = [];
  nowMs: () => number = () => 0;
  /** Closes the newest connection. */
  hangUp: () => void = () => undefined;

  readonly dial = async (): Promise<Duplex> => {
    await this.onDial();
    const [near, far] = duplexPair();
    const line: Line = {
      number: this.dials,
      send: (...frames) => void far.write(Buffer.concat(frames)),
      end: () => void far.end(),
      break: () => void near.destroy(new Error('the line broke')),
    };
    this.dials += 1;
    this.hangUp = line.end;
    let rest: Buffer = Buffer.alloc(0);
    far.on('error', () => undefined);
    far.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readUInt16BE(2)) {
        const size = 4 + rest.readUInt16BE(2);
        const frame = this.codec.decode(Buffer.from(rest.subarray(0, size)));
        rest = rest.subarray(size);
        this.#take(frame, line);
      }
    });
    return near;
  };

  /** The original bytes of every copy of the requests of one type. */
  originals(type: number): string[] {
    return this.requests
      .filter((frame) => frame.type === type)
      .map((frame) => withoutRepeat(this.codec, frame).toString('hex'));
  }

  repeats(type: number): boolean[] {
    return this.requests
      .filter((frame) => frame.type === type)
      .map(({ flags }) => (flags & 1) === 1);
  }

  link(type: number, body: ReadonlyMap<number, Cbor>): Buffer {
    return this.codec.encode(type, 0, body);
  }

  busy(frame: ForeignFrame, retryAfterMs: number): Buffer {
    return this.link(
      TYPE.busy,
      new Map([
        [1, retryAfterMs],
        [2, frame.sequence],
      ]),
    );
  }

  fault(code: number, sequence?: number): Buffer {
    const body = new Map<number, Cbor>([[1, code]]);
    if (sequence !== undefined) {
      body.set(2, sequence);
    }
    return this.link(TYPE.fault, body);
  }

  /** Tag of zeros: what comes before a valid HELLO. */
  unsignedFault(code: number): Buffer {
    const fault = this.fault(code);
    return fault.fill(0, fault.length - 8);
  }

  /** A reply that is bound to the request as the protocol page asks. */
  reply(frame: ForeignFrame, fields: readonly (readonly [number, Cbor])[]): Buffer {
    const original = withoutRepeat(this.codec, frame);
    const tag = new Uint8Array(original.subarray(original.length - 8));
    return this.codec.encode(
      frame.type | 0x80,
      frame.sequence,
      new Map<number, Cbor>([[0, tag], ...fields]),
    );
  }

  /** Carries a request out; asking again changes nothing. */
  carryOut(frame: ForeignFrame): Buffer {
    const about = Number(frame.body.get(1));
    switch (frame.type) {
      case TYPE.pay: {
        const fresh = this.declines ? STATE.declined : STATE.posted;
        const state = this.ledger.get(frame.sequence) ?? fresh;
        this.ledger.set(frame.sequence, state);
        return this.reply(frame, this.#payFields(state, frame));
      }
      case TYPE.reverse:
        this.ledger.set(about, STATE.voided);
        return this.reply(frame, [
          [1, CODE.approved],
          [3, NOW_S],
        ]);
      case TYPE.status: {
        const state = this.ledger.get(about) ?? STATE.notFound;
        const payCode = state === STATE.declined ? CODE.insufficient : CODE.approved;
        const known: readonly (readonly [number, Cbor])[] =
          state === STATE.notFound ? [] : [[14, payCode]];
        return this.reply(frame, [[1, CODE.approved], [3, NOW_S], [13, state], ...known]);
      }
      case TYPE.catalogue:
        return this.reply(frame, [
          [1, CODE.approved],
          [3, NOW_S],
          [4, 410],
          [10, 1],
          [11, this.catalogue.map((item) => [...item])],
        ]);
      default:
        throw new Error(`the scripted bridge met type ${frame.type}`);
    }
  }

  get posted(): readonly number[] {
    return [...this.ledger].filter(([, state]) => state === STATE.posted).map(([about]) => about);
  }

  #payFields(state: number, frame: ForeignFrame): readonly (readonly [number, Cbor])[] {
    if (state === STATE.posted) {
      return [
        [1, CODE.approved],
        [2, 'A1B2C3'],
        [3, NOW_S],
        [4, Number(frame.body.get(3))],
        ...this.thanks,
      ];
    }
    return [
      [1, state === STATE.declined ? CODE.insufficient : CODE.voided],
      [3, NOW_S],
    ];
  }

  #take(frame: ForeignFrame, line: Line): void {
    if (!frame.tagOk) {
      throw new Error(`the terminal sent a frame of type ${frame.type} with a wrong tag`);
    }
    if (frame.type === TYPE.hello) {
      this.hellos.push(frame);
      const welcome = new Map<number, Cbor>([
        [1, frame.body.get(1) ?? ''],
        [2, NOW_S],
        [3, 300],
        [4, this.advisedMode],
        [5, 1024],
      ]);
      line.send(this.link(TYPE.welcome, welcome));
      return;
    }
    if (frame.type === TYPE.ping) {
      this.pingedAt.push(this.nowMs());
      if (this.pongs) {
        line.send(this.codec.encode(TYPE.pong, frame.sequence, new Map()));
      }
      return;
    }
    this.requests.push(frame);
    if (this.script(frame, line, this.requests.length) === 'serve') {
      line.send(this.carryOut(frame));
    }
  }
}
