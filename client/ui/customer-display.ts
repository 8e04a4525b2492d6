/** A customer display beside the screen: two lines of twenty columns on a serial line, as shops have had them for decades. */

import type { DisplayCharset } from '../content/display-charset.ts';
import { encodeForDisplay } from '../content/display-encoding.ts';
import type { KioskView } from '../content/kiosk-view.ts';
import type { BytePort } from '../modem/byte-port.ts';
import { fitColumns } from './display-width.ts';

export const DISPLAY_COLUMNS = 20;
/** Form feed empties the display and goes to its first column; a full line goes on to the next by itself. */
const CLEAR = 0x0c;

/** What both lines say. */
export const displayLines = ({ screen, basket, words }: KioskView): readonly [string, string] => {
  const total = basket.total === '' ? '' : `${words.shop.total} ${basket.total}`;
  switch (screen.kind) {
    case 'shop':
      return ['Cosmopay', total];
    case 'identify':
      return [total, words.payment.scanHint];
    case 'pin':
      return [total, words.payment.pin];
    case 'waiting':
      return [screen.unknown ? words.wait.unknownTitle : words.wait.title, total];
    case 'outcome':
      return [screen.title, screen.lines.at(-1) ?? ''];
    case 'offline':
      return [words.offline.title, total];
  }
};

export const encodeDisplay = (lines: readonly string[], charset: DisplayCharset): Uint8Array =>
  Buffer.concat([
    Uint8Array.of(CLEAR),
    ...lines.map((line) => encodeForDisplay(fitColumns(line, DISPLAY_COLUMNS), charset)),
  ]);

/** Writes what has changed; a display that was pulled out is not missed, and a busy one gets the newest text only. */
export const createCustomerDisplay = (
  port: BytePort,
  charset: DisplayCharset,
): { show(view: KioskView): void } => {
  let shown = '';
  let next: readonly string[] | undefined;
  let writing = false;
  const write = async (): Promise<void> => {
    writing = true;
    while (next !== undefined) {
      const lines = next;
      next = undefined;
      await port.write(encodeDisplay(lines, charset)).then(
        () => port.drain(),
        () => undefined,
      );
    }
    writing = false;
  };
  return {
    show: (view) => {
      const lines = displayLines(view);
      if (lines.join('\n') !== shown) {
        shown = lines.join('\n');
        next = lines;
        if (!writing) {
          void write();
        }
      }
    },
  };
};
