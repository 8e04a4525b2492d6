/** A scanner is a keyboard that types faster than people; nobody's hand is taken for one. */
import { describe, expect, it } from 'vitest';
import {
  ENTRY_MODES,
  isOfflineEntryMode,
  parseIdentifier,
  SCAN_LENGTH_MIN,
  SCANNER_GAP_MS,
  typedEntryMode,
} from '#client/content/identifier-entry.ts';
import { IDENTIFIER_BYTES_MAX } from '#protocol/limits.ts';

const every = (gapMs: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => 1_000 + at * gapMs);

describe('what was typed', () => {
  it.each([
    ['as fast as a scanner at most', every(SCANNER_GAP_MS, 20), ENTRY_MODES.scanned],
    ['a millisecond slower', every(SCANNER_GAP_MS + 1, 20), ENTRY_MODES.keyed],
    ['fast, but too short to tell', every(1, SCAN_LENGTH_MIN - 1), ENTRY_MODES.keyed],
    ['fast, and just long enough', every(1, SCAN_LENGTH_MIN), ENTRY_MODES.scanned],
    ['fast with one slow key', [...every(5, 10), 1_500], ENTRY_MODES.keyed],
    ['nothing', [], ENTRY_MODES.keyed],
  ])('%s', (_name, times, mode) => {
    expect(typedEntryMode(times)).toBe(mode);
  });

  it('is taken without what scanners add', () => {
    expect(parseIdentifier(' \u000212345\r\n\t')).toBe('12345');
    expect(parseIdentifier('hQVDUFYwMW/+=')).toBe('hQVDUFYwMW/+=');
  });

  it.each(['', '  ', '\r\n'])('is nothing where it is %j', (text) => {
    expect(parseIdentifier(text)).toBeUndefined();
  });

  it('may be as long as a request carries it, in bytes', () => {
    expect(parseIdentifier('x'.repeat(IDENTIFIER_BYTES_MAX))).toHaveLength(IDENTIFIER_BYTES_MAX);
    expect(parseIdentifier('x'.repeat(IDENTIFIER_BYTES_MAX + 1))).toBeUndefined();
    expect(parseIdentifier('가'.repeat(Math.ceil(IDENTIFIER_BYTES_MAX / 3) + 1))).toBeUndefined();
  });

  it('is not taken by hand while offline', () => {
    const { keyed, scanned, chip, tapped } = ENTRY_MODES;
    expect([keyed, scanned, chip, tapped].map(isOfflineEntryMode)).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });
});
