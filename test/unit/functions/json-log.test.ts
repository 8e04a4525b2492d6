import { describe, expect, it } from 'vitest';
import { createLog, errorName, type LogFields } from '#functions/json-log.ts';

const lineOf = (fields: LogFields): unknown => {
  const lines: string[] = [];
  createLog((line) => lines.push(line))('info', 'payment', fields);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]+\n$/);
  return JSON.parse(lines[0] ?? '');
};

describe('the log of a function', () => {
  it('writes one line of what was said', () => {
    expect(lineOf({ outcome: 'done', terminal: 1001, duplicate: false, ms: 0 })).toEqual({
      level: 'info',
      event: 'payment',
      outcome: 'done',
      terminal: 1001,
      duplicate: false,
      ms: 0,
    });
  });

  it('leaves out a field that is not declared', () => {
    const fields = { outcome: 'done', identifier: 'IC000000000010' } as LogFields;
    expect(lineOf(fields)).toEqual({ level: 'info', event: 'payment', outcome: 'done' });
  });

  it.each(['70000000000000000042', 'two words', 'a\nb', '{"a":1}', '', `a${'b'.repeat(64)}`])(
    'does not print a text that is no word of ours',
    (error) => {
      expect(lineOf({ error })).toMatchObject({ error: 'unprintable' });
    },
  );

  it('prints a word of 64 characters', () => {
    const error = `a${'b'.repeat(63)}`;
    expect(lineOf({ error })).toMatchObject({ error });
  });

  it('names what was thrown, and never quotes it', () => {
    expect(errorName(new RangeError('IC000000000010'))).toBe('RangeError');
    expect(errorName('IC000000000010')).toBe('Unknown');
  });
});
