/** The table of payment identifiers: which scheme a text as read belongs to. Data first, one small matcher below. */
import type { EntryMode } from '#protocol/request.ts';
import { looksLikeCard } from './card-number.ts';
import { normalise } from './normal-form.ts';
import {
  CODE_DIGITS,
  CODE_PREFIX,
  CODE_SCHEME,
  codeHandle,
  hasCodeCheck,
} from './one-time-code.ts';

export interface Scheme {
  readonly kind: string;
  readonly prefix: string;
  /** Characters of the whole normal form. */
  readonly lengthMin: number;
  readonly lengthMax: number;
  /** The whole normal form, prefix included. */
  readonly charset: RegExp;
  readonly check?: (normal: string) => boolean;
  readonly entryModes: readonly EntryMode[];
  /** Whether PAY key 11 is required. */
  readonly secondFactor: boolean;
  /** Whether it is good for one payment only. */
  readonly oneTime: boolean;
  /** What is hashed for the look-up, where that is not the whole normal form. */
  readonly lookup?: (normal: string) => string;
}

/** Characters of an IC card token after `IC`: eleven and their check character. */
const IC_CARD_LENGTH = 14;
/** E.164: a plus sign and 7 to 15 digits. */
const PHONE_LENGTH_MIN = 8;
const PHONE_LENGTH_MAX = 16;

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** ISO/IEC 7064 MOD 37,36, its check character last. */
export const hasMod37Check = (text: string): boolean => {
  let product = 36;
  for (const character of text.slice(0, -1)) {
    const sum = (product + ALPHABET.indexOf(character)) % 36 || 36;
    product = (sum * 2) % 37;
  }
  return (product + ALPHABET.indexOf(text.slice(-1))) % 36 === 1;
};

export const SCHEMES: readonly Scheme[] = [
  {
    kind: 'ic.card',
    prefix: 'IC',
    lengthMin: IC_CARD_LENGTH,
    lengthMax: IC_CARD_LENGTH,
    charset: /^[0-9A-Z]+$/,
    check: (normal) => hasMod37Check(normal.slice(2)),
    entryModes: [1, 5, 7],
    secondFactor: false,
    oneTime: false,
  },
  {
    kind: 'own.code',
    prefix: `${CODE_PREFIX}${CODE_SCHEME}`,
    lengthMin: CODE_DIGITS,
    lengthMax: CODE_DIGITS,
    charset: /^[0-9]+$/,
    check: hasCodeCheck,
    entryModes: [1, 3],
    secondFactor: false,
    oneTime: true,
    lookup: codeHandle,
  },
  {
    kind: 'phone',
    prefix: '+',
    lengthMin: PHONE_LENGTH_MIN,
    lengthMax: PHONE_LENGTH_MAX,
    charset: /^\+[1-9][0-9]+$/,
    entryModes: [1],
    secondFactor: true,
    oneTime: false,
  },
];

export interface IdentifierMatch {
  readonly scheme: Scheme;
  readonly normal: string;
  /** Hashed with the kind, the key of its row. */
  readonly lookup: string;
}

/** The scheme that owns `text`: the longest prefix wins, two of the same length are ambiguous. */
export const matchIdentifier = (
  text: string,
  schemes: readonly Scheme[] = SCHEMES,
): IdentifierMatch | 'unknown' | 'ambiguous' => {
  const normal = normalise(text);
  const owners = schemes
    .filter((scheme) => owns(scheme, normal))
    .sort((left, right) => right.prefix.length - left.prefix.length);
  const [scheme, second] = owners;
  if (scheme === undefined) {
    return 'unknown';
  }
  if (second !== undefined && second.prefix.length === scheme.prefix.length) {
    return 'ambiguous';
  }
  return { scheme, normal, lookup: scheme.lookup?.(normal) ?? normal };
};

/** Whether an identifier must be refused as a card number: it looks like one, and no scheme of ours owns it. */
export const isRefusedCard = (text: string, schemes: readonly Scheme[] = SCHEMES): boolean =>
  looksLikeCard(text) && matchIdentifier(text, schemes) === 'unknown';

const owns = (scheme: Scheme, normal: string): boolean =>
  normal.startsWith(scheme.prefix) &&
  normal.length >= scheme.lengthMin &&
  normal.length <= scheme.lengthMax &&
  scheme.charset.test(normal) &&
  (scheme.check?.(normal) ?? true);
