/** Which scheme of the table a text as read belongs to; the table itself is core/schemes.ts. */
import type { EntryMode } from '#protocol/request.ts';
import { looksLikeCard } from './card-number.ts';
import { asRead, hasForeignDigit, normalise } from './normal-form.ts';
import { SCHEMES, type Scheme } from './schemes.ts';

export interface IdentifierMatch {
  readonly scheme: Scheme;
  readonly normal: string;
  /** Hashed with the kind, the key of its row. */
  readonly lookup: string;
}

/** Where and how a text was read. */
export interface Reading {
  readonly entryMode: EntryMode;
  /** Region of the terminal; '' where it is not known. */
  readonly region: string;
}

/**
 * The scheme that owns `text`. Of several, those for this entry mode go first, then those valid in this region, then the
 * longest prefix; two that are left are ambiguous. A scheme that stands alone is returned even where entry mode or region
 * do not fit: the decision then says so. Only a scheme without a prefix needs its entry mode to be recognised at all.
 */
export const matchIdentifier = (
  text: string,
  { entryMode, region }: Reading,
  schemes: readonly Scheme[] = SCHEMES,
): IdentifierMatch | 'unknown' | 'ambiguous' => {
  const recognised = ownersOf(text, schemes).filter(
    ({ scheme, prefixLength }) => prefixLength > 0 || scheme.entryModes.includes(entryMode),
  );
  const readable = preferred(recognised, ({ scheme }) => scheme.entryModes.includes(entryMode));
  const owners = preferred(readable, ({ scheme }) => isValidIn(scheme, region));
  const longest = Math.max(...owners.map(({ prefixLength }) => prefixLength));
  const [owner, second] = owners.filter(({ prefixLength }) => prefixLength === longest);
  if (owner === undefined) {
    return 'unknown';
  }
  if (second !== undefined) {
    return 'ambiguous';
  }
  const { scheme, normal } = owner;
  return { scheme, normal, lookup: scheme.lookup?.(normal) ?? normal };
};

/** Whether the terminal's region is in a country that the scheme is valid in: `KR`, or a part of it, `KR-11`. */
export const isValidIn = ({ regions }: Scheme, region: string): boolean =>
  regions === undefined ||
  regions.some((country) => region === country || region.startsWith(`${country}-`));

/**
 * Whether an identifier must be refused as a card number: it looks like one, and no scheme owns it in this entry mode.
 * The region has no say, since this refusal follows from the bytes of the request alone. A code that is accepted nowhere
 * is no card either.
 */
export const isRefusedCard = (
  text: string,
  entryMode: EntryMode,
  schemes: readonly Scheme[] = SCHEMES,
): boolean =>
  looksLikeCard(text) &&
  !ownersOf(text, schemes).some(
    ({ scheme: { entryModes } }) => entryModes.length === 0 || entryModes.includes(entryMode),
  );

interface Owner {
  readonly scheme: Scheme;
  readonly normal: string;
  readonly prefixLength: number;
}

const ownersOf = (text: string, schemes: readonly Scheme[]): readonly Owner[] =>
  schemes.flatMap((scheme) => {
    /* Where the text counts as it is, digits of other scripts may be part of a name in it. */
    const foreign = scheme.form !== asRead && hasForeignDigit(text);
    const normal = (scheme.form ?? normalise)(text);
    const prefix = longestPrefix(scheme, normal);
    return prefix !== undefined && !foreign && owns(scheme, normal)
      ? [{ scheme, normal, prefixLength: prefix }]
      : [];
  });

/** Those that `fits`, or all of them where none does. */
const preferred = (owners: readonly Owner[], fits: (owner: Owner) => boolean): readonly Owner[] => {
  const fitting = owners.filter(fits);
  return fitting.length === 0 ? owners : fitting;
};

const longestPrefix = ({ prefixes }: Scheme, normal: string): number | undefined => {
  const fitting = prefixes.filter((prefix) => normal.startsWith(prefix));
  return fitting.length === 0 ? undefined : Math.max(...fitting.map(({ length }) => length));
};

const owns = ({ lengths, charset, check }: Scheme, normal: string): boolean =>
  hasLength(lengths, normal.length) && charset.test(normal) && (check?.(normal) ?? true);

const hasLength = (lengths: Scheme['lengths'], length: number): boolean =>
  'min' in lengths ? length >= lengths.min && length <= lengths.max : lengths.includes(length);
