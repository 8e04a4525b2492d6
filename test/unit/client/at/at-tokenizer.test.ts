/** Lines, prompts and data out of whatever pieces a modem's bytes come in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AtToken,
  AtTokenizer,
  DATA_BYTES_MAX,
  LINE_CHARS_MAX,
} from '#client/at/at-tokenizer.ts';
import { FAMILIES } from '#client/at/families.ts';
import type { FamilyName } from '#client/at/modem-family.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const tokens = (family: FamilyName, chunks: readonly Uint8Array[], echo = ''): AtToken[] => {
  const found: AtToken[] = [];
  const tokenizer = new AtTokenizer(FAMILIES[family].grammar, (token) => found.push(token));
  tokenizer.expectEcho(bytes(echo));
  for (const chunk of chunks) {
    tokenizer.feed(chunk);
  }
  return found;
};
const line = (text: string): AtToken => ({ kind: 'line', text });
const data = (header: string, text: string): AtToken => ({
  kind: 'data',
  header,
  bytes: bytes(text),
});

/** As each family words a read of six bytes that look like a final line. */
const READS: readonly (readonly [FamilyName, string, string])[] = [
  ['sim800', '\r\n+CIPRXGET: 2,0,6,0\r\n\r\nOK\r\n\r\nOK\r\n', '+CIPRXGET: 2,0,6,0'],
  ['sim7600', '\r\n+CIPRXGET: 2,9,6,0\r\n\r\nOK\r\n\r\n\r\nOK\r\n', '+CIPRXGET: 2,9,6,0'],
  ['sim7600', '\r\n+CCHRECV: DATA,0,6\r\n\r\nOK\r\n\r\nOK\r\n', '+CCHRECV: DATA,0,6'],
  ['quectel', '\r\n+QIRD: 6\r\n\r\nOK\r\n\r\n\r\nOK\r\n', '+QIRD: 6'],
  ['quectel', '\r\n+QSSLRECV: 6\r\n\r\nOK\r\n\r\n\r\nOK\r\n', '+QSSLRECV: 6'],
  ['ublox', '\r\n+USORD: 0,6,"\r\nOK\r\n"\r\n\r\nOK\r\n', '+USORD: 0,6,"'],
];

describe('the tokenizer', () => {
  it.each(READS)(
    'keeps OK inside data apart from the OK behind it (%s %j)',
    (family, text, header) => {
      expect(tokens(family, [bytes(text)])).toEqual([data(header, '\r\nOK\r\n'), line('OK')]);
    },
  );

  it.each(READS)('finds the same in single bytes (%s %j)', (family, text) => {
    const single = [...bytes(text)].map((byte) => Uint8Array.of(byte));
    expect(tokens(family, single)).toEqual(tokens(family, [bytes(text)]));
  });

  it('takes quotation marks inside quoted data for data', () => {
    const text = '+USORD: 3,5,"a"b"c"\r\nOK\r\n';
    expect(tokens('ublox', [bytes(text)])).toEqual([data('+USORD: 3,5,"', 'a"b"c'), line('OK')]);
  });

  it('takes the notice of data for a line, quotation marks or not', () => {
    const text = '+UUSORD: 0,6\r\n+CGPADDR: 1,"10.0.0.1"\r\n';
    expect(tokens('ublox', [bytes(text)])).toEqual([
      line('+UUSORD: 0,6'),
      line('+CGPADDR: 1,"10.0.0.1"'),
    ]);
  });

  it.each([
    ['sim800', '\r\n> '],
    ['sim7600', '\r\n>'],
    ['ublox', '\r\n@'],
    ['ublox', '\r\n>'],
  ] as const)('knows the prompt of %s (%j)', (family, text) => {
    expect(tokens(family, [bytes(`${text}\r\nRING\r\n`)])).toEqual([
      { kind: 'prompt' },
      line('RING'),
    ]);
  });

  it('drops the echo of a payload around an unsolicited line, and nothing else', () => {
    const text = '\r\nRING\r\nOK\r\nz\r\n0, SEND OK\r\n';
    expect(tokens('sim800', [bytes(text)], 'OK\r\nz')).toEqual([line('RING'), line('0, SEND OK')]);
  });

  it('drops an echo with spaces right behind a prompt that has none', () => {
    const echo = '\x19 > OK';
    const found: AtToken[] = [];
    const tokenizer = new AtTokenizer(FAMILIES.sim7600.grammar, (token) => {
      found.push(token);
      if (token.kind === 'prompt' && found.length === 1) {
        tokenizer.expectEcho(bytes(echo));
      }
    });
    tokenizer.feed(bytes(`\r\n>${echo}\r\nOK\r\n`));
    expect(found).toEqual([{ kind: 'prompt' }, line('OK')]);
  });

  it('drops a line that is too long, and is in step again at the next', () => {
    const fits = 'x'.repeat(LINE_CHARS_MAX);
    expect(tokens('sim800', [bytes(`${fits}\r\n`)])).toEqual([line(fits)]);
    expect(tokens('sim800', [bytes(`${fits}x\r\nOK\r\n`)])).toEqual([
      { kind: 'noise', chars: LINE_CHARS_MAX + 1 },
      line('OK'),
    ]);
  });

  it('believes no header that announces more than a modem gives', () => {
    const most = 'y'.repeat(DATA_BYTES_MAX);
    const header = `+QIRD: ${DATA_BYTES_MAX}`;
    expect(tokens('quectel', [bytes(`${header}\r\n${most}`)])).toEqual([data(header, most)]);
    const over = `+QIRD: ${DATA_BYTES_MAX + 1}`;
    expect(tokens('quectel', [bytes(`${over}\r\nOK\r\n`)])).toEqual([line(over), line('OK')]);
  });

  it.each(Object.keys(FAMILIES) as FamilyName[])(
    'finds the same tokens in any segmentation, and survives any noise (%s)',
    (family) => {
      const piece = fc.oneof(
        fc.constantFrom(...READS.map(([, text]) => bytes(text))),
        fc.constantFrom(...['\r\n> ', '\r\n@', '0, CLOSED\r\n', 'RING\r\n'].map(bytes)),
        fc.uint8Array({ maxLength: 12 }),
      );
      fc.assert(
        fc.property(
          fc.array(piece, { maxLength: 12 }),
          fc.integer({ min: 1, max: 7 }),
          (pieces, size) => {
            const all = Uint8Array.from(Buffer.concat(pieces));
            const cut: Uint8Array[] = [];
            for (let at = 0; at < all.length; at += size) {
              cut.push(all.subarray(at, at + size));
            }
            expect(JSON.stringify(tokens(family, cut))).toBe(JSON.stringify(tokens(family, [all])));
          },
        ),
      );
    },
  );
});
