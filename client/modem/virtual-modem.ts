/** A modem in software: answers AT commands like one of a family and opens real TCP sockets. */
import type { FamilyName } from '../at/modem-family.ts';
import type { Timers } from '../ports.ts';
import type { BytePort, PortListener } from './byte-port.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';
import { VIRTUAL_FAMILIES } from './virtual-families.ts';
import type { VirtualFamily } from './virtual-family.ts';
import { framed, VirtualInterpreter } from './virtual-interpreter.ts';
import { type Dial, dialSockets } from './virtual-network.ts';
import { VirtualOutput } from './virtual-output.ts';
import { ORDINARY, type Personality } from './virtual-personality.ts';
import { VirtualSocketTable } from './virtual-socket-table.ts';

/** From power to the first word; a SIM800 takes 3 s, an LTE module up to 10 s. */
export const BOOT_MS = 4_000;

export interface VirtualModemOptions {
  readonly family: FamilyName;
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
  /** How peers are reached; real sockets where absent. */
  readonly dial?: Dial;
  /** Told before each command is carried out, and at each prompt and payload: for faults at a chosen step. */
  readonly onStep?: (step: string, modem: VirtualModem) => void;
}

export interface VirtualModem extends BytePort {
  /** Prints an unsolicited line now. */
  inject(line: string): void;
  /** The network takes the bearer away: sockets die, and the modem says so in its way. */
  loseBearer(): void;
  /** Out of reach of the network for so long, bearer included. */
  loseNetwork(ms: number): void;
  /** Every link looks alive and carries nothing any more. */
  deafen(): void;
  /** Power off and on again. */
  restart(): void;
  /** TCP payload that crossed the air since the modem was made. */
  readonly air: { readonly bytesUp: number; readonly bytesDown: number };
}

class SoftwareModem implements VirtualModem {
  readonly name: string;
  readonly #options: VirtualModemOptions;
  readonly #family: VirtualFamily;
  readonly #personality: Personality;
  readonly #random: SeededRandom;
  readonly #output: VirtualOutput;
  readonly #sockets: VirtualSocketTable;
  #interpreter: VirtualInterpreter;
  #closed = false;
  #outages = 0;
  #booting = false;
  #listener: PortListener | undefined;
  #kept: Uint8Array[] = [];

  constructor(options: VirtualModemOptions) {
    this.#options = options;
    this.#family = VIRTUAL_FAMILIES[options.family];
    this.name = `virtual ${this.#family.model}`;
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
    this.#sockets = this.#makeSockets();
    this.#interpreter = this.#powerOn();
  }

  get air(): { readonly bytesUp: number; readonly bytesDown: number } {
    return { bytesUp: this.#sockets.bytesUp, bytesDown: this.#sockets.bytesDown };
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#closed) {
      return Promise.reject(new Error('the virtual modem is switched off'));
    }
    if (!this.#booting) {
      this.#interpreter.feed(bytes);
    }
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
      this.#interpreter.stop();
      this.#sockets.closeAll();
      this.#output.close();
      this.#listener?.onClosed('the virtual modem was switched off');
    }
    return Promise.resolve();
  }

  inject(line: string): void {
    this.#block(framed(line));
  }

  loseBearer(): void {
    const { state } = this.#interpreter;
    const connected = Array.from({ length: this.#family.linksMax }, (_, link) => link).filter(
      (link) => this.#sockets.stateOf(link) === 'CONNECTED',
    );
    const wasUp = state.bearerUp;
    state.bearerUp = false;
    this.#sockets.loseAll();
    if (wasUp && !this.#personality.hidesLostBearer) {
      for (const line of this.#family.bearerLost(connected)) {
        this.inject(line);
      }
    }
  }

  loseNetwork(ms: number): void {
    this.#outages += 1;
    this.loseBearer();
    void this.#options.timers.sleep(ms).then(() => {
      this.#outages -= 1;
    });
  }

  deafen(): void {
    this.#sockets.deafen();
  }

  restart(): void {
    this.#booting = true;
    this.#sockets.closeAll();
    this.#output.clear();
    this.#interpreter.stop();
    const interpreter = this.#powerOn();
    this.#interpreter = interpreter;
    void this.#options.timers.sleep(BOOT_MS).then(() => {
      if (this.#interpreter === interpreter && !this.#closed) {
        this.#booting = false;
        for (const line of this.#family.bootLines) {
          this.inject(line);
        }
      }
    });
  }

  #powerOn(): VirtualInterpreter {
    return new VirtualInterpreter({
      family: this.#family,
      personality: this.#personality,
      random: this.#random,
      timers: this.#options.timers,
      latencyMs: this.#options.latencyMs ?? 0,
      sockets: this.#sockets,
      isRegistered: () => this.#outages === 0,
      onStep: (step) => {
        this.#options.onStep?.(step, this);
        this.#misbehave();
      },
      block: (bytes) => this.#block(bytes),
      echo: (bytes) => void this.#output.push(bytes),
      stray: () => this.#stray(),
      loseBearer: () => this.loseBearer(),
      restart: () => this.restart(),
    });
  }

  #makeSockets(): VirtualSocketTable {
    const { announcesAfterEmptyRead, closesAfterRead, linksMax } = this.#family;
    const dial = this.#options.dial ?? dialSockets;
    return new VirtualSocketTable({
      linksMax,
      announcesAfterEmptyRead,
      closesAfterRead,
      dial: (peer) => (this.#outages > 0 ? Promise.reject(new Error('no network')) : dial(peer)),
      events: {
        onConnected: (link) => this.#interpreter.connectEnded(link, true),
        onConnectFailed: (link) => this.#interpreter.connectEnded(link, false),
        onReadable: (link, waitingBytes) => {
          if (!this.#random.chance(this.#personality.lostNoticeRate)) {
            this.inject(this.#family.readable(link, waitingBytes));
          }
        },
        onClosed: (link) => {
          if (this.#family.freesClosedLinks) {
            this.#sockets.close(link);
          }
          this.inject(this.#family.closed(link));
        },
      },
    });
  }

  #deliver(chunk: Uint8Array): void {
    if (this.#listener === undefined) {
      this.#kept.push(chunk);
    } else {
      this.#listener.onBytes(chunk);
    }
  }

  /** One block, which unsolicited lines may precede. */
  #block(bytes: Uint8Array): void {
    if (this.#random.chance(this.#personality.strayRate)) {
      this.#stray();
    }
    this.#output.push(bytes);
  }

  #stray(): void {
    const { strayLines } = this.#family;
    const lines = 1 + this.#random.below(this.#personality.strayLinesMax);
    for (let left = lines; left > 0; left -= 1) {
      this.#output.push(framed(strayLines[this.#random.below(strayLines.length)] ?? 'RING'));
    }
  }

  /** What may happen at any command, prompt or payload. */
  #misbehave(): void {
    const { bearerLossRate, outageRate, outageMs, restartRate, deafRate } = this.#personality;
    if (this.#random.chance(bearerLossRate)) {
      this.loseBearer();
    }
    if (this.#random.chance(outageRate)) {
      this.loseNetwork(outageMs);
    }
    if (this.#random.chance(deafRate)) {
      this.deafen();
    }
    if (this.#random.chance(restartRate)) {
      this.restart();
    }
  }
}

/** Switched on and answering at once. Close it to free its sockets. */
export const createVirtualModem = (options: VirtualModemOptions): VirtualModem =>
  new SoftwareModem(options);
