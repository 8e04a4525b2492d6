/** One connection of the foreign ISO 8583 terminal: signs on, asks, and checks every MAC. */
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type ForeignFields,
  type ForeignIsoKeys,
  type ForeignPreset,
  type ForeignRead,
  foreignBinding,
  foreignFrame,
  foreignKey,
  foreignRead,
  foreignSigned,
  isForeignSigned,
} from './foreign-iso8583.ts';
import type { ForeignKeys } from './foreign-terminal.ts';

export interface ForeignIsoAnswer extends ForeignRead {
  readonly message: Buffer;
}

const ANSWER_MS = 20_000;
/** Of cup-pos: what stands around its messages. */
const AROUND = { tpdu: '6000030000', header: '603100311001' } as const;

export class ForeignIsoTerminal {
  readonly preset: ForeignPreset;
  readonly #keys: ForeignKeys;
  readonly #secrets: ForeignIsoKeys;
  readonly #socket: Duplex;
  readonly #length: 'binary' | 'ascii' | 'bcd';
  #rest = Buffer.alloc(0);
  readonly #messages: Buffer[] = [];
  readonly #waiting: ((message: Buffer | undefined) => void)[] = [];
  #closed = false;

  constructor(
    socket: Duplex,
    keys: ForeignKeys,
    preset: ForeignPreset,
    length: 'binary' | 'ascii' | 'bcd' = 'binary',
  ) {
    this.preset = preset;
    this.#keys = keys;
    this.#length = length;
    this.#secrets = {
      linkKey: Buffer.from(keys.linkKey, 'hex'),
      messageKey: Buffer.from(keys.messageKey, 'hex'),
    };
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
    at: { readonly host: string; readonly port: number },
    ...rest: ConstructorParameters<typeof ForeignIsoTerminal> extends [Duplex, ...infer Rest]
      ? Rest
      : never
  ): Promise<ForeignIsoTerminal> {
    const socket = connect({ ...at, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    return new ForeignIsoTerminal(socket, ...rest);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What every message tells of its sender and its number. */
  base(stan: number, batch = 1): ForeignFields {
    const number = String(batch).padStart(6, '0');
    return {
      11: String(stan).padStart(6, '0'),
      41: String(this.#keys.terminal).padStart(8, '0'),
      53: String(this.#keys.keyVersion).padStart(16, '0'),
      60: this.preset === 'cup-pos' ? `22${number}000` : number,
    };
  }

  /** A message of the link: sign-on 001, echo 301. */
  network(code: '001' | '301', stan = 1): Buffer {
    const base = this.base(stan);
    const fields =
      this.preset === 'cup-pos' ? { ...base, 60: `00000001${code}` } : { ...base, 70: code };
    return foreignSigned(this.preset, '0800', fields, foreignKey.up(this.#secrets));
  }

  request(mti: string, fields: ForeignFields): Buffer {
    return foreignSigned(this.preset, mti, fields, foreignKey.request(this.#secrets, this.preset));
  }

  send(...messages: readonly Buffer[]): void {
    const around = this.preset === 'cup-pos' ? AROUND : {};
    this.#socket.write(
      Buffer.concat(
        messages.map((message) => foreignFrame(message, { ...around, length: this.#length })),
      ),
    );
  }

  /** Bytes as they are. */
  sendRaw(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Signs on; the answer has been checked. */
  async signOn(): Promise<this> {
    this.send(this.network('001'));
    const answer = await this.next();
    if (answer?.mti !== '0810' || answer.fields[39] !== '00' || !this.isFromBridge(answer)) {
      this.close();
      throw new Error(`no valid answer to the sign-on: ${answer?.fields[39] ?? 'closed'}`);
    }
    return this;
  }

  isFromBridge({ message }: ForeignIsoAnswer): boolean {
    return isForeignSigned(this.preset, message, foreignKey.down(this.#secrets));
  }

  /** Asks, and throws unless the answer is signed for this very request. */
  async ask(request: Buffer): Promise<ForeignIsoAnswer> {
    this.send(request);
    const answer = await this.next();
    if (!answer || !this.isAnswer(answer, request)) {
      throw new Error(`no valid answer: ${answer?.mti ?? 'closed'} ${answer?.fields[39] ?? ''}`);
    }
    return answer;
  }

  isAnswer({ message }: ForeignIsoAnswer, request: Buffer): boolean {
    const asked = foreignBinding(
      this.preset,
      request,
      foreignKey.request(this.#secrets, this.preset),
    );
    return isForeignSigned(
      this.preset,
      message,
      foreignKey.reply(this.#secrets, this.preset),
      asked,
    );
  }

  /** What the functions would say to a request. */
  answerTo(request: Buffer, mti: string, fields: ForeignFields): Buffer {
    return foreignSigned(
      this.preset,
      mti,
      fields,
      foreignKey.reply(this.#secrets, this.preset),
      foreignBinding(this.preset, request, foreignKey.request(this.#secrets, this.preset)),
    );
  }

  async next(): Promise<ForeignIsoAnswer | undefined> {
    const message = await this.#nextMessage();
    return message && { ...foreignRead(this.preset, message), message };
  }

  close(): void {
    this.#socket.destroy();
  }

  #nextMessage(): Promise<Buffer | undefined> {
    const ready = this.#messages.shift();
    if (ready !== undefined || this.#closed) {
      return Promise.resolve(ready);
    }
    return new Promise((resolve, reject) => {
      const waiter = (message: Buffer | undefined): void => {
        clearTimeout(timer);
        resolve(message);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(new Error(`no message within ${ANSWER_MS} ms`));
      }, ANSWER_MS);
      this.#waiting.push(waiter);
    });
  }

  #lengthBytes(): number {
    return this.#length === 'ascii' ? 4 : 2;
  }

  #announced(): number {
    const head = this.#rest.subarray(0, this.#lengthBytes());
    if (this.#length === 'binary') {
      return head.readUInt16BE(0);
    }
    return Number(head.toString(this.#length === 'ascii' ? 'latin1' : 'hex'));
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= this.#lengthBytes()) {
      const end = this.#lengthBytes() + this.#announced();
      if (this.#rest.length < end) {
        return;
      }
      const content = this.#rest.subarray(this.#lengthBytes(), end);
      this.#rest = this.#rest.subarray(end);
      const message = Buffer.from(content.subarray(this.preset === 'cup-pos' ? 11 : 0));
      const waiter = this.#waiting.shift();
      if (waiter) {
        waiter(message);
      } else {
        this.#messages.push(message);
      }
    }
  }
}
