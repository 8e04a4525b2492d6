/** The table of codes, docs/errors.md and the vectors tell the same. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODES, codeName, isStoredCode } from '#protocol/codes.ts';
import { vectorFile } from '#test/support/cp1-vectors.ts';

const documented = [
  ...readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8').matchAll(
    /^\| (\d+) \| `([a-z_]+)` \| (final|bytes|silent|undecided) \| ([0-9A-Z]{2}) \|/gm,
  ),
].map(([, code, name, kind, iso]) => ({ name, code: Number(code), class: kind, iso }));

describe('the codes', () => {
  it('are in docs/errors.md with number, name, class and ISO code, and nothing else is', () => {
    expect(documented).toEqual(
      Object.entries(CODES).map(([name, { code, class: kind, iso }]) => ({
        name,
        code,
        class: kind,
        iso,
      })),
    );
  });

  it('have one number each, in the range of their class', () => {
    const numbers = Object.values(CODES).map(({ code }) => code);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const { code, class: kind } of Object.values(CODES)) {
      expect(code).toBeLessThanOrEqual(255);
      expect(kind === 'undecided').toBe(code >= 128);
      expect(kind === 'final').toBe(code < 64 || code === 67 || code === 68);
    }
  });

  it('are found by number, and no other number is', () => {
    for (const [name, { code }] of Object.entries(CODES)) {
      expect(codeName(code)).toBe(name);
    }
    expect(codeName(21)).toBeUndefined();
    expect(codeName(63)).toBeUndefined();
  });

  it('store exactly the final ones', () => {
    expect(isStoredCode('approved')).toBe(true);
    expect(isStoredCode('terminal_suspended')).toBe(true);
    expect(isStoredCode('conflict')).toBe(false);
    expect(isStoredCode('field_invalid')).toBe(false);
    expect(isStoredCode('busy')).toBe(false);
  });

  it('appear each in at least one vector', () => {
    const answered = new Set(
      vectorFile.vectors.map(
        ({ fields }) => (fields as { code?: string } | null | undefined)?.code,
      ),
    );
    for (const name of Object.keys(CODES)) {
      expect(answered).toContain(name);
    }
  });
});
