/** One command at a time to a modem: sends it, waits for its own final line, keeps all else apart. */
import type { BytePort } from '../modem/byte-port.ts';
import { type Clock, TIMED_OUT, type Timers, withDeadline } from '../ports.ts';
import {
  type AtAnswer,
  type AtCommand,
  type AtEnd,
  FENCE_MS,
  FENCE_QUESTIONS,
  isErrorLine,
  nameOf,
} from './at-command.ts';
import { AtError } from './at-error.ts';
import { type AtGrammar, type AtToken, AtTokenizer } from './at-tokenizer.ts';

/** Commands waiting for the one in execution: twelve links (Quectel) with two each, and the bring-up. */
export const COMMANDS_WAITING_MAX = 32;
/** Lines of one answer; the longest honest one (AT+CIPOPEN?) has eleven. */
export const ANSWER_LINES_MAX = 32;
const CARRIAGE_RETURN = 0x0d;
/** IMEI, IMSI and ICCID name a person's card or device. */
const LONG_NUMBER = /\b\d{10,16}(\d{4})\b/;

/** One line of the live dialogue. Payloads are shown by their length only. */
export interface DialogueLine {
  readonly direction: 'up' | 'down';
  readonly text: string;
  readonly atMs: number;
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

interface Running extends AtAnswer {
  readonly command: AtCommand;
  readonly lines: string[];
  readonly data: { header: string; bytes: Uint8Array }[];
  payloadWritten: boolean;
  finish(end: AtEnd): void;
}

export class AtChannel {
  readonly #options: AtChannelOptions;
  readonly #tokenizer: AtTokenizer;
  #running: Running | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #echoes = false;
  #closedReason: string | undefined;
  /** An answer of an earlier command may still come. */
  #unsure = false;
  /** Bytes of payload that the modem may still be waiting for. */
  #owedBytes = 0;

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
      return Promise.reject(new AtError('queue_full', nameOf(command), ''));
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

  /** Called when ATE0 was accepted; payload echoes are expected again as soon as one command is echoed. */
  echoIsOff(): void {
    this.#echoes = false;
  }

  async #execute(command: AtCommand): Promise<AtAnswer> {
    if (this.#unsure && command.unfenced !== true) {
      await this.#fence(command);
    }
    const { end, running } = await this.#exchange(command);
    const { lines, data } = running;
    const words = lines.join(' / ');
    if (this.#closedReason !== undefined) {
      throw new AtError('port_closed', nameOf(command), this.#closedReason);
    }
    if (end === TIMED_OUT) {
      throw new AtError('modem_silent', nameOf(command), words);
    }
    if (end !== 'done') {
      throw new AtError('modem_refused', nameOf(command), words);
    }
    return { lines, data };
  }

  async #exchange(
    command: AtCommand,
  ): Promise<{ readonly end: AtEnd | typeof TIMED_OUT; readonly running: Running }> {
    let finish: (end: AtEnd) => void = () => undefined;
    const ended = new Promise<AtEnd>((resolve) => {
      finish = resolve;
    });
    const running: Running = { command, lines: [], data: [], payloadWritten: false, finish };
    if (this.#closedReason !== undefined) {
      return { end: 'failed', running };
    }
    this.#running = running;
    this.#show('up', nameOf(command));
    this.#write(Buffer.from(`${command.text}\r`, 'latin1'));
    const end = await withDeadline(this.#options.timers, command.deadlineMs, ended);
    this.#running = undefined;
    if (end === TIMED_OUT || end === 'cut') {
      this.#unsure = true;
      this.#owedBytes = Math.max(this.#owedBytes, command.payload?.length ?? 0);
    }
    if (end === TIMED_OUT) {
      this.#tokenizer.reset();
    }
    return { end, running };
  }

  /**
   * After a command whose end was not heard: answers come in order, so once the modem has answered a
   * question that was not asked before, whatever the old command had to say is behind us. A modem that
   * still waits for a payload gets it filled with carriage returns, which mean nothing elsewhere; the
   * link is given up anyway.
   */
  async #fence(command: AtCommand): Promise<void> {
    let answered = false;
    for (const { text, info } of FENCE_QUESTIONS) {
      if (this.#owedBytes > 0) {
        this.#write(new Uint8Array(this.#owedBytes).fill(CARRIAGE_RETURN));
        this.#owedBytes = 0;
      }
      let told = false;
      const { end } = await this.#exchange({
        text,
        deadlineMs: FENCE_MS,
        info,
        ending: (line) => {
          told ||= info.test(line);
          answered ||= isErrorLine(line);
          return told && line === 'OK' ? 'done' : undefined;
        },
      });
      if (end === 'done') {
        answered = true;
        break;
      }
    }
    if (!answered) {
      throw new AtError('modem_silent', nameOf(command), this.#closedReason ?? '');
    }
    this.#unsure = false;
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
    if (running !== undefined && text === running.command.promptLine) {
      this.#takePrompt();
      return;
    }
    this.#show('down', text);
    const end = running?.command.ending(text);
    if (running !== undefined && end !== undefined) {
      running.lines.push(text);
      // Lines that came in the same chunk are not its own any more.
      this.#running = undefined;
      running.finish(end);
      if (end !== 'done' && !isErrorLine(text)) {
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
    this.#show('down', running.command.promptLine ?? '>');
    const pauseMs = running.command.promptPauseMs ?? 0;
    if (pauseMs === 0) {
      this.#writePayload(payload);
      return;
    }
    this.#options.timers.sleep(pauseMs).then(
      () => {
        if (this.#running === running) {
          this.#writePayload(payload);
        }
      },
      () => undefined,
    );
  }

  #writePayload(payload: Uint8Array): void {
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
    this.#running?.finish('failed');
    this.#options.onPortClosed(reason);
  }

  #show(direction: 'up' | 'down', text: string): void {
    const shown = text.replace(LONG_NUMBER, '…$1');
    this.#options.onDialogue?.({ direction, text: shown, atMs: this.#options.clock.nowMs() });
  }
}
