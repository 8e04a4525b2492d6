/** Every vector of both dialects explained: nothing left out, nothing given away, and what is wrong is said. */
import { describe, expect, it } from 'vitest';
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { fromHex } from '#protocol/bytes.ts';
import { explainFrame } from '#protocol/explain/explain.ts';
import type { Told } from '#protocol/explain/explain-iso8583.ts';
import type { Explanation } from '#protocol/explain/explanation.ts';
import { COLUMNS, explanationObject, renderExplanation } from '#protocol/explain/render.ts';
import { frameVectors, vectorFile } from '#test/support/cp1-vectors.ts';
import { foreignFrame, foreignMessage, foreignObject } from '#test/support/foreign-iso8583.ts';
import { ForeignJsonCodec } from '#test/support/foreign-json.ts';
import { isoVectors } from '#test/support/iso8583-vectors.ts';

const NOW_MS = isoVectors.nowS * 1000;
const explain = (hex: string, told: Partial<Told> = {}): Explanation =>
  explainFrame(fromHex(hex) ?? new Uint8Array(), nodeTextCodec, { nowMs: NOW_MS, ...told });
const shown = (hex: string, told: Partial<Told> = {}): string =>
  renderExplanation(explain(hex, told));

/** Columns of a terminal: characters of East Asia take two. */
const columnsOf = (line: string): number =>
  [...line].reduce(
    (sum, character) =>
      sum + (character > '\u2e7f' || (character >= '\u1100' && character <= '\u115f') ? 2 : 1),
    0,
  );

const isWhole = (explanation: Explanation): void => {
  let at = 0;
  for (const part of explanation.parts) {
    expect(part.at, `${explanation.title}: ${part.name}`).toBe(at);
    at = part.end;
  }
  expect(at).toBe(explanation.bytes.length);
};
const isTidy = (text: string): void => {
  for (const line of text.split('\n')) {
    expect(columnsOf(line), line).toBeLessThanOrEqual(COLUMNS);
    expect(line).not.toMatch(/\p{Cc}|\s$/u);
  }
};

describe('CP1', () => {
  it.each(vectorFile.vectors.map(({ name, hex, refused }) => [name, hex, refused] as const))(
    '%s',
    (_, hex, refused) => {
      const explanation = explain(hex);
      isWhole(explanation);
      isTidy(renderExplanation(explanation));
      expect(explanation.refusal !== undefined).toBe(refused !== undefined);
    },
  );

  it('hides what the customer owns, bytes and text', () => {
    const text = shown(
      'c510004702000003e90100000007a7017437303030303030303030303030303030303034320203031932640419019a058183664c49502d30310119326406194e200700ba1399cf17a746da',
    );
    expect(text).toContain('70…42 (20 bytes)');
    expect(text).not.toContain('0000000000000000');
    expect(text).not.toContain('3730303030');
    expect(text).toContain('12900 = KRW 12900');
    expect(text).toContain('3 = scanned');
    expect(text).toContain('0 = sale');
  });

  it('says what keeps the bytes from being a frame', () => {
    expect(shown('c5100047')).toMatch(/cut off/);
    expect(shown('c520')).toMatch(/version_unsupported \(65\)/);
    expect(shown(`c510001207000003e90100000007${'00'.repeat(8)}00`)).toMatch(
      /bytes follow its end at 22/,
    );
    expect(shown(`c510001303000003e90100000007a0${'00'.repeat(8)}`)).toMatch(
      /field_invalid \(70\)/,
    );
  });

  it.each([
    ['1f', /unreadable/],
    ['a101', /unreadable/],
    ['a1016161a0', /unreadable/],
    ['a161610100', /unreadable/],
    ['a10183818181810000', /unreadable/],
    ['a1019a00ffffff', /unreadable/],
    ['a102f6', /null/],
    ['a101f8', /unreadable/],
    ['a102e1', /hidden/],
    ['a102a10102', /\[1, 2\]/],
    ['a10220', /-1/],
    ['a1021b0000000100000000', /4294967296/],
    ['a10262c328', /hidden/],
    ['a1184005', /64 extension\s+5/],
    ['a10c2a', /12 unknown key/],
    ['a1021864', /2 entry mode\s+100/],
  ])('a body of %s is shown as far as it goes', (body, expected) => {
    const size = (18 + body.length / 2).toString(16).padStart(4, '0');
    const hex = `c510${size}02000003e90100000007${body}${'00'.repeat(8)}`;
    isWhole(explain(hex));
    expect(shown(hex)).toMatch(expected);
  });

  it('knows no meaning of an unknown type or code', () => {
    const unknown = `c51000157f000003e90100000007a10107${'00'.repeat(8)}`;
    expect(shown(unknown)).toMatch(/unknown type/);
    expect(shown(unknown)).toMatch(/not a request/);
    expect(shown(`c510001682000003e90100000007a101183c${'00'.repeat(8)}`)).toMatch(
      /60 = of a later version/,
    );
  });
});

