/** Texts for small customer displays, in the character sets that they have: TextEncoder writes UTF-8 only. */
import iconv from 'iconv-lite';
import type { DisplayCharset } from './display-charset.ts';

const CODECS: Readonly<Record<DisplayCharset, string>> = {
  ascii: 'ascii',
  'ucs-2': 'utf-16be',
  gbk: 'gbk',
  'euc-kr': 'euc-kr',
};
/** Currency signs that the older sets lack, as shops write them there. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['₩', 'KRW '],
  ['¥', 'CNY '],
  ['\u00a0', ' '],
  ['’', "'"],
]);
const REPLACEMENT = '?';

const encodeOne = (character: string, charset: DisplayCharset): Uint8Array => {
  const codec = CODECS[charset];
  const bytes = iconv.encode(character, codec);
  if (iconv.decode(bytes, codec) === character && !isBeyond(character, charset)) {
    return bytes;
  }
  return iconv.encode(INSTEAD.get(character) ?? REPLACEMENT, codec);
};

/** UCS-2 has the basic plane only, and ASCII seven bits. */
const isBeyond = (character: string, charset: DisplayCharset): boolean => {
  const point = character.codePointAt(0) ?? 0;
  return (charset === 'ucs-2' && point > 0xffff) || (charset === 'ascii' && point > 0x7e);
};

/** Every character of the text in the display's set, or what stands for it; control characters are left out. */
export const encodeForDisplay = (text: string, charset: DisplayCharset): Uint8Array =>
  Buffer.concat(
    [...text.replaceAll(/\p{Cc}/gu, '')].map((character) => encodeOne(character, charset)),
  );
