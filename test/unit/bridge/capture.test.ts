import { describe, expect, it } from 'vitest';
import { Capture } from '#bridge/capture.ts';
import { maskedHex } from '#bridge/capture-mask.ts';
import type { LogFields } from '#bridge/log.ts';
import { foreignFrame, foreignMessage, foreignObject } from '#test/support/foreign-iso8583.ts';
import { ForeignJsonCodec } from '#test/support/foreign-json.ts';
import { ForeignCodec, payBody, TYPE } from '#test/support/foreign-terminal.ts';

const KEY = '0f'.repeat(32);
const keys = { terminal: 1001, keyVersion: 1, linkKey: KEY, messageKey: KEY };
const IDENTIFIER = '70000000000000000042';
const sale = {
  identifier: IDENTIFIER,
  entryMode: 3,
  currency: 410,
  sku: 'LIP-01',
  unitPriceMinor: 12_900,
};
const hexOf = (text: string): string => Buffer.from(text).toString('hex');

describe('a captured frame', () => {
  it('of CP1 shows header and numbers, and neither identifier nor tag', () => {
    const frame = new ForeignCodec(keys).encode(TYPE.pay, 7, payBody(sale));
    const shown = maskedHex('cp1', frame);
    expect(shown).toHaveLength(2 * frame.length);
    expect(shown).toContain('000003e90100000007a70174');
    expect(shown).toContain('0319326404');
    expect(shown).not.toContain(hexOf(IDENTIFIER));
    expect(shown.endsWith('..'.repeat(8))).toBe(true);
  });

  it.each([
    ['that is cut inside a string', '0179ffff37303030'],
    ['with a string of indefinite length', '017f'],
    ['with a long string', `78ff${'37'.repeat(20)}`],
  ])('of CP1 %s is hidden from there on', (_, body) => {
    const head = `c5100047020000${'03e90100000007'}`;
    const frame = Buffer.from(`${head}a1${body}${'ab'.repeat(8)}`, 'hex');
    expect(maskedHex('cp1', frame)).not.toMatch(/37/);
    expect(maskedHex('cp1', frame)).not.toContain('ab');
  });

  it('of JSON shows names, words and numbers, and no other text', () => {
    const line = new ForeignJsonCodec(keys).line('pay', 7, {
      identifier: IDENTIFIER,
      amountMinor: 12_900,
      mode: 'sale',
      secondFactor: '4711',
      'x-7000000000': 'strange',
      'x-number': 4_111_111_111_111_111,
    });
    const shown = Buffer.from(
      maskedHex('json', Buffer.from(line.trimEnd())).replaceAll('..', '2e'),
      'hex',
    ).toString();
    expect(shown).toContain('"op":"pay"');
    expect(shown).toContain('"mode":"sale"');
    expect(shown).toContain('"amountMinor":12900');
    expect(shown).toContain('"identifier":"....................');
    for (const secret of [IDENTIFIER, '4711', '7000000000', 'strange', '4111111111111111']) {
      expect(shown).not.toContain(secret);
    }
    expect(shown).toMatch(/"m":"\.{16}"/);
  });

  const shownOf = (line: string): string => {
    const shown = maskedHex('json', Buffer.from(line));
    expect(shown).toHaveLength(2 * Buffer.byteLength(line));
    return Buffer.from(shown.replaceAll('..', '2e'), 'hex').toString();
  };

  it.each([
    ['a serial number inside a text', '{"op":"hello","modem":"SIM7600 861234567890123 rev2"}'],
    [
      'an identifier that is a code of digits',
      '{"op":"pay","identifier":"00020101021229370016A0"}',
    ],
    ['an address', '{"identifier":"https://qr.example/12345678901234567/x"}'],
    ['digits within a tag', '{"op":"ping","m":"a1234567890123bc"}'],
    ['an escape', String.raw`{"x":"\"1234567890123456\u0031"}`],
  ])('of JSON with %s hides it whole', (_, line) => {
    expect(shownOf(line)).not.toMatch(/\d{4}/);
  });

  it.each(['{"op":"pay","identifier":13812345678,"secondFactor":4711}', '{"x-phone":1012345678}'])(
    'of JSON hides a number in the place of a text: %s',
    (line) => {
      expect(shownOf(line)).not.toMatch(/\d/);
    },
  );

  it('of JSON is shown with the end of its line', () => {
    expect(shownOf('{"code":0,"op":"pong"}\r\n')).toBe('{"code":0,"op":"pong"}\r\n');
  });

  it('of CP1 hides numbers that are as long as a telephone number', () => {
    const pay = new ForeignCodec(keys).encode(TYPE.pay, 7, new Map([[1, 13_812_345_678]]));
    expect(maskedHex('cp1', pay)).not.toContain((13_812_345_678).toString(16));
  });

  it('of JSON that is none is hidden whole', () => {
    const line = Buffer.from(`{"identifier":"${IDENTIFIER}`);
    expect(maskedHex('json', line)).toBe('..'.repeat(line.length));
    expect(maskedHex('json', Buffer.of(0x7b, 0xff))).toBe('....');
  });

  it('of ISO 8583 shows what names no person', () => {
    const fields = { 3: '000000', 4: '000000000100', 11: '000007', 41: '00001001' };
    const message = foreignMessage('iso87-binary', '0200', {
      ...fields,
      2: '7000000000000042',
      48: foreignObject('01', IDENTIFIER),
      64: Buffer.alloc(8, 0xab),
    });
    const shown = maskedHex('iso8583', foreignFrame(message));
    expect(shown).toContain('000000000100000007');
    expect(shown).toContain(hexOf('00001001'));
    expect(shown).not.toContain('7000000000000042');
    expect(shown).not.toContain(hexOf(IDENTIFIER));
    expect(shown).not.toContain('abab');
    const ascii = foreignMessage('iso87-ascii', '0200', { ...fields, 2: '7000000000000042' });
    const other = maskedHex('iso8583', foreignFrame(ascii, { length: 'ascii' }));
    expect(other).not.toContain(hexOf('7000000000000042'));
    expect(other).toContain(hexOf('000000000100'));
  });

  it('of ISO 8583 that cannot be read is hidden from there on', () => {
    const broken = foreignFrame(Buffer.from(`0200${'60'.repeat(8)}7000000000000042`, 'hex'));
    expect(maskedHex('iso8583', broken)).not.toContain('7000000000000042');
    expect(maskedHex('iso8583', Buffer.from('0004ffffffff', 'hex'))).toBe('0004........');
  });
});