describe('what a terminal puts into the wrong place', () => {
  const IDENTIFIER = '70000000000000000042';
  const hex = Buffer.from(IDENTIFIER).toString('hex');
  const hides = (frame: string): void => {
    const text = shown(frame);
    const object = JSON.stringify(explanationObject(explain(frame)));
    for (const secret of [IDENTIFIER, hex]) {
      expect(text).not.toContain(secret);
      expect(object).not.toContain(secret);
    }
  };
  const cp1 = (type: string, body: string): string => {
    const size = (18 + body.length / 2).toString(16).padStart(4, '0');
    return `c510${size}${type}000003e90100000007${body}${'00'.repeat(8)}`;
  };

  it.each([
    ['PAY, the identifier', cp1('02', `a10174${hex}`)],
    ['PAY, the promotion code', cp1('02', `a10a74${hex}`)],
    ['PAY, a key that is none', cp1('02', `a10c74${hex}`)],
    ['PAY, an extension', cp1('02', `a1184074${hex}`)],
    ['STATUS, its number', cp1('05', `a10174${hex}`)],
    ['PAY, a list in the place of a number', cp1('02', `a1028174${hex}`)],
    ['a type that is none', cp1('7f', `a10174${hex}`)],
  ])('in CP1 is hidden: %s', (_, frame) => hides(frame));

  it.each([48, 62, 63])('in ISO 8583 is hidden: DE %i', (field) => {
    const fields = { 3: '000000', 11: '000007', 41: '00001001', 60: '000001' };
    const message = foreignMessage('cup-pos', '0200', { ...fields, [field]: IDENTIFIER });
    hides(foreignFrame(message).toString('hex'));
  });

  it.each(['01', '03', '04', '08', '91'])('in ISO 8583 is hidden: object %s', (tag) => {
    const fields = { 3: '000000', 11: '000007', 41: '00001001', 60: '000001' };
    const message = foreignMessage('iso87-binary', '0200', {
      ...fields,
      48: foreignObject(tag, IDENTIFIER),
    });
    hides(foreignFrame(message).toString('hex'));
  });

  it('is hidden in every vector that is told to programs', () => {
    for (const { hex: frame } of [...frameVectors, ...isoVectors.vectors]) {
      const object = JSON.stringify(explanationObject(explain(frame)));
      for (const secret of [IDENTIFIER, hex, '7000000000000000042']) {
        expect(object).not.toContain(secret);
      }
    }
  });
});

