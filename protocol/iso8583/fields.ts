/** Looking things up in a message that was read. */
import type { FieldPart, FieldRefusal, FieldValue } from './message-reader.ts';
import { refuseField } from './message-reader.ts';

const DIGITS = /^\d+$/;

export class Fields {
  readonly mti: string;
  readonly #values: ReadonlyMap<number, FieldValue>;

  constructor({ mti, parts }: { readonly mti: string; readonly parts: readonly FieldPart[] }) {
    this.mti = mti;
    this.#values = new Map(parts.map(({ field, value }) => [field, value]));
  }

  has(field: number): boolean {
    return this.#values.has(field);
  }

  value(field: number): FieldValue | undefined {
    return this.#values.get(field);
  }

  /** As characters: ans bytes one by one, which is enough for what is ASCII. '' where it is absent. */
  text(field: number): string {
    const value = this.#values.get(field) ?? '';
    return typeof value === 'string' ? value : String.fromCharCode(...value);
  }

  /** Its digits, at least `least` of them; a refusal where it is absent or has anything else. */
  digits(field: number, least: number): string | FieldRefusal {
    const text = this.text(field);
    if (text === '') {
      return refuseField('field_invalid', field, 'is missing');
    }
    return DIGITS.test(text) && text.length >= least
      ? text
      : refuseField('field_invalid', field, `is not ${least} digits`);
  }
}
