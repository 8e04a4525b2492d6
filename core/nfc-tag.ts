/** The number of an NFC tag as a reader gives it: hex of 4, 7 or 10 bytes (ISO/IEC 14443-3, 6.5.4). */
import { looksLikeCard } from './card-number.ts';

/** Hex digits of a single, double and triple size UID. */
export const TAG_LENGTHS: readonly number[] = [8, 14, 20];

/** First byte of a single size UID that the tag draws anew each time. */
const RANDOM = '08';
/** Says "there is more": never the first byte of a part of a UID, so a reader that hands it out has read one half. */
const CASCADE = '88';
/** Hex digits in front of the second part of a double size UID. */
const SECOND_PART_AT = 6;

/**
 * Whether `hex` is the lasting number of a tag. What looks like a card is none (in doubt it is refused), unless it begins
 * with 0: no card for payments does (ISO/IEC 7812-1: for other uses), and all tags of the largest maker do.
 */
export const isTagNumber = (hex: string): boolean => {
  const [single, double] = TAG_LENGTHS;
  if (hex.length === single && (hex.startsWith(RANDOM) || hex.startsWith(CASCADE))) {
    return false;
  }
  if (hex.length === double && hex.startsWith(CASCADE, SECOND_PART_AT)) {
    return false;
  }
  return hex.startsWith('0') || !looksLikeCard(hex);
};
