/** A point of sale for tests: numbers its requests, reconnects, and asks with the same bytes until it is answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cbor } from './foreign-cbor.ts';
import {
  ForeignCodec,
  type ForeignFrame,
  type ForeignKeys,
  ForeignTerminal,
  type Purchase,
  payBody,
  TYPE,
} from './foreign-terminal.ts';

const RECONNECT_MS = 200;
/** Bit 1 of a frame's flags. */
const STORED = 2;

export interface Bridge {
  readonly host: string;
  readonly port: number;
}

/** An answer that passed every check of the protocol page. */
export interface Answer {
  readonly code: number;
  readonly body: ReadonlyMap<number, Cbor>;
  readonly bytes: Buffer;
}

const tagOf = (frame: Uint8Array): Buffer => Buffer.from(frame.subarray(frame.length - 8));

export class Till {
  readonly keys: ForeignKeys;
  readonly #bridge: () => Bridge;
  readonly #codec: ForeignCodec;
  #line: ForeignTerminal | undefined;
  #sequence: number;

  /** `bridge` is asked at every connection, since a restarted system may listen elsewhere. */
  constructor(bridge: () => Bridge, keys: ForeignKeys, firstSequence: number) {
    this.#bridge = bridge;
    this.keys = keys;
    this.#codec = new ForeignCodec(keys);
    this.#sequence = firstSequence;
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  payFrame(sale: Purchase, sequence: number = this.nextSequence()): Buffer {
    return this.#codec.encode(TYPE.pay, sequence, payBody(sale));
  }

  /** A sale made while the line was down: flag STORED, and the device's time. */
  storedFrame(sale: Purchase & Required<Pick<Purchase, 'deviceTimeS'>>): Buffer {
    return this.#codec.encode(TYPE.pay, this.nextSequence(), payBody(sale), STORED);
  }

  /** CONFIRM, REVERSE, STATUS or REFUND of the PAY with number `about`. */
  followUp(
    type: number,
    about: number,
    more: readonly (readonly [number, Cbor])[] = [],
    sequence: number = this.nextSequence(),
  ): Buffer {
    return this.#codec.encode(type, sequence, new Map<number, Cbor>([[1, about], ...more]));
  }

  repeat(frame: Buffer): Buffer {
    return this.#codec.repeat(frame);
  }

  hangUp(): void {
    this.#line?.close();
    this.#line = undefined;
  }

  async line(): Promise<ForeignTerminal> {
    if (!this.#line || this.#line.closed) {
      this.#line = await ForeignTerminal.signOn(this.#bridge(), this.keys);
    }
    return this.#line;
  }

  /** Asks once on the current line, or on a new one. */
  async ask(frame: Buffer): Promise<Answer> {
    const line = await this.line();
    return this.#checked(frame, await line.ask(frame));
  }

  /** Asks with the same bytes, over as many lines as it takes, at most `tries` of them. */
  async askUntilAnswered(frame: Buffer, tries = 120): Promise<Answer> {
    for (let tried = 1; ; tried += 1) {
      try {
        const answer = await this.ask(tried === 1 ? frame : this.repeat(frame));
        if (answer.code < 128) {
          return answer;
        }
      } catch (error) {
        if (tried >= tries) {
          throw error;
        }
        this.hangUp();
      }
      await sleep(RECONNECT_MS);
    }
  }

  /** The acceptance rule of the protocol page: tag, K and key 0; anything else is a broken promise. */
  #checked(asked: Buffer, reply: ForeignFrame): Answer {
    const original = (asked.readUInt8(1) & 1) === 0 ? asked : this.#withoutRepeat(asked);
    const bound = reply.body.get(0);
    const problems = [
      reply.type === (asked.readUInt8(4) | 0x80) ? '' : `type ${reply.type.toString(16)}`,
      reply.tagOk ? '' : 'tag',
      reply.sequence === asked.readUInt32BE(10) ? '' : 'sequence',
      bound instanceof Uint8Array && tagOf(original).equals(bound) ? '' : 'key 0',
    ].filter((problem) => problem !== '');
    if (problems.length > 0) {
      throw new Error(`the reply is not acceptable: ${problems.join(', ')}`);
    }
    return { code: Number(reply.body.get(1)), body: reply.body, bytes: reply.bytes };
  }

  #withoutRepeat(frame: Buffer): Buffer {
    const parts = this.#codec.decode(frame);
    return this.#codec.encode(parts.type, parts.sequence, parts.body, parts.flags & ~1);
  }
}
