/** Cuts a modem's output into lines, prompts and length-prefixed data, in whatever pieces the bytes come. */

/** Longest line kept; longer ones are noise. The longest honest line is an echoed command of 556. */
export const LINE_CHARS_MAX = 1024;
/** Largest block of raw data a modem announces: one read of a Quectel gives at most 1500. */
export const DATA_BYTES_MAX = 1500;

export type AtToken =
  /** Without its line end; never empty. One character a byte (latin1). */
  | { readonly kind: 'line'; readonly text: string }
  /** The modem waits for a payload. */
  | { readonly kind: 'prompt' }
  /** The raw bytes that `header` announced; may hold anything, `OK` included. */
  | { readonly kind: 'data'; readonly header: string; readonly bytes: Uint8Array }
  /** A line over LINE_CHARS_MAX, dropped. */
  | { readonly kind: 'noise'; readonly chars: number };

/** What differs between modem families. */
export interface AtGrammar {
  /** Bytes that ask for a payload at the start of a line: `>` for most, `@` for u-blox. */
  readonly promptBytes: readonly number[];
  /** Length of the raw data that follows this line, or undefined where it is an ordinary line. */
  dataLength(line: string): number | undefined;
  /** The same for raw data in quotation marks on the line itself; asked at each opening mark. */
  quotedDataLength?(line: string): number | undefined;
}

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const SPACE = 0x20;
const QUOTATION_MARK = 0x22;

/** Tokens depend on the bytes and the calls of `expectEcho` and `reset` only, never on segmentation. Never throws. */
export class AtTokenizer {
  readonly #grammar: AtGrammar;
  readonly #emit: (token: AtToken) => void;
  #line: number[] = [];
  #droppedChars = 0;
  #afterPrompt = false;
  #header: string | undefined;
  #data: Uint8Array = new Uint8Array(0);
  #dataLength = 0;
  #skipLineFeed = false;
  #skipQuote = false;
  #echo: Uint8Array | undefined;
  #echoed = 0;

  constructor(grammar: AtGrammar, emit: (token: AtToken) => void) {
    this.#grammar = grammar;
    this.#emit = emit;
  }

  feed(chunk: Uint8Array): void {
    for (const byte of chunk) {
      this.#take(byte);
    }
  }

  /** A payload is about to be written to a modem that echoes: its echo is dropped wherever a line may begin. */
  expectEcho(payload: Uint8Array): void {
    this.#echo = payload.length === 0 ? undefined : Uint8Array.from(payload);
    this.#echoed = 0;
  }

  /** Forgets a half line or half data, after a command that was never answered. */
  reset(): void {
    this.#line = [];
    this.#droppedChars = 0;
    this.#afterPrompt = false;
    this.#header = undefined;
    this.#skipLineFeed = false;
    this.#skipQuote = false;
    this.#echo = undefined;
    this.#echoed = 0;
  }

  #take(byte: number): void {
    if (this.#header !== undefined) {
      this.#takeData(this.#header, byte);
      return;
    }
    if (this.#takeEcho(byte)) {
      return;
    }
    this.#takeText(byte);
  }

  #takeData(header: string, byte: number): void {
    if (this.#skipLineFeed) {
      this.#skipLineFeed = false;
      if (byte === LINE_FEED) {
        return;
      }
    }
    this.#data[this.#dataLength] = byte;
    this.#dataLength += 1;
    this.#finishData(header);
  }

  #finishData(header: string): void {
    if (this.#dataLength === this.#data.length) {
      this.#header = undefined;
      this.#emit({ kind: 'data', header, bytes: this.#data });
    }
  }

  /** True where the byte belongs to the echo; what only looked like it is handed on as text. */
  #takeEcho(byte: number): boolean {
    const echo = this.#echo;
    if (echo === undefined || this.#line.length > 0 || this.#droppedChars > 0) {
      return false;
    }
    if (this.#afterPrompt && byte === SPACE) {
      // The space belongs to the prompt, also where the payload begins with one.
      return false;
    }
    if (echo[this.#echoed] === byte) {
      this.#afterPrompt = false;
      this.#echoed += 1;
      if (this.#echoed === echo.length) {
        this.#echo = undefined;
        this.#echoed = 0;
      }
      return true;
    }
    const held = this.#echoed;
    this.#echoed = 0;
    if (held > 0) {
      for (const mistaken of echo.subarray(0, held)) {
        this.#takeText(mistaken);
      }
      return this.#takeEcho(byte);
    }
    return false;
  }

  #takeText(byte: number): void {
    const afterPrompt = this.#afterPrompt;
    this.#afterPrompt = false;
    if (this.#skipQuote) {
      this.#skipQuote = false;
      if (byte === QUOTATION_MARK) {
        return;
      }
    }
    if (byte === CARRIAGE_RETURN || byte === LINE_FEED) {
      this.#endLine(byte);
    } else if (this.#droppedChars > 0) {
      this.#droppedChars += 1;
    } else if (this.#line.length === 0 && this.#grammar.promptBytes.includes(byte)) {
      this.#afterPrompt = true;
      this.#emit({ kind: 'prompt' });
    } else if (!(afterPrompt && byte === SPACE)) {
      this.#takeChar(byte);
    }
  }

  #takeChar(byte: number): void {
    this.#line.push(byte);
    if (this.#line.length > LINE_CHARS_MAX) {
      this.#droppedChars = this.#line.length;
      this.#line = [];
    } else if (byte === QUOTATION_MARK && this.#grammar.quotedDataLength !== undefined) {
      const text = String.fromCharCode(...this.#line);
      const length = this.#grammar.quotedDataLength(text);
      if (length !== undefined && length <= DATA_BYTES_MAX) {
        this.#line = [];
        this.#skipQuote = true;
        this.#beginData(text, length);
      }
    }
  }

  #endLine(byte: number): void {
    if (this.#droppedChars > 0) {
      this.#emit({ kind: 'noise', chars: this.#droppedChars });
      this.#droppedChars = 0;
      return;
    }
    if (this.#line.length === 0) {
      return;
    }
    const text = String.fromCharCode(...this.#line);
    this.#line = [];
    const length = this.#grammar.dataLength(text);
    if (length === undefined || length > DATA_BYTES_MAX) {
      this.#emit({ kind: 'line', text });
      return;
    }
    // The header line ends in CR LF; the data begins after the LF.
    this.#skipLineFeed = byte === CARRIAGE_RETURN;
    this.#beginData(text, length);
  }

  #beginData(header: string, length: number): void {
    this.#header = header;
    this.#data = new Uint8Array(length);
    this.#dataLength = 0;
    this.#finishData(header);
  }
}
