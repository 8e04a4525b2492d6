/** The part of a virtual modem that lives from power-on to power-off: hears commands and carries them out in order. */
import type { Timers } from '../ports.ts';
import type { SeededRandom } from './seeded-random.ts';
import { answerCommand } from './virtual-commands.ts';
import type { VirtualFamily } from './virtual-family.ts';
import { VirtualLineParser } from './virtual-line-parser.ts';
import type { Personality } from './virtual-personality.ts';
import type { VirtualSocketTable } from './virtual-socket-table.ts';
import { type CommandContext, type ModemState, powerOnState } from './virtual-state.ts';

/** Commands waiting for the one in execution; a real module loses what comes beyond its buffer. */
export const COMMANDS_MAX = 16;

export interface InterpreterOptions {
  readonly family: VirtualFamily;
  readonly personality: Personality;
  readonly random: SeededRandom;
  readonly timers: Timers;
  readonly latencyMs: number;
  readonly sockets: VirtualSocketTable;
  readonly isRegistered: () => boolean;
  /** Before each command, at each prompt and each payload. */
  readonly onStep: (step: string) => void;
  /** One block of output, which unsolicited lines may precede. */
  readonly block: (bytes: Uint8Array) => void;
  readonly echo: (bytes: Uint8Array) => void;
  /** Unsolicited lines, now. */
  readonly stray: () => void;
  readonly loseBearer: () => void;
  readonly restart: () => void;
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
/** A line of output as every modem frames it. */
export const framed = (text: string): Uint8Array => latin1(`\r\n${text}\r\n`);

export class VirtualInterpreter {
  readonly state: ModemState;
  readonly #options: InterpreterOptions;
  readonly #parser: VirtualLineParser;
  readonly #commands: string[] = [];
  #executing = false;
  #stopped = false;
  /** What the payload being collected is for. */
  #onPayload: ((bytes: Uint8Array) => void) | undefined;
  /** Ends the wait of a command whose answer comes from a socket. */
  readonly #connecting = new Map<number, (connected: boolean) => void>();

  constructor(options: InterpreterOptions) {
    this.#options = options;
    this.state = powerOnState(options.personality);
    this.#parser = new VirtualLineParser({
      onCommand: (line) => this.#enqueue(line),
      onPayload: (bytes) => this.#onPayload?.(bytes),
      onEcho: (bytes) => {
        if (this.state.echo) {
          options.echo(bytes);
        }
      },
    });
  }

  feed(bytes: Uint8Array): void {
    if (!this.#stopped) {
      this.#parser.feed(bytes);
    }
  }

  connectEnded(link: number, connected: boolean): void {
    const ended = this.#connecting.get(link);
    this.#connecting.delete(link);
    ended?.(connected);
  }

  /** What it still has to say is not said. */
  stop(): void {
    this.#stopped = true;
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
    const { timers, latencyMs, random, personality, family, onStep } = this.#options;
    for (let line = this.#commands.shift(); line !== undefined; line = this.#commands.shift()) {
      const late = random.chance(personality.lateRate);
      const waitMs = latencyMs + (late ? personality.latenessMs : 0);
      if (waitMs > 0) {
        await timers.sleep(waitMs);
      }
      onStep(line);
      if (this.#stopped) {
        return;
      }
      await answerCommand(family, line, this.#context());
    }
    this.#executing = false;
  }

  #context(): CommandContext {
    const { personality, random, sockets, timers, isRegistered } = this.#options;
    const mute = random.chance(personality.muteRate);
    const say = (bytes: Uint8Array): void => {
      if (!this.#stopped && !mute) {
        this.#options.block(bytes);
      }
    };
    const line = (text: string): void => say(framed(text));
    return {
      state: this.state,
      personality,
      sockets,
      timers,
      registered: isRegistered(),
      line,
      ok: () => line('OK'),
      fail: (cme = 3) => line(this.state.errorDetail === 0 ? 'ERROR' : `+CME ERROR: ${cme}`),
      data: (header, bytes, tail = '') =>
        say(Buffer.concat([latin1(`\r\n${header}`), bytes, latin1(tail)])),
      payload: (length, prompt = '> ') =>
        this.#collect(length, prompt, () => say(latin1(`\r\n${prompt}`))),
      connected: (link) =>
        new Promise((resolve) => {
          this.#connecting.set(link, resolve);
        }),
      chance: (rate) => random.chance(rate),
      loseBearer: this.#options.loseBearer,
      restart: this.#options.restart,
    };
  }

  #collect(length: number, prompt: string, show: () => void): Promise<Uint8Array> {
    const { family, onStep, personality, random, stray, timers } = this.#options;
    const received = new Promise<Uint8Array>((resolve) => {
      this.#onPayload = (bytes) => {
        onStep(`payload of ${bytes.length}`);
        resolve(bytes);
      };
    });
    const pauseMs = prompt.startsWith('@') ? family.promptPauseMs : 0;
    this.#parser.expectPayload(length, pauseMs > 0);
    if (pauseMs > 0) {
      void timers.sleep(pauseMs).then(() => this.#parser.listen());
    }
    show();
    // Unsolicited lines may also fall into the gap between prompt and payload.
    if (random.chance(personality.strayRate)) {
      stray();
    }
    onStep('prompt');
    return received;
  }
}
