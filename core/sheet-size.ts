/** How large a compiled row may be, and how large it is: never less than what DynamoDB counts. */
import { utf8Length } from '#protocol/bytes.ts';

/** Bytes of one sheet: a sixth of the largest item, so that the 20 of a PAY are read at once and soon. */
export const SHEET_BYTES_MAX = 65_536;
/** Bytes of a region's catalogue: the largest item of DynamoDB, less its key and attribute names. */
export const CATALOGUE_BYTES_MAX: number = 400 * 1_024 - 1_024;

/** Bytes of a number at most, as DynamoDB counts it. */
const NUMBER_BYTES = 21;
/** Bytes of a list or map besides its members, and of each member besides its value. */
const CONTAINER_BYTES = 3;
const MEMBER_BYTES = 1;

/** At least the bytes that the plain `value` takes as an item. */
export const itemBytesOf = (value: unknown): number => {
  if (typeof value === 'string') {
    return utf8Length(value);
  }
  if (typeof value === 'number') {
    return Math.min(NUMBER_BYTES, Math.ceil(String(value).length / 2) + 1);
  }
  if (Array.isArray(value)) {
    return value.reduce(
      (sum: number, member) => sum + MEMBER_BYTES + itemBytesOf(member),
      CONTAINER_BYTES,
    );
  }
  return Object.entries(value as object).reduce(
    (sum, [name, member]) => sum + MEMBER_BYTES + utf8Length(name) + itemBytesOf(member),
    CONTAINER_BYTES,
  );
};
