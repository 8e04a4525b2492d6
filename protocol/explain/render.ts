/** An explanation as text, at most 80 columns wide. */
import { toHex } from '../bytes.ts';
import { CODES } from '../codes.ts';
import type { Explanation, Part } from './explanation.ts';

export const COLUMNS = 80;
const OFFSET_WIDTH = 5;
/** Bytes of a part that are shown; the rest is an ellipsis. */
const BYTES_SHOWN = 6;
const HEX_WIDTH: number = 2 * BYTES_SHOWN + 1;
const NAME_WIDTH = 26;
const GAP = '  ';
const VALUE_AT: number = OFFSET_WIDTH + HEX_WIDTH + NAME_WIDTH + 3 * GAP.length;
const VALUE_WIDTH: number = COLUMNS - VALUE_AT;

export const renderExplanation = (explanation: Explanation): string => {
  const { dialect, title, bytes, parts, refusal } = explanation;
  const rule = '-'.repeat(COLUMNS);
  const verdict =
    refusal === undefined
      ? ['well-formed (whether its tag is right, only the keys can tell)']
      : wrap(`${refusal.code} (${CODES[refusal.code].code}): ${refusal.reason}`, COLUMNS);
  return [
    `${dialect}: ${title}, ${bytes.length} bytes`,
    rule,
    ...parts.flatMap((part) => rowsOf(bytes, part)),
    rule,
    ...verdict,
    '',
  ].join('\n');
};

/** The same for programs: its bytes in hexadecimal, two dots for each that is secret. */
export const explanationObject = (explanation: Explanation): object => {
  const { bytes, parts } = explanation;
  const hex = toHex(bytes);
  const shown = parts.map(({ at, end, secret }) =>
    secret === true ? '..'.repeat(end - at) : hex.slice(2 * at, 2 * end),
  );
  return { ...explanation, bytes: shown.join('') };
};

const rowsOf = (bytes: Uint8Array, part: Part): readonly string[] => {
  const { at, name, value, meaning, depth = 0 } = part;
  const names = wrap('  '.repeat(depth) + name, NAME_WIDTH);
  const values = wrap(meaning === undefined ? value : `${value} = ${meaning}`, VALUE_WIDTH);
  const count = Math.max(names.length, values.length);
  return Array.from({ length: count }, (_, row) =>
    [
      (row === 0 ? String(at) : '').padStart(OFFSET_WIDTH),
      (row === 0 ? hexOf(bytes, part) : '').padEnd(HEX_WIDTH),
      (names[row] ?? '').padEnd(NAME_WIDTH),
      values[row] ?? '',
    ]
      .join(GAP)
      .trimEnd(),
  );
};

/** Nothing of what is secret: its bytes are its text. */
const hexOf = (bytes: Uint8Array, { at, end, secret }: Part): string => {
  if (secret === true) {
    return '(hidden)';
  }
  const shown = toHex(bytes.subarray(at, Math.min(end, at + BYTES_SHOWN)));
  return end - at > BYTES_SHOWN ? `${shown}…` : shown;
};

/** Characters that take two columns, as terminals draw them. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
const CONTROL = /[\p{Cc}\p{Cs}]/gu;

const columnsOf = (text: string): number =>
  [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);

/** Lines of at most `width` columns, broken at a space where there is one near. */
const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  let columns = 0;
  for (const character of text.replaceAll(CONTROL, '?')) {
    const wide = columnsOf(character);
    if (columns + wide > width) {
      const space = line.lastIndexOf(' ');
      const cut = space > line.length / 2 ? space + 1 : line.length;
      lines.push(line.slice(0, cut).trimEnd());
      line = line.slice(cut);
      columns = columnsOf(line);
    }
    line += character;
    columns += wide;
  }
  return [...lines, line];
};
