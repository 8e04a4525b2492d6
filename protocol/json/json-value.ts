/** Strict JSON: one text has one meaning. Refused are doubled names, fractions, exponents, unpaired surrogates and deep nesting. */
import { JSON_DEPTH_MAX } from '../limits.ts';
import { accept, type Refusal, type Result, refuse } from '../result.ts';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
/** A Map: no name in it can be taken for a property of an object. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** The object that `text` is; anything else is `frame_malformed`. */
export const parseObject = (text: string): Result<JsonObject> => {
  const parser = new Parser(text);
  const value = parser.document();
  if (parser.refusal !== undefined) {
    return parser.refusal;
  }
  return value instanceof Map ? accept(value) : refuse('frame_malformed', 'not an object');
};

/**
 * The text that tags and digests are made over (RFC 8785): names in order of their UTF-16 units, no white space, the
 * shortest escapes. `without`: names of the outermost object that are left out.
 */
export const canonicalText = (value: JsonValue, without: readonly string[] = []): string => {
  if (value instanceof Map) {
    const names = [...value.keys()].filter((name) => !without.includes(name)).sort();
    const members = names.map(
      (name) => `${JSON.stringify(name)}:${canonicalText(value.get(name) as JsonValue)}`,
    );
    return `{${members.join(',')}}`;
  }
  return Array.isArray(value)
    ? `[${value.map((each: JsonValue) => canonicalText(each)).join(',')}]`
    : JSON.stringify(value);
};

const SPACE = /[ \t]*/y;
const INTEGER = /-?(?:0|[1-9][0-9]*)(?![0-9.eE])/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what ends a run of plain characters.
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const HEX4 = /[0-9a-fA-F]{4}/y;
const UNPAIRED = /\p{Surrogate}/u;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const WORDS: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** Goes on with any value once something was refused; the first refusal is what counts. */
class Parser {
  readonly #text: string;
  #at = 0;
  refusal: Refusal | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    const value = this.#value(1);
    this.#match(SPACE);
    if (this.#at < this.#text.length) {
      this.#refuse('something follows the object');
    }
    return value;
  }

  #value(depth: number): JsonValue {
    this.#match(SPACE);
    const first = this.#text[this.#at];
    if (first === '{') {
      return this.#nested(depth, () => this.#object(depth));
    }
    if (first === '[') {
      return this.#nested(depth, () => this.#array(depth));
    }
    return first === '"' ? this.#string() : this.#scalar();
  }

  #nested(depth: number, read: () => JsonValue): JsonValue {
    if (depth > JSON_DEPTH_MAX) {
      this.#refuse('nested too deep');
      return null;
    }
    this.#at += 1;
    return read();
  }

  #object(depth: number): JsonValue {
    const members = new Map<string, JsonValue>();
    if (this.#takes('}')) {
      return members;
    }
    do {
      this.#match(SPACE);
      const name = this.#string();
      if (members.has(name)) {
        this.#refuse('a name comes twice');
      }
      this.#demand(':');
      members.set(name, this.#value(depth + 1));
    } while (this.#takes(','));
    this.#demand('}');
    return members;
  }

  #array(depth: number): JsonValue {
    const elements: JsonValue[] = [];
    if (this.#takes(']')) {
      return elements;
    }
    do {
      elements.push(this.#value(depth + 1));
    } while (this.#takes(','));
    this.#demand(']');
    return elements;
  }

  #scalar(): JsonValue {
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    const digits = this.#match(INTEGER);
    const number = Number(digits);
    if (digits === '' || digits === '-0' || !Number.isSafeInteger(number)) {
      this.#refuse('not a value, or not an integer of less than 2^53');
    }
    return number;
  }

  #string(): string {
    this.#demand('"');
    let value = '';
    for (;;) {
      value += this.#match(PLAIN);
      const next = this.#text[this.#at];
      this.#at += 1;
      if (next === '"') {
        break;
      }
      if (next !== '\\') {
        this.#refuse('a string does not end, or holds a control character');
        return '';
      }
      value += this.#escaped();
    }
    if (UNPAIRED.test(value)) {
      this.#refuse('half a surrogate pair');
    }
    return value;
  }

  #escaped(): string {
    const letter = this.#text[this.#at] ?? '';
    this.#at += 1;
    if (letter === 'u') {
      const digits = this.#match(HEX4);
      if (digits === '') {
        this.#refuse('an escape that is none');
      }
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = ESCAPES[letter];
    if (character === undefined) {
      this.#refuse('an escape that is none');
    }
    return character ?? '';
  }

  #takes(character: string): boolean {
    this.#match(SPACE);
    const found = this.#text[this.#at] === character;
    this.#at += Number(found);
    return found;
  }

  #demand(character: string): void {
    if (!this.#takes(character)) {
      this.#refuse(`no ${character} where one must be`);
    }
  }

  /** What a sticky pattern matches here, which it goes past. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  /** Also goes to the end, so that nothing else is read. */
  #refuse(reason: string): void {
    this.refusal ??= refuse('frame_malformed', reason);
    this.#at = this.#text.length;
  }
}
