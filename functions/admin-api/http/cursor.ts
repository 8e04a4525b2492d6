/** Cursors of lists: opaque to whoever pages, bound to the list and its filters, and only ever a place within what the list may show. */
import { createHash } from 'node:crypto';

/** Rows of a page, and where none is asked for. */
export const PAGE_MAX = 100;
export const PAGE_DEFAULT = 50;

/** Characters of a cursor at most: twice the longest place there is. */
const CURSOR_LENGTH_MAX = 512;
/** Bytes of the check that binds a cursor to its list. */
const CHECK_BYTES = 6;

/** `list`: name of the list and its filters. */
export const encodeCursor = (list: string, place: string): string =>
  Buffer.concat([check(list), Buffer.from(place)]).toString('base64url');

/** The place after which a page begins; undefined where the cursor is of no or another list. */
export const decodeCursor = (list: string, cursor: string): string | undefined => {
  if (cursor.length > CURSOR_LENGTH_MAX || !/^[A-Za-z0-9_-]+$/.test(cursor)) {
    return undefined;
  }
  const bytes = Buffer.from(cursor, 'base64url');
  return bytes.subarray(0, CHECK_BYTES).equals(check(list)) && bytes.length > CHECK_BYTES
    ? bytes.subarray(CHECK_BYTES).toString()
    : undefined;
};

const check = (list: string): Buffer =>
  createHash('sha256').update(list).digest().subarray(0, CHECK_BYTES);
