/** The terminal's screen, 80 columns: products, the modem's dialogue, the outcome in a box. */
import { styleText } from 'node:util';
import type { DialogueLine } from '../at/at-channel.ts';
import type { ScreenText, Tone } from '../content/screen-text.ts';
import { fitColumns } from './display-width.ts';
import { signalBars } from './signal-bars.ts';

/** Columns of the oldest terminals still in use. */
export const SCREEN_COLUMNS = 80;
const BARS = '▂▄▆█';

export interface ProductRow {
  readonly sku: string;
  readonly price: string;
  readonly openNow: boolean;
}

export interface TerminalScreen {
  heading(title: string, detail: string): void;
  products(rows: readonly ProductRow[]): void;
  /** One line of the modem's dialogue, as it happens. */
  dialogue(line: DialogueLine): void;
  /** One step of the sale. */
  step(text: string): void;
  signal(signal: number, operator: string): void;
  air(bytesUp: number, bytesDown: number, ms: number): void;
  outcome(text: ScreenText): void;
  /** What to do next. */
  next(text: string): void;
}

export interface TerminalScreenOptions {
  readonly write: (text: string) => void;
  /** False without a TTY and under NO_COLOR. */
  readonly colour: boolean;
}

type Style = Parameters<typeof styleText>[0];
const TONES: Readonly<Record<Tone, { readonly style: Style; readonly mark: string }>> = {
  paid: { style: 'green', mark: '✔' },
  refused: { style: 'yellow', mark: '●' },
  open: { style: 'magenta', mark: '…' },
};

/** Control characters of a modem, or of a name, must not steer the terminal. */
const plain = (text: string): string => text.replaceAll(/\p{Cc}/gu, '·');

export const createTerminalScreen = ({ write, colour }: TerminalScreenOptions): TerminalScreen => {
  const paint = (style: Style, text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const print = (text: string): void => write(`${text}\n`);
  const rule = (): void => print(paint('dim', '─'.repeat(SCREEN_COLUMNS)));
  let startedMs: number | undefined;
  return {
    heading: (title, detail) => {
      rule();
      print(`${paint('bold', plain(title))}  ${paint('dim', plain(detail))}`);
      rule();
    },
    products: (rows) => {
      for (const [index, row] of rows.entries()) {
        const number = String(index + 1).padStart(3);
        const line = `${number}  ${fitColumns(plain(row.sku), 26)}${fitColumns(row.price, 20)}`;
        const state = row.openNow ? paint('green', 'on sale') : paint('dim', 'closed now');
        print(`${line}${state}`);
      }
    },
    dialogue: ({ direction, text, atMs }) => {
      startedMs ??= atMs;
      const ms = `${atMs - startedMs} ms`.padStart(9);
      const arrow = direction === 'up' ? paint('cyan', '→') : paint('blue', '←');
      const shown = fitColumns(plain(text), SCREEN_COLUMNS - 14).trimEnd();
      print(`${paint('dim', ms)}  ${arrow} ${shown}`);
    },
    step: (text) => print(paint('bold', `${' '.repeat(9)}  ▸ ${plain(text)}`)),
    signal: (signal, operator) => {
      const bars = signalBars(signal);
      const shown = paint('green', BARS.slice(0, bars)) + paint('dim', BARS.slice(bars));
      print(`${' '.repeat(11)}${shown} ${plain(operator)} (${bars} of 4 bars)`);
    },
    air: (bytesUp, bytesDown, ms) =>
      print(paint('dim', `On the air: ${bytesUp} bytes up, ${bytesDown} bytes down, in ${ms} ms.`)),
    outcome: (text) => {
      const { style, mark } = TONES[text.tone];
      const inner = SCREEN_COLUMNS - 4;
      const row = (line: string): string =>
        `${paint(style, '│')} ${fitColumns(plain(line), inner)} ${paint(style, '│')}`;
      print(paint(style, `┌${'─'.repeat(SCREEN_COLUMNS - 2)}┐`));
      print(row(`${mark} ${text.title}`));
      for (const line of text.lines) {
        print(row(`  ${line}`));
      }
      print(paint(style, `└${'─'.repeat(SCREEN_COLUMNS - 2)}┘`));
    },
    next: (text) => print(text),
  };
};
