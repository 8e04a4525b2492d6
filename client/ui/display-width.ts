/** How many columns a text takes in a terminal: Korean and Chinese characters take two. */

/** East Asian wide and full-width ranges (UAX 11) that our texts and names can hold. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

const widthOfPoint = (point: number): number =>
  WIDE.some(([from, to]) => point >= from && point <= to) ? 2 : 1;

/** Of plain text without escape sequences. */
export const displayWidth = (text: string): number =>
  [...text].reduce((sum, character) => sum + widthOfPoint(character.codePointAt(0) ?? 0), 0);

/** Cut to at most `columns`, or filled with spaces up to it. */
export const fitColumns = (text: string, columns: number): string => {
  let fitted = '';
  let width = 0;
  for (const character of text) {
    const more = widthOfPoint(character.codePointAt(0) ?? 0);
    if (width + more > columns) {
      break;
    }
    fitted += character;
    width += more;
  }
  return fitted + ' '.repeat(columns - width);
};
