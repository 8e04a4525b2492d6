import { describe, expect, it } from 'vitest';
import { canonicalText, type JsonValue, parseObject } from '#protocol/json/json-value.ts';

const parsed = (text: string): JsonValue => {
  const result = parseObject(text);
  if (!result.ok) {
    throw new Error(result.reason);
  }
  return result.value;
};
/** Plain objects again, to compare with what JSON.parse makes. */
const plain = (value: JsonValue): unknown => {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([name, each]) => [name, plain(each)]));
  }
  return Array.isArray(value) ? value.map(plain) : value;
};

describe('strict JSON', () => {
  it.each([
    '{}',
    ' {\t"a" : 1 ,\r"b":[ ] } ',
    '{"a":-9007199254740991,"b":9007199254740991,"c":0}',
    '{"a":true,"b":false,"c":null,"d":""}'.replace(',\r', ','),
    '{"a":[1,[],{}],"b":{"c":[true]}}',
    String.raw`{"\u0061":"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00"}`,
    '{"가격":"립스틱 😀","__proto__":1,"constructor":"x"}',
  ])('reads %s as JSON.parse does', (text) => {
    expect(plain(parsed(text.replace('\r', '\t')))).toEqual(JSON.parse(text.replace('\r', '\t')));
  });

  it.each([
    ['', 'nothing'],
    ['[]', 'an array'],
    ['1', 'a number'],
    ['"a"', 'a string'],
    ['{', 'an object without its end'],
    ['{"a":1', 'an object without its end'],
    ['{"a"}', 'a name without a value'],
    ['{"a":}', 'a name without a value'],
    ['{a:1}', 'a name without quotes'],
    ['{"a":1,}', 'a comma too many'],
    ['{"a":[1,]}', 'a comma too many in a list'],
    ['{"a":[1 2]}', 'a comma too few'],
    ['{"a":[1', 'a list without its end'],
    ['{} {}', 'two objects'],
    ['{"a":1,"a":1}', 'a name twice'],
    [String.raw`{"a":1,"\u0061":2}`, 'a name twice, escaped'],
    ['{"a":1.0}', 'a fraction'],
    ['{"a":1e3}', 'an exponent'],
    ['{"a":1E3}', 'an exponent'],
    ['{"a":-0}', 'minus zero'],
    ['{"a":01}', 'a leading zero'],
    ['{"a":+1}', 'a plus sign'],
    ['{"a":9007199254740992}', 'an integer that a double does not keep'],
    ['{"a":-9007199254740992}', 'an integer that a double does not keep'],
    ['{"a":NaN}', 'no number'],
    ['{"a":tru}', 'no word'],
    ['{"a":truest}', 'more than a word'],
    ['{"a":[[[1]]]}', 'nesting deeper than 3'],
    ['{"a":{"b":{"c":{}}}}', 'nesting deeper than 3'],
    ['{"a":"\u0001"}', 'a control character'],
    ['{"a":"b', 'a string without its end'],
    [String.raw`{"a":"\x41"}`, 'an escape that is none'],
    [String.raw`{"a":"\u00g1"}`, 'an escape that is none'],
    ['{"a":"\\', 'an escape without its end'],
    [String.raw`{"a":"\ud83d"}`, 'half a surrogate pair'],
    [String.raw`{"a":"\ude00\ud83d"}`, 'two halves in the wrong order'],
    ["{'a':1}", 'other quotes'],
    ['{"a":1} // b', 'a comment'],
    ['\u00a0{}', 'white space of another kind'],
  ])('refuses %j: %s', (text) => {
    expect(parseObject(text)).toMatchObject({ ok: false, code: 'frame_malformed' });
  });

  it('allows a depth of three', () => {
    expect(parseObject('{"a":[{"b":1}]}').ok).toBe(true);
  });
});

describe('the canonical form', () => {
  it('is that of RFC 8785: its example of names, and its shortest escapes', () => {
    // RFC 8785 section 3.2.3, without the names that section 3.2.2 is about.
    const names = String.raw`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`;
    const values = [
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ];
    const text = canonicalText(parsed(names));
    expect(Object.values(JSON.parse(text) as object).sort()).toEqual([...values].sort());
    const places = values.map((value) => text.indexOf(`"${value}"`));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    const escapes = String.raw`{"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"}`;
    expect(canonicalText(parsed(escapes))).toBe(String.raw`{"string":"€$\u000f\nA'B\"\\\\\"/"}`);
  });

  it('leaves out names of the outermost object only, and keeps lists in their order', () => {
    const value = parsed('{"m":"x","b":[2,1,{"m":1,"a":null}],"a":true}');
    expect(canonicalText(value, ['m'])).toBe('{"a":true,"b":[2,1,{"a":null,"m":1}]}');
  });
});
