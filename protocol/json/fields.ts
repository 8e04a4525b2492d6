/** Fields of one JSON object, taken one by one with their bounds; what is left over at the end is malformed. */
import { fromHex, utf8Length } from '../bytes.ts';
import { type Refusal, refuse } from '../result.ts';
import type { JsonObject, JsonValue } from './json-value.ts';

/** Names that begin like this are extensions: covered by the tag, otherwise ignored. */
export const EXTENSION_PREFIX = 'x-';

/** A field that does not fit is noted as `field_invalid`, and read as undefined. */
export class Fields {
  readonly #object: JsonObject;
  readonly #known = new Set<string>();
  #malformed: string | undefined;
  #invalid: string | undefined;

  constructor(object: JsonObject) {
    this.#object = object;
  }

  int(name: string, min: number, max: number): number | undefined {
    const value = this.#take(name);
    return this.#judge(
      name,
      value,
      typeof value === 'number' && value >= min && value <= max ? value : undefined,
    );
  }

  /** Bounds in bytes of UTF-8. */
  text(name: string, min: number, max: number): string | undefined {
    const value = this.#take(name);
    const length = typeof value === 'string' ? utf8Length(value) : -1;
    return this.#judge(
      name,
      value,
      typeof value === 'string' && length >= min && length <= max ? value : undefined,
    );
  }

  /** Bytes as lower-case hexadecimal digits. */
  hex(name: string, min: number, max: number): Uint8Array | undefined {
    const value = this.#take(name);
    const bytes =
      typeof value === 'string' && value === value.toLowerCase() ? fromHex(value) : undefined;
    const fits = bytes !== undefined && bytes.length >= min && bytes.length <= max;
    return this.#judge(name, value, fits ? bytes : undefined);
  }

  oneOf<Choice extends string | number>(
    name: string,
    choices: readonly Choice[],
  ): Choice | undefined {
    const value = this.#take(name);
    return this.#judge(
      name,
      value,
      choices.find((choice) => choice === value),
    );
  }

  flag(name: string): boolean {
    const value = this.#take(name);
    return this.#judge(name, value, typeof value === 'boolean' ? value : undefined) ?? false;
  }

  /** The elements, each an object of its own; their refusals count as this object's. */
  list<T>(
    name: string,
    min: number,
    max: number,
    read: (element: Fields) => T,
  ): readonly T[] | undefined {
    const value = this.#take(name);
    const fits = Array.isArray(value) && value.length >= min && value.length <= max;
    const elements = fits ? (value as readonly JsonValue[]) : undefined;
    return this.#judge(name, value, elements)?.map((element) => this.#element(name, element, read));
  }

  /** `value`, or `none` with a note where the field is missing though it must not be. */
  need<T>(name: string, value: T | undefined, none: T): T {
    if (value === undefined) {
      this.reject(`${name} is missing or out of range`);
    }
    return value ?? none;
  }

  /** Leaves a field to somebody else. */
  skip(name: string): void {
    this.#known.add(name);
  }

  /** The first thing that did not fit so far. */
  get invalid(): string | undefined {
    return this.#invalid;
  }

  reject(reason: string): void {
    this.#invalid ??= reason;
  }

  /** Malformed comes before invalid; undefined where all was well. */
  refusal(): Refusal | undefined {
    for (const name of this.#object.keys()) {
      if (!this.#known.has(name) && !name.startsWith(EXTENSION_PREFIX)) {
        this.#malformed ??= 'a field that this operation does not have';
      }
    }
    if (this.#malformed !== undefined) {
      return refuse('frame_malformed', this.#malformed);
    }
    return this.#invalid === undefined ? undefined : refuse('field_invalid', this.#invalid);
  }

  #element<T>(name: string, element: JsonValue, read: (element: Fields) => T): T {
    if (!(element instanceof Map)) {
      this.reject(`${name} holds what is no object`);
    }
    const fields = new Fields(element instanceof Map ? element : new Map());
    const value = read(fields);
    const refusal = fields.refusal();
    if (refusal?.code === 'frame_malformed') {
      this.#malformed ??= refusal.reason;
    } else if (refusal !== undefined) {
      this.reject(`${name}: ${refusal.reason}`);
    }
    return value;
  }

  #take(name: string): JsonValue | undefined {
    this.skip(name);
    return this.#object.get(name);
  }

  #judge<T>(name: string, value: JsonValue | undefined, judged: T | undefined): T | undefined {
    if (value !== undefined && judged === undefined) {
      this.reject(`${name} is out of range`);
    }
    return judged;
  }
}
