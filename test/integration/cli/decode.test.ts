/** `cosmopay decode`, which is `npm run decode`, as it is called: what it prints, and what it ends with. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isoVectors } from '#test/support/iso8583-vectors.ts';

const decode = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['cli/main.ts', 'decode', ...args],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
};
const hexOf = (name: string): string =>
  isoVectors.vectors.find((vector) => vector.name === name)?.hex ?? '';

describe('decode', () => {
  it('ends with 0 for a frame that is as it should be, however its digits are written', () => {
    const hex = hexOf('cup-pos: a sale');
    const whole = decode(hex);
    expect(whole).toMatchObject({ status: 0, stderr: '' });
    expect(whole.stdout).toMatch(/^ISO 8583 cup-pos: 0200 sale/);
    const parts = hex.toUpperCase().match(/.{1,2}/g) ?? [];
    expect(decode(...parts).stdout).toBe(whole.stdout);
    expect(decode(`0x${parts.join(':')}`).stdout).toBe(whole.stdout);
  });

  it('ends with 1 and the reason for one that is not', () => {
    const { status, stdout } = decode(hexOf('cup-pos: a magnetic stripe'));
    expect(status).toBe(1);
    expect(stdout).toMatch(/field_invalid \(70\): DE 22: /);
    expect(decode('c51').status).toBe(2);
    expect(decode('c510').status).toBe(1);
  });

  it('takes preset and length as told', () => {
    const hex = hexOf('iso87-binary: a sale with a length ascii');
    expect(decode(hex, '--length', 'ascii', '--preset', 'iso87-binary').status).toBe(0);
    expect(decode(hex, '--length=bcd').status).toBe(1);
  });

  it.each([[], ['xyz'], ['00', '--preset', 'iso93'], ['00', '--length', '2']])(
    'ends with 2 and says what it takes for %s',
    (...args) => {
      const { status, stdout, stderr } = decode(...args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(/missing required argument|hexadecimal|Allowed choices are/);
    },
  );

  it('is for programs too', () => {
    const { status, stdout } = decode(hexOf('cup-pos: a sale'), '--json');
    const { dialect, bytes } = JSON.parse(stdout);
    expect([status, dialect]).toEqual([0, 'ISO 8583 cup-pos']);
    expect(bytes).toMatch(/^[0-9a-f]+[0-9a-f.]*\.\.[0-9a-f.]*$/);
    expect(stdout).not.toContain('3730303030');
  });
});
