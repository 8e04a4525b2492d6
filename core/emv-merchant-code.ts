/** EMVCo QR codes that a merchant shows (merchant-presented mode 1.1): recognised, so that they can be refused. */
import { encodeUtf8 } from '#protocol/bytes.ts';
import { crc16 } from './check-digits.ts';

/** Format indicator: object 00 of two characters, version 01, always first. */
export const MERCHANT_CODE_PREFIX = '000201';
/** Characters of the format indicator and the CRC object. */
export const MERCHANT_CODE_LENGTH_MIN = 14;
/** Characters of a whole code: EMVCo's own limit. */
export const MERCHANT_CODE_LENGTH_MAX = 512;

/** Object 63, four characters: always last, over everything in front of its value. */
const CRC_OBJECT = /^6304[0-9A-Fa-f]{4}$/;
const CRC_CHARACTERS = 4;
const HEADER = /^\d{4}$/;

/** Whether `text`, as read, is a whole merchant code with the right CRC. */
export const isMerchantCode = (text: string): boolean => {
  if (!text.startsWith(MERCHANT_CODE_PREFIX)) {
    return false;
  }
  /* Lengths count characters, not bytes; the CRC counts bytes. */
  const characters = [...text];
  const last = lastObject(characters);
  return (
    last !== undefined &&
    CRC_OBJECT.test(last) &&
    crc16(encodeUtf8(characters.slice(0, -CRC_CHARACTERS).join(''))) ===
      Number.parseInt(characters.slice(-CRC_CHARACTERS).join(''), 16)
  );
};

/** The last of the objects that `characters` is made of without a rest; no object comes twice. */
const lastObject = (characters: readonly string[]): string | undefined => {
  const seen = new Set<string>();
  let last: string | undefined;
  let at = 0;
  while (at < characters.length) {
    const header = characters.slice(at, at + 4).join('');
    const id = header.slice(0, 2);
    const end = at + 4 + Number(header.slice(2));
    if (!HEADER.test(header) || end === at + 4 || end > characters.length || seen.has(id)) {
      return undefined;
    }
    seen.add(id);
    last = characters.slice(at, end).join('');
    at = end;
  }
  return last;
};
