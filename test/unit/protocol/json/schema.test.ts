/** The schema of the docs and the decoder say the same about thousands of objects. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonCodec } from '#protocol/json/codec.ts';
import { jsonFraming } from '#protocol/json/framing.ts';
import type { Json, JsonFields } from '#test/support/foreign-json.ts';
import { schemaText, TerminalLine } from '#test/support/json-lines-schema.ts';

const head = { terminal: 1001, keyVersion: 1, sequence: 7, m: '0011223344556677' };
const about = { paymentSequence: 5, paymentKeyVersion: 1 };
const item = { sku: 'LIP-01', quantity: 2, unitPriceMinor: 50 };
const lines: readonly JsonFields[] = [
  {
    ...head,
    op: 'hello',
    nonce: '0102030405060708',
    firmware: '1',
    modem: 'm',
    signal: 99,
    mode: 'session',
    locale: 'ko-KR',
    clockOffsetS: -1,
  },
  { ...head, op: 'ping', repeat: true },
  {
    ...head,
    op: 'pay',
    identifier: '7',
    entryMode: 3,
    amountMinor: 100,
    currency: 410,
    items: [item],
    deadlineMs: 1,
    mode: 'sale',
    deviceTimeS: 1,
    catalogueVersion: 1,
    promotionCode: 'p',
    secondFactor: 's',
    stored: true,
    'x-a': 1,
  },
  { ...head, ...about, op: 'confirm', amountMinor: 1 },
  { ...head, ...about, op: 'reverse', reason: 1 },
  { ...head, ...about, op: 'refund', amountMinor: 1 },
  { ...head, ...about, op: 'status' },
  { ...head, op: 'catalogue', knownVersion: 0, cursor: 'ab' },
];
/** Values at and beyond every bound, and of every other type. */
const VALUES: readonly Json[] = [
  ...[null, true, false, '', 'x', '가'.repeat(22), 'x'.repeat(24), 'x'.repeat(25), 'x'.repeat(64)],
  ...[
    'x'.repeat(65),
    'x'.repeat(512),
    'x'.repeat(513),
    'ab'.repeat(8),
    'AB'.repeat(8),
    'sale',
    'hold',
  ],
  ...[
    '00'.repeat(32),
    '00'.repeat(33),
    'on_demand',
    -1,
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    31,
    32,
    99,
    100,
    255,
    256,
  ],
  ...[999, 1_000, 9_999, 10_000, 60_000, 60_001, 4_294_967_295, 4_294_967_296, -4_294_967_295],
  ...[-4_294_967_296, 253_402_300_799, 253_402_300_800, 999_999_999_999, 1_000_000_000_000],
  ...[
    Number.MAX_SAFE_INTEGER,
    [],
    {},
    [item],
    [item, item],
    [{ ...item, more: 1 }],
    ['x'],
    [{ ...item, 'x-a': 1 }],
  ],
];

const isAccepted = (fields: JsonFields): boolean => {
  const line = Uint8Array.from(Buffer.from(JSON.stringify(fields)));
  const look = jsonFraming.look(line);
  if (look.kind === 'hello') {
    return jsonFraming.decodeHello(line, 0).ok;
  }
  if (look.kind !== 'request') {
    return look.kind === 'ping';
  }
  const opened = jsonCodec.open(line);
  return !('unopened' in opened) && opened.decode(0).ok;
};

describe('the schema of JSON lines', () => {
  it('is the one in the docs: node test/support/make-json-schema.ts', () => {
    const inDocs: unknown = JSON.parse(readFileSync('docs/json-lines.schema.json', 'utf8'));
    expect(inDocs).toEqual(JSON.parse(schemaText()));
  });

  it('agrees with the decoder on every field left out, added, or set to every value', () => {
    const seen = { accepted: 0, refused: 0 };
    const compare = (fields: JsonFields): void => {
      const accepted = isAccepted(fields);
      seen[accepted ? 'accepted' : 'refused'] += 1;
      expect(TerminalLine.safeParse(fields).success, JSON.stringify(fields)).toBe(accepted);
    };
    const names = [...new Set(lines.flatMap((line) => Object.keys(line))), 'other', 'x-other'];
    for (const line of lines) {
      compare(line);
      for (const name of names) {
        const { [name]: _left, ...rest } = line;
        compare(rest);
        for (const value of VALUES) {
          compare({ ...line, [name]: value });
        }
      }
    }
    expect(seen.accepted).toBeGreaterThan(500);
    expect(seen.refused).toBeGreaterThan(5_000);
  });
});
