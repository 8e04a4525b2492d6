/** A SIM800 in software: answers AT commands like the module and opens real TCP sockets. */
import type { Timers } from '../ports.ts';
import type { BytePort, PortListener } from './byte-port.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';
import { answerCommand } from './virtual-commands.ts';
import { VirtualLineParser } from './virtual-line-parser.ts';
import { VirtualOutput } from './virtual-output.ts';
import { ORDINARY, type Personality, STRAY_LINES } from './virtual-personality.ts';
import { VirtualSocketTable } from './virtual-socket-table.ts';
import type { CommandContext, ModemState } from './virtual-state.ts';

/** Commands waiting for the one in execution; a real module loses what comes beyond its buffer. */
export const COMMANDS_MAX = 16;

export interface VirtualSim800Options {
  readonly timers: Timers;
  /** What differs from ORDINARY. */
  readonly personality?: Partial<Personality>;
  /** Same seed, same misbehaviour. */
  readonly seed?: number;
  /** From a command to its answer. */
  readonly latencyMs?: number;
  /** Of the line to the host; undefined for as fast as possible. */
  readonly bitsPerSecond?: number;
  /** Cuts the output into pieces of 1 to 9 bytes. */
  readonly inPieces?: boolean;
}

export interface VirtualSim800 extends BytePort {
  /** Prints an unsolicited line now. */
  inject(line: string): void;
  /** The network takes the bearer away: sockets die and `+PDP: DEACT` is printed. */
  loseBearer(): void;
  /** TCP payload that crossed the air since power-on. */
  readonly air: { readonly bytesUp: number; readonly bytesDown: number };
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

class VirtualModem implements VirtualSim800 {
  readonly name = 'virtual SIM800';
  readonly #options: VirtualSim800Options;
  readonly #personality: Personality;
  readonly #random: SeededRandom;
  readonly #output: VirtualOutput;
  readonly #parser: VirtualLineParser;
  readonly #sockets: VirtualSocketTable;
  readonly #state: ModemState;
  readonly #commands: string[] = [];
  #executing = false;
  #closed = false;
  #listener: PortListener | undefined;
  #kept: Uint8Array[] = [];
  /** What the payload being collected is for. */
  #onPayload: ((bytes: Uint8Array) => void) | undefined;
  /** Ends the wait of a command whose answer comes from a socket. */
  readonly #connecting = new Map<number, (line: string) => void>();

  constructor(options: VirtualSim800Options) {
    this.#options = options;
    this.#personality = { ...ORDINARY, ...options.personality };
    this.#random = createSeededRandom(options.seed ?? 1);
    this.#output = new VirtualOutput({
      timers: options.timers,
      random: this.#random,
      bitsPerSecond: options.bitsPerSecond,
      inPieces: options.inPieces ?? false,
      corruptRate: this.#personality.corruptRate,
      deliver: (chunk) => this.#deliver(chunk),
    });
    this.#state = {
      echo: this.#personality.echo,
      errorDetail: 0,
      bearer: 'IP INITIAL',
      multi: false,
      manualReceive: false,
      quickSend: false,
      searchesLeft: this.#personality.searchingAsks,
    };
    this.#sockets = new VirtualSocketTable({
      onConnected: (link) => this.#connectEnded(link, `${link}, CONNECT OK`),
      onConnectFailed: (link) => this.#connectEnded(link, `${link}, CONNECT FAIL`),
      onReadable: (link) => {
        if (!this.#random.chance(this.#personality.lostNoticeRate)) {
          this.#line(`+CIPRXGET: 1,${link}`);
        }
      },
      onClosed: (link) => this.#line(`${link}, CLOSED`),
    });
    this.#parser = new VirtualLineParser({
      onCommand: (line) => this.#enqueue(line),
      onPayload: (bytes) => this.#onPayload?.(bytes),
      onEcho: (bytes) => {
        if (this.#state.echo) {
          this.#output.push(bytes);
        }
      },
    });
  }

  get air(): { readonly bytesUp: number; readonly bytesDown: number } {
    return { bytesUp: this.#sockets.bytesUp, bytesDown: this.#sockets.bytesDown };
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#closed) {
      return Promise.reject(new Error('the virtual modem is switched off'));
    }
    this.#parser.feed(bytes);
    return Promise.resolve();
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  listen(listener: PortListener): void {
    this.#listener = listener;
    const kept = this.#kept;
    this.#kept = [];
    for (const chunk of kept) {
      listener.onBytes(chunk);
    }
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#sockets.closeAll();
      this.#output.close();
      this.#listener?.onClosed('the virtual modem was switched off');
    }
    return Promise.resolve();
  }

  inject(line: string): void {
    this.#line(line);
  }

  loseBearer(): void {
    this.#sockets.closeAll();
    this.#state.bearer = 'PDP DEACT';
    for (const link of [...this.#connecting.keys()]) {
      this.#connectEnded(link, `${link}, CONNECT FAIL`);
    }
    this.#line('+PDP: DEACT');
  }

  #deliver(chunk: Uint8Array): void {
    if (this.#listener === undefined) {
      this.#kept.push(chunk);
    } else {
      this.#listener.onBytes(chunk);
    }
  }

  #line(text: string): void {
    this.#block(latin1(`\r\n${text}\r\n`));
  }

  /** One block, which a stray line may precede. */
  #block(bytes: Uint8Array): void {
    if (this.#random.chance(this.#personality.strayRate)) {
      const stray = STRAY_LINES[this.#random.below(STRAY_LINES.length)] ?? 'RING';
      this.#output.push(latin1(`\r\n${stray}\r\n`));
    }
    this.#output.push(bytes);
  }

  #connectEnded(link: number, line: string): void {
    const ended = this.#connecting.get(link);
    this.#connecting.delete(link);
    ended?.(line);
  }

  #enqueue(line: string): void {
    if (this.#commands.length < COMMANDS_MAX) {
      this.#commands.push(line);
    }
    if (!this.#executing) {
      this.#executing = true;
      void this.#execute();
    }
  }

  async #execute(): Promise<void> {
    let line = this.#commands.shift();
    while (line !== undefined && !this.#closed) {
      const latencyMs = this.#options.latencyMs ?? 0;
      if (latencyMs > 0) {
        await this.#options.timers.sleep(latencyMs);
      }
      await answerCommand(line, this.#context());
      line = this.#commands.shift();
    }
    this.#executing = false;
  }

  #context(): CommandContext {
    return {
      state: this.#state,
      personality: this.#personality,
      sockets: this.#sockets,
      line: (text) => this.#line(text),
      data: (header, bytes) => this.#block(Buffer.concat([latin1(`\r\n${header}\r\n`), bytes])),
      payload: (length) => {
        const received = new Promise<Uint8Array>((resolve) => {
          this.#onPayload = resolve;
        });
        this.#parser.expectPayload(length);
        this.#block(latin1('\r\n> '));
        // A stray line may also fall into the gap between prompt and payload.
        if (this.#random.chance(this.#personality.strayRate)) {
          this.#line('+CSQN: 17,0');
        }
        return received;
      },
      connected: (link) =>
        new Promise((resolve) => {
          this.#connecting.set(link, resolve);
        }),
    };
  }
}

/** Switched on and answering at once. Close it to free its sockets. */
export const createVirtualSim800 = (options: VirtualSim800Options): VirtualSim800 =>
  new VirtualModem(options);