describe('a capture', () => {
  const started = (forMs: number) => {
    const world = { nowMs: 1_000, lines: [] as (readonly [string, LogFields | undefined])[] };
    const capture = new Capture({
      terminal: 1001,
      nowMs: () => world.nowMs,
      untilMs: world.nowMs + forMs,
      askedUntilMs: () => Number.POSITIVE_INFINITY,
      log: { write: (_, event, fields) => world.lines.push([event, fields]) },
    });
    const frame = new ForeignCodec(keys).encode(TYPE.ping, 7, new Map());
    return { world, take: () => capture.frame('up', 'cp1', frame) };
  };

  it('says of each frame whose it is and which way it went', () => {
    const { world, take } = started(60_000);
    take();
    expect(world.lines[0]).toEqual([
      'captured',
      { terminal: 1001, direction: 'up', dialect: 'cp1', masked: expect.stringMatching(/^c510/) },
    ]);
  });

  it('ends when it was to end, and says so once', () => {
    const { world, take } = started(60_000);
    world.nowMs += 59_999;
    take();
    world.nowMs += 1;
    take();
    take();
    expect(world.lines.map(([event]) => event)).toEqual(['captured', 'capture_ended']);
  });

  it('ends after an hour, however long it was to last', () => {
    const { world, take } = started(86_400_000);
    world.nowMs += 3_600_000 - 1;
    take();
    world.nowMs += 1;
    take();
    expect(world.lines.map(([event]) => event)).toEqual(['captured', 'capture_ended']);
  });

  it('ends after 500 frames', () => {
    const { world, take } = started(60_000);
    for (let frame = 0; frame < 502; frame += 1) {
      take();
    }
    expect(world.lines).toHaveLength(501);
    expect(world.lines.at(-1)?.[0]).toBe('capture_ended');
  });
});
