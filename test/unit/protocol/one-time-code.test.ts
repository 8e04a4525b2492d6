import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  codeHandle,
  codeOf,
  codeStepAt,
  codeTimePart,
  hasCodeCheck,
} from '#protocol/one-time-code.ts';

const SECRET = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
const mac = (message: string): Uint8Array => createHmac('sha256', SECRET).update(message).digest();
const HANDLE = '000000042';

/** Worked out with whole numbers of any size: HMAC with node:crypto, remainders as BigInt. */
const expected = (step: number): string => {
  const hmac = createHmac('sha256', SECRET).update(`${HANDLE}:${step}`).digest('hex');
  const time = String(BigInt(`0x${hmac.slice(0, 12)}`) % 10_000_000n).padStart(7, '0');
  const check = 98n - (BigInt(`71${HANDLE}${time}00`) % 97n);
  return `71${HANDLE}${time}${String(check).padStart(2, '0')}`;
};

test.each([
  [0, '71000000042213992296'],
  [1, '71000000042583334443'],
  [59_846_760, '71000000042035926292'],
  [86_889, '71000000042000003603'],
])('step %i has its known code', (step, code) => {
  expect(codeOf(mac, HANDLE, step)).toBe(code);
  expect(expected(step)).toBe(code);
});

test('a thousand steps agree with an independent working, and every check digit holds', () => {
  for (let step = 59_846_000; step < 59_847_000; step += 1) {
    const code = codeOf(mac, HANDLE, step);
    expect(code).toBe(expected(step));
    expect(hasCodeCheck(code)).toBe(true);
    expect([codeHandle(code), codeTimePart(code)]).toEqual([HANDLE, code.slice(11, 18)]);
  }
});

test('a digit changed, or two neighbours swapped, is found', () => {
  const code = '71000000042035926292';
  for (let at = 0; at < code.length; at += 1) {
    for (const digit of '0123456789') {
      const changed = code.slice(0, at) + digit + code.slice(at + 1);
      expect(hasCodeCheck(changed)).toBe(changed === code);
    }
    const swapped =
      code.slice(0, at) + (code[at + 1] ?? '') + (code[at] ?? '') + code.slice(at + 2);
    expect(hasCodeCheck(swapped)).toBe(swapped === code);
  }
});

test.each([
  [0, 0],
  [29.999, 0],
  [30, 1],
  [1_795_402_829, 59_846_760],
  [1_795_402_830, 59_846_761],
])('second %d lies in step %i', (atS, step) => {
  expect(codeStepAt(atS)).toBe(step);
});
