/** A port that knows one dialogue by heart, byte for byte, as a manual prints it. */
import type { BytePort, PortListener } from '#client/modem/byte-port.ts';

/**
 * `> text`: the host sends this line and CR. `< text`: the modem prints this line between CR LF.
 * `>> "bytes"`, `<< "bytes"`: raw bytes, as a JSON string of latin1. Indentation is left out.
 */
export class ScriptedModem implements BytePort {
  readonly name = 'scripted modem';
  readonly #steps: string[];
  #listener: PortListener | undefined;
  readonly #unread: string[] = [];
  #written = '';
  /** What the host sent in place of what the dialogue has. */
  mismatch: string | undefined;

  constructor(dialogue: string) {
    this.#steps = dialogue
      .split('\n')
      .map((line) => line.trimStart())
      .filter((line) => line !== '');
  }

  /** What of the dialogue has not come to pass. */
  get left(): readonly string[] {
    return this.#steps;
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#unread.push(Buffer.from(bytes).toString('latin1'));
    if (this.#unread.length === 1) {
      queueMicrotask(() => this.#read());
    }
    return Promise.resolve();
  }

  /** Prints a line out of turn. */
  say(text: string): void {
    this.#listener?.onBytes(Buffer.from(`\r\n${text}\r\n`, 'latin1'));
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  listen(listener: PortListener): void {
    this.#listener = listener;
  }

  close(): Promise<void> {
    this.#listener?.onClosed('the dialogue was closed');
    return Promise.resolve();
  }

  /** Answers to each write before it looks at the next. */
  #read(): void {
    for (let text = this.#unread[0]; text !== undefined; text = this.#unread[0]) {
      this.#written += text;
      const step = this.#steps[0] ?? '';
      const expected = step.startsWith('>>') ? textOf(step.slice(3)) : `${step.slice(2)}\r`;
      if (!step.startsWith('>') || !expected.startsWith(this.#written)) {
        this.mismatch ??= `${JSON.stringify(this.#written)} in place of ${step}`;
      } else if (this.#written === expected) {
        this.#written = '';
        this.#steps.shift();
        this.#answer();
      }
      this.#unread.shift();
    }
  }

  #answer(): void {
    while (this.#steps[0]?.startsWith('<')) {
      const step = this.#steps.shift() ?? '';
      const raw = step.startsWith('<<') ? textOf(step.slice(3)) : `\r\n${step.slice(2)}\r\n`;
      this.#listener?.onBytes(Buffer.from(raw, 'latin1'));
    }
  }
}

const textOf = (json: string): string => String(JSON.parse(json));
