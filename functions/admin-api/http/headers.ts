/** The headers of a write: what it is a repetition of, what it was read as, and whether it is only tried. */

const IDEMPOTENCY_KEY = /^[A-Za-z0-9._-]{8,128}$/;
const ETAG = /^"([1-9]\d{0,14})"$/;

/** Undefined where it is missing or of another form. */
export const parseIdempotencyKey = (header: string | undefined): string | undefined =>
  header !== undefined && IDEMPOTENCY_KEY.test(header) ? header : undefined;

export const etagOf = (version: number): string => `"${version}"`;

/** The version that If-Match names; undefined where it names none that we gave. */
export const parseIfMatch = (header: string): number | undefined => {
  const [, digits] = ETAG.exec(header) ?? [];
  return digits === undefined ? undefined : Number(digits);
};

/** Whether it is only tried; undefined where the header says neither. */
export const parseDryRun = (header: string | undefined): boolean | undefined => {
  if (header === undefined) {
    return false;
  }
  return header === 'true' ? true : undefined;
};