describe('ISO 8583', () => {
  it.each(isoVectors.vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const { hex, refused, refusedHello, preset, length } = vector;
    const explanation = explain(hex);
    isWhole(explanation);
    const text = renderExplanation(explanation);
    isTidy(text);
    const isOther = /message type that|an answer|an issuer/.test(vector.name);
    const isRefused = refused !== undefined && !isOther;
    expect(explanation.refusal !== undefined, text).toBe(isRefused || refusedHello !== undefined);
    if (refusedHello !== undefined) {
      expect(explanation.refusal?.reason).toMatch(new RegExp(`^${refusedHello}: `));
    }
    if (refused !== undefined && !isOther && !/version 1993/.test(vector.name)) {
      expect(explanation.refusal).toMatchObject({ code: refused.code });
      expect(explanation.refusal?.reason).toMatch(new RegExp(`^${refused.field}: `));
      expect(explanation.dialect).toBe(`ISO 8583 ${preset}`);
    }
    expect(text).toContain(`= ${length}`);
    for (const secret of [
      '70000000000000000042',
      '7000000000000000042',
      '3730303030303030',
      '4711',
    ]) {
      expect(text).not.toContain(secret);
    }
  });

  it('explains a bare message, and one whose length is told', () => {
    const message = foreignMessage('iso87-ascii', '0200', { 3: '000000', 11: '000007' });
    expect(shown(message.toString('hex'))).toMatch(/^ISO 8583 iso87-ascii: 0200 sale/);
    const frame = foreignFrame(message, { length: 'ascii' }).toString('hex');
    expect(shown(frame, { length: 'ascii' })).toContain('= ascii');
    expect(shown(`${frame}00`, { length: 'ascii' })).toMatch(
      /length: says that the frame has \d+ bytes, and here\s+are\s+\d+/,
    );
    expect(shown(frame, { length: 'binary' })).toMatch(/length is outside/);
    expect(shown(message.toString('hex'), { preset: 'iso87-ascii' })).toMatch(/ascii: 0200/);
  });

  it.each(['binary', 'binary-inclusive', 'bcd', 'ascii'] as const)(
    'says of a frame with a length in %s that is cut off how much is there',
    (length) => {
      const fields = { 3: '000000', 11: '000007', 41: '00001001', 60: '000001' };
      const message = foreignMessage('iso87-binary', '0200', fields);
      const frame = foreignFrame(message, { length });
      for (const missing of [1, 5, 20]) {
        // Binary and ASCII show themselves; the others could be binary ones of another size.
        const told = length === 'binary' || length === 'ascii' ? {} : { length };
        const text = shown(frame.subarray(0, -missing).toString('hex'), told).replaceAll(
          /\s+/g,
          ' ',
        );
        expect(text).toContain('ISO 8583 iso87-binary: 0200 sale');
        expect(text).toContain(
          `length: says that the frame has ${frame.length} bytes, and here are ${frame.length - missing}`,
        );
      }
    },
  );

  it.each([
    ['without its number', '0800', { 41: '00001001', 70: '001' }, 'DE 11'],
    [
      'at a moment that is none',
      '0800',
      { 7: '0230999999', 11: '000007', 41: '00001001' },
      'DE 64',
    ],
    [
      'without its MAC',
      '0200',
      { 3: '000000', 11: '000007', 41: '00001001', 60: '000001' },
      'DE 64',
    ],
  ])('says what the bridge or a function would of a message %s', (_, mti, fields, element) => {
    const frame = foreignFrame(foreignMessage('iso87-binary', mti, fields));
    expect(explain(frame.toString('hex')).refusal?.reason).toMatch(new RegExp(`^${element}: `));
  });

  it('says what is neither', () => {
    expect(shown('ff')).toMatch(/begins with neither a TPDU nor an MTI/);
    expect(shown('00', { length: 'binary' })).toMatch(/length: is cut off/);
    expect(shown('000a99aabbccddeeff001122')).toMatch(/no message/);
    expect(shown('60')).toMatch(/cut off/);
    expect(shown('02')).toMatch(/MTI/);
    expect(shown('0290')).toMatch(/bitmap/);
    expect(shown('0910')).toMatch(/not served/);
    expect(shown('')).toMatch(/cut off/);
  });

  it('shows objects as far as they can be read, and meanings where there are some', () => {
    const fields = {
      ...{ 3: '000000', 4: '000000012900', 11: '000007', 22: '991', 39: 'ZZ', 41: '00001001' },
      ...{ 49: '999', 52: Buffer.alloc(8, 0x99), 60: '000001', 63: Buffer.from('c328', 'hex') },
      48: Buffer.concat([
        foreignObject('20', '099'),
        foreignObject('25', '3'),
        foreignObject('95', 'later'),
        foreignObject('21', Buffer.from('c328', 'hex')),
        Buffer.from('0200'),
      ]),
    };
    const text = shown(
      foreignFrame(foreignMessage('iso87-binary', '0200', fields)).toString('hex'),
    );
    isTidy(text);
    expect(text).toMatch(/099 = of a later version/);
    expect(text).toMatch(/3 = posted/);
    expect(text).toMatch(/95 extension/);
    expect(text).toMatch(/no object\s+unreadable/);
    expect(text).toMatch(/= 12900 minor/);
    expect(text).toMatch(/999 = no currency of/);
    expect(text).toMatch(/ZZ = no code of ours/);
    expect(text).not.toContain('9999999999');
    const dinars = foreignMessage('iso87-binary', '0200', { 4: '000000012345', 49: '414' });
    expect(shown(dinars.toString('hex'))).toMatch(/KWD 12\.345/);
    expect(shown('02000000000000000080000178')).toMatch(/DE 57 not used here/);
  });

  it('wraps a word that is longer than its column', () => {
    const long = foreignMessage('iso87-binary', '0200', { 63: Buffer.from('다'.repeat(40)) });
    isTidy(shown(long.toString('hex')));
  });
});

