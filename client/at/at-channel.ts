/** One command at a time to a modem: sends it, waits for its own final line, keeps all else apart. */
import type { BytePort } from '../modem/byte-port.ts';
import { type Clock, TIMED_OUT, type Timers, withDeadline } from '../ports.ts';
import { AtError } from './at-error.ts';
import { type AtGrammar, type AtToken, AtTokenizer } from './at-tokenizer.ts';

/** Commands waiting for the one in execution: six links with two each, and the bring-up. */
export const COMMANDS_WAITING_MAX = 16;
/** Lines of one answer; the longest honest one (AT+CIPSEND?) has six. */
export const ANSWER_LINES_MAX = 32;

/** One line of the live dialogue. Payloads are shown by their length only. */
export interface DialogueLine {
  readonly direction: 'up' | 'down';
  readonly text: string;
  readonly atMs: number;
}

export interface AtCommand {
  /** Without the carriage return. */
  readonly text: string;
  readonly deadlineMs: number;
  /** Whether this line, which is not a URC, ends the command, and how. */
  readonly ending: (line: string) => 'done' | 'failed' | undefined;
  /** Lines that belong to the answer; every other line is unsolicited. */
  readonly info?: RegExp;
  /** Written after the prompt, exactly once. */
  readonly payload?: Uint8Array;
}

export interface AtAnswer {
  readonly lines: readonly string[];
  /** Raw data that came with the answer. */
  readonly data: readonly { readonly header: string; readonly bytes: Uint8Array }[];
}

export interface AtChannelOptions {
  readonly port: BytePort;
  readonly grammar: AtGrammar;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly onUnsolicited: (line: string) => void;
  readonly onPortClosed: (reason: string) => void;
  readonly onDialogue: ((line: DialogueLine) => void) | undefined;
}

interface Running {
  readonly command: AtCommand;
  readonly lines: string[];
  readonly data: { header: string; bytes: Uint8Array }[];
  payloadWritten: boolean;
  finish(end: 'done' | 'failed', words: string): void;
}

/** Final lines of every command. */
export const plainEnding = (line: string): 'done' | 'failed' | undefined => {
  if (line === 'OK') {
    return 'done';
  }
  return isErrorLine(line) ? 'failed' : undefined;
};

export const isErrorLine = (line: string): boolean =>
  line === 'ERROR' || /^\+CM[ES] ERROR/.test(line);

export class AtChannel {
  readonly #options: AtChannelOptions;
  readonly #tokenizer: AtTokenizer;
  #running: Running | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #echoes = false;
  #closedReason: string | undefined;

  constructor(options: AtChannelOptions) {
    this.#options = options;
    this.#tokenizer = new AtTokenizer(options.grammar, (token) => this.#take(token));
    options.port.listen({
      onBytes: (chunk) => this.#tokenizer.feed(chunk),
      onClosed: (reason) => this.#portClosed(reason),
    });
  }

  /** Runs after all commands asked for before it. Rejects with AtError only. */
  run(command: AtCommand): Promise<AtAnswer> {
    if (this.#waiting >= COMMANDS_WAITING_MAX) {
      return Promise.reject(new AtError('queue_full', command.text, ''));
    }
    this.#waiting += 1;
    const turn = this.#tail.then(() => this.#execute(command));
    this.#tail = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn.finally(() => {
      this.#waiting -= 1;
    });
  }

  async #execute(command: AtCommand): Promise<AtAnswer> {
    if (this.#closedReason !== undefined) {
      throw new AtError('port_closed', command.text, this.#closedReason);
    }
    const lines: string[] = [];
    const data: { header: string; bytes: Uint8Array }[] = [];
    const ended = new Promise<{ end: 'done' | 'failed'; words: string }>((resolve) => {
      this.#running = {
        command,
        lines,
        data,
        payloadWritten: false,
        finish: (end, words) => resolve({ end, words }),
      };
    });
    this.#show('up', command.text);
    this.#write(Buffer.from(`${command.text}\r`, 'latin1'));
    const result = await withDeadline(this.#options.timers, command.deadlineMs, ended);
    this.#running = undefined;
    if (result === TIMED_OUT) {
      this.#tokenizer.reset();
      throw new AtError('modem_silent', command.text, lines.join(' / '));
    }
    if (result.end === 'failed') {
      throw new AtError(
        this.#closedReason === undefined ? 'modem_refused' : 'port_closed',
        command.text,
        result.words,
      );
    }
    return { lines, data };
  }

  #write(bytes: Uint8Array): void {
    this.#options.port.write(bytes).catch((cause: unknown) => {
      this.#portClosed(cause instanceof Error ? cause.message : 'the port refused a write');
    });
  }

  #take(token: AtToken): void {
    switch (token.kind) {
      case 'line':
        this.#takeLine(token.text.trimEnd());
        break;
      case 'prompt':
        this.#takePrompt();
        break;
      case 'data':
        this.#show('down', `${token.header} <${token.bytes.length} bytes>`);
        this.#running?.data.push({ header: token.header, bytes: token.bytes });
        break;
      case 'noise':
        this.#show('down', `<${token.chars} characters of noise>`);
        break;
    }
  }

  #takeLine(text: string): void {
    const running = this.#running;
    if (text === '') {
      return;
    }
    if (running !== undefined && text === running.command.text) {
      this.#echoes = true;
      return;
    }
    this.#show('down', text);
    const end = running?.command.ending(text);
    if (running !== undefined && end !== undefined) {
      running.lines.push(text);
      running.finish(end, text);
      if (end === 'failed' && !isErrorLine(text)) {
        // `0, CLOSED` ends a send and is news for the socket as well.
        this.#options.onUnsolicited(text);
      }
    } else if (running?.command.info?.test(text) === true) {
      if (running.lines.length < ANSWER_LINES_MAX) {
        running.lines.push(text);
      }
    } else {
      this.#options.onUnsolicited(text);
    }
  }

  #takePrompt(): void {
    const running = this.#running;
    const payload = running?.command.payload;
    if (running === undefined || payload === undefined || running.payloadWritten) {
      return;
    }
    running.payloadWritten = true;
    this.#show('down', '>');
    this.#show('up', `<${payload.length} bytes>`);
    if (this.#echoes) {
      this.#tokenizer.expectEcho(payload);
    }
    this.#write(payload);
  }

  #portClosed(reason: string): void {
    if (this.#closedReason !== undefined) {
      return;
    }
    this.#closedReason = reason;
    this.#running?.finish('failed', reason);
    this.#options.onPortClosed(reason);
  }

  #show(direction: 'up' | 'down', text: string): void {
    this.#options.onDialogue?.({ direction, text, atMs: this.#options.clock.nowMs() });
  }

  /** Called when ATE0 was accepted; payload echoes are expected again as soon as one command is echoed. */
  echoIsOff(): void {
    this.#echoes = false;
  }
}
