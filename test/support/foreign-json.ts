/**
 * A terminal of the JSON dialect written from docs/json-lines.md alone: no code of ours, so it can contradict ours.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ForeignKeys } from './foreign-terminal.ts';

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };
export type JsonFields = { readonly [name: string]: Json };

const ANSWER_MS = 20_000;
const LINK_OPS: readonly string[] = ['hello', 'ping', 'welcome', 'pong', 'busy', 'goaway', 'fault'];

const hmac = (key: Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

/** Names in order, nothing between the tokens; keys here are ASCII. */
export const canonical = (value: Json): string => {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value as JsonFields).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join(',')}}`;
  }
  return JSON.stringify(value);
};

const without = (fields: JsonFields, ...names: readonly string[]): JsonFields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

/** The four keys of one terminal, and the lines that they make. */
export class ForeignJsonCodec {
  readonly keys: ForeignKeys;

  constructor(keys: ForeignKeys) {
    this.keys = keys;
  }

  tagOf(fields: JsonFields): string {
    const op = String(fields.op);
    const isLink = LINK_OPS.includes(op);
    const root = Buffer.from(isLink ? this.keys.linkKey : this.keys.messageKey, 'hex');
    const key = hmac(root, `json ${isLink ? this.#linkLabel(op) : this.#messageLabel(op)}`);
    return hmac(key, canonical(without(fields, 'm', 'repeat')))
      .toString('hex')
      .slice(0, 16);
  }

  #linkLabel(op: string): string {
    return op === 'hello' || op === 'ping' ? 'link up' : 'link down';
  }

  #messageLabel(op: string): string {
    return op.endsWith('Reply') ? 'reply' : 'request';
  }

  sign(op: string, sequence: number, fields: JsonFields = {}): JsonFields {
    const { terminal, keyVersion } = this.keys;
    const whole = { op, terminal, keyVersion, sequence, ...fields };
    return { ...whole, m: this.tagOf(whole) };
  }

  line(op: string, sequence: number, fields: JsonFields = {}): string {
    return `${JSON.stringify(this.sign(op, sequence, fields))}\n`;
  }

  static digest(fields: JsonFields): string {
    const kept = without(fields, 'm', 'repeat', 'terminal', 'keyVersion', 'sequence');
    return createHash('sha256').update(canonical(kept)).digest('hex');
  }
}

/** One connection of a foreign terminal. */
export class ForeignJsonTerminal {
  readonly codec: ForeignJsonCodec;
  readonly #socket: Duplex;
  #rest = '';
  readonly #lines: string[] = [];
  readonly #waiting: ((line: string | undefined) => void)[] = [];
  #closed = false;

  constructor(socket: Duplex, keys: ForeignKeys) {
    this.codec = new ForeignJsonCodec(keys);
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#take(text));
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
  ): Promise<ForeignJsonTerminal> {
    const socket: Socket = connect({ ...at, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    return new ForeignJsonTerminal(socket, keys);
  }

  /** Signs on over a connection; the welcome has been checked. */
  async signOn(): Promise<this> {
    const nonce = randomBytes(8).toString('hex');
    this.send(this.codec.line('hello', 0, { nonce, locale: 'ko-KR' }));
    const welcome = await this.next();
    if (welcome?.op !== 'welcome' || welcome.nonce !== nonce || !this.isGenuine(welcome)) {
      this.close();
      throw new Error(`no valid welcome: ${JSON.stringify(welcome?.op ?? 'closed')}`);
    }
    return this;
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const waiter = this.#waiting.shift();
      if (waiter) {
        waiter(line);
      } else {
        this.#lines.push(line);
      }
    }
  }

  isGenuine(fields: JsonFields): boolean {
    return fields.m === this.codec.tagOf(fields);
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  /** The next line as it came, or undefined once the bridge has closed; throws after `ms` of silence. */
  nextLine(ms: number = ANSWER_MS): Promise<string | undefined> {
    const ready = this.#lines.shift();
    if (ready !== undefined || this.#closed) {
      return Promise.resolve(ready);
    }
    return new Promise((resolve, reject) => {
      const waiter = (line: string | undefined): void => {
        clearTimeout(timer);
        resolve(line);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(new Error(`no line within ${ms} ms`));
      }, ms);
      this.#waiting.push(waiter);
    });
  }

  async next(): Promise<JsonFields | undefined> {
    const line = await this.nextLine();
    return line === undefined ? undefined : (JSON.parse(line) as JsonFields);
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#socket.destroy();
  }
}