describe('JSON lines', () => {
  const keys = {
    terminal: 1001,
    keyVersion: 1,
    linkKey: '0f'.repeat(32),
    messageKey: 'f0'.repeat(32),
  };
  const foreign = new ForeignJsonCodec(keys);
  const hexOf = (text: string): string => Buffer.from(text).toString('hex');
  const PAY = {
    identifier: '70000000000000000042',
    entryMode: 3,
    amountMinor: 12_900,
    currency: 410,
    items: [{ sku: 'A,"}\\\\', quantity: 1, unitPriceMinor: 12_900 }],
    deadlineMs: 20_000,
    mode: 'sale',
  };
  const lines: readonly (readonly [string, string, boolean])[] = [
    ['pay', foreign.line('pay', 7, PAY), true],
    ['pay', foreign.line('pay', 7, PAY).replace('\n', '\r\n'), true],
    ['pay', foreign.line('pay', 7, { ...PAY, amountMinor: 1 }).trimEnd(), false],
    ['pay', foreign.line('pay', 7, { ...PAY, stranger: '70000000000000000042' }), false],
    ['hello', foreign.line('hello', 0, { nonce: '00'.repeat(8), locale: 'ko-KR' }), true],
    ['hello', foreign.line('hello', 0), false],
    ['ping', ` ${foreign.line('ping', 1)}`.slice(1).replace('{', '{ '), true],
    ['ping', foreign.line('ping', 1, { more: 1 }), false],
    ['payReply', foreign.line('payReply', 7, { code: 0, name: 'approved', amountMinor: 5 }), true],
    ['no line', '{"op":"pay"', false],
  ];
  it.each(lines)('%s: %j', (title, line, isWellFormed) => {
    const explanation = explain(hexOf(line));
    isWhole(explanation);
    isTidy(renderExplanation(explanation));
    expect([explanation.title, explanation.refusal === undefined]).toEqual([title, isWellFormed]);
    expect(renderExplanation(explanation)).not.toContain('70000000000000000042');
    expect(renderExplanation(explanation)).not.toContain(hexOf('7000000000'));
  });

  it('says what amounts and currencies are', () => {
    const text = shown(hexOf(foreign.line('pay', 7, PAY)));
    expect(text).toContain('KRW 12900');
    expect(text).toContain('70…42 (20 bytes)');
  });
});
