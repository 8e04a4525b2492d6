/** The character sets of small customer displays. */

/** As display vendors name them; UCS-2 with the high byte first. */
export const DISPLAY_CHARSETS = ['ascii', 'ucs-2', 'gbk', 'euc-kr'] as const;
export type DisplayCharset = (typeof DISPLAY_CHARSETS)[number];
