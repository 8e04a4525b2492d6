/** What a command to a modem is, and how its end is known. */

/** `cut`: ended by news from elsewhere, so that the command's own final line may still come. */
export type AtEnd = 'done' | 'failed' | 'cut';

export interface AtCommand {
  /** Without the carriage return. */
  readonly text: string;
  /** What dialogue and errors show where the text holds a PIN or a password. */
  readonly shown?: string;
  readonly deadlineMs: number;
  /** Whether this line, which is not a URC, ends the command, and how. */
  readonly ending: (line: string) => AtEnd | undefined;
  /** Lines that belong to the answer; every other line is unsolicited. */
  readonly info?: RegExp;
  /** Written after the prompt, exactly once. */
  readonly payload?: Uint8Array;
  /** A line that stands for the prompt (`CONNECT` of Quectel's file upload). */
  readonly promptLine?: string;
  /** From prompt to payload: a u-blox loses what comes earlier than 50 ms. */
  readonly promptPauseMs?: number;
  /** Sent as it is even where an earlier answer is owed: for waking a modem up. */
  readonly unfenced?: boolean;
}

export interface AtAnswer {
  readonly lines: readonly string[];
  /** Raw data that came with the answer. */
  readonly data: readonly { readonly header: string; readonly bytes: Uint8Array }[];
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

/**
 * Questions that tell whether the modem hears us and has nothing more to say about what was asked
 * before; each once, since the answer to an earlier one may come late as well.
 */
export const FENCE_QUESTIONS: readonly { readonly text: string; readonly info: RegExp }[] = [
  { text: 'AT+CMEE?', info: /^\+CMEE: \d$/ },
  { text: 'AT+CSQ', info: /^\+CSQ: \d+,\d+$/ },
  { text: 'AT+CREG?', info: /^\+CREG: \d,\d/ },
];
/** For the answer to each; a plain command takes a tenth of it. */
export const FENCE_MS = 1_000;

/** The command as dialogue and errors may show it. */
export const nameOf = ({ text, shown }: AtCommand): string => shown ?? text;
