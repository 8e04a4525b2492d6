/** The two-line display: forty columns whatever the text, in the bytes that it knows, and only what changed. */
import { describe, expect, it } from 'vitest';
import type { KioskView, ScreenView } from '#client/content/kiosk-view.ts';
import { LANGUAGES, pageWordsOf } from '#client/content/languages.ts';
import type { BytePort } from '#client/modem/byte-port.ts';
import {
  createCustomerDisplay,
  DISPLAY_COLUMNS,
  displayLines,
  encodeDisplay,
} from '#client/ui/customer-display.ts';
import { settle } from './support/manual-time.ts';

const viewOf = (screen: ScreenView, total = '₩12,900', language = 'en' as 'en' | 'ko' | 'zh') =>
  ({
    language,
    words: pageWordsOf(language),
    basket: { lines: [], total },
    screen,
  }) as unknown as KioskView;

/** A line that takes bytes when it is told to. */
const slowPort = () => {
  const written: string[] = [];
  let release: () => void = () => undefined;
  const port: BytePort = {
    name: 'display',
    write: (bytes) => {
      written.push(Buffer.from(bytes).toString('latin1'));
      return Promise.resolve();
    },
    drain: () =>
      new Promise((resolve) => {
        release = resolve;
      }),
    listen: () => undefined,
    close: () => Promise.resolve(),
  };
  return {
    port,
    written,
    release: async (): Promise<void> => {
      release();
      await settle();
    },
  };
};

describe('the customer display', () => {
  it('shows the total, and what became of the payment', () => {
    expect(displayLines(viewOf({ kind: 'shop' }, ''))).toEqual(['Cosmopay', '']);
    expect(displayLines(viewOf({ kind: 'identify', cards: [] }))).toEqual([
      'Total ₩12,900',
      'The scanner is ready.',
    ]);
    const paid = { kind: 'outcome', tone: 'paid', title: 'Paid', lines: ['a', 'b'] } as const;
    expect(displayLines(viewOf({ ...paid, mayRetry: false }))).toEqual(['Paid', 'b']);
  });

  it('never says that a payment failed whose outcome is open', () => {
    for (const language of LANGUAGES) {
      const waiting = { kind: 'waiting', unknown: true, lead: '', steps: [], sinceMs: 0 } as const;
      const [first] = displayLines(viewOf({ ...waiting, mayCancel: false }, '', language));
      expect(first).toBe(pageWordsOf(language).wait.unknownTitle);
    }
  });

  it('clears, then fills both lines to the last column', () => {
    const bytes = encodeDisplay(['Paid', 'x'.repeat(30)], 'ascii');
    expect(Buffer.from(bytes).toString('latin1')).toBe(
      `\f${'Paid'.padEnd(DISPLAY_COLUMNS)}${'x'.repeat(DISPLAY_COLUMNS)}`,
    );
    // A Korean character takes two columns and two bytes of EUC-KR.
    expect(encodeDisplay(['결제되었습니다', ''], 'euc-kr')).toHaveLength(1 + 2 * DISPLAY_COLUMNS);
  });

  it('writes what has changed, and skips what a slow line has missed', async () => {
    const { port, written, release } = slowPort();
    const display = createCustomerDisplay(port, 'ascii');
    display.show(viewOf({ kind: 'shop' }, ''));
    display.show(viewOf({ kind: 'shop' }, ''));
    display.show(viewOf({ kind: 'identify', cards: [] }));
    display.show(viewOf({ kind: 'pin' }));
    await settle();
    expect(written).toHaveLength(1);
    await release();
    expect(written).toHaveLength(2);
    expect(written[1]).toContain('PIN');
  });

  it('is not missed where it was pulled out', async () => {
    const port = { ...slowPort().port, write: () => Promise.reject(new Error('gone')) };
    const display = createCustomerDisplay(port, 'ascii');
    display.show(viewOf({ kind: 'shop' }, ''));
    await settle();
    expect(() => display.show(viewOf({ kind: 'pin' }))).not.toThrow();
  });
});
