/** What is wrong with the kiosk's settings or with what it is asked for, by code, with what to do. */

/** `message` says what is wrong and what to do; exit code 1. */
export class KioskError extends Error {
  override readonly name = 'KioskError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** A whole number of a flag, bounds included; throws KioskError. */
export const integer = (name: string, value: number, min: number, max: number): number => {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new KioskError('option_invalid', `--${name} must be a whole number, ${min} to ${max}.`);
  }
  return value;
};
