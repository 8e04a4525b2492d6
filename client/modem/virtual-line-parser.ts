/** The modem's ear: turns what the host writes into command lines and, after a prompt, raw payload. */

/** Characters of one command line; SIM800's limit is 556. */
export const COMMAND_CHARS_MAX = 556;

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const BACKSPACE = 0x08;

export interface HostInput {
  onCommand(line: string): void;
  onPayload(bytes: Uint8Array): void;
  /** Every byte of a command or payload, for the echo. */
  onEcho(bytes: Uint8Array): void;
}

export class VirtualLineParser {
  readonly #input: HostInput;
  #line: number[] = [];
  #payload: number[] = [];
  #payloadWanted = 0;
  #deaf = false;

  constructor(input: HostInput) {
    this.#input = input;
  }

  /** The next `length` bytes are payload, whatever they are; a `deaf` modem loses them until it listens. */
  expectPayload(length: number, deaf: boolean): void {
    this.#payload = [];
    this.#payloadWanted = length;
    this.#deaf = deaf;
  }

  listen(): void {
    this.#deaf = false;
  }

  /** Forgets half a line or payload. */
  reset(): void {
    this.#line = [];
    this.#payloadWanted = 0;
    this.#deaf = false;
  }

  /** Bytes beyond COMMAND_CHARS_MAX of one line are dropped, as by the real module. */
  feed(chunk: Uint8Array): void {
    if (this.#deaf) {
      return;
    }
    for (const byte of chunk) {
      this.#input.onEcho(Uint8Array.of(byte));
      if (this.#payloadWanted > 0) {
        this.#takePayload(byte);
      } else {
        this.#takeCommand(byte);
      }
    }
  }

  #takePayload(byte: number): void {
    this.#payload.push(byte);
    if (this.#payload.length === this.#payloadWanted) {
      this.#payloadWanted = 0;
      this.#input.onPayload(Uint8Array.from(this.#payload));
    }
  }

  #takeCommand(byte: number): void {
    if (byte === CARRIAGE_RETURN) {
      const line = String.fromCharCode(...this.#line).trim();
      this.#line = [];
      if (line !== '') {
        this.#input.onCommand(line);
      }
    } else if (byte === BACKSPACE) {
      this.#line.pop();
    } else if (byte !== LINE_FEED && this.#line.length < COMMAND_CHARS_MAX) {
      this.#line.push(byte);
    }
  }
}
