/** What is wrong with one field, said so that whoever entered it can mend it. */

export interface Problem {
  readonly code: 'invalid' | 'missing' | 'duplicate' | 'too_many' | 'too_large';
  /** As in the sources: `windows[2].weekly[0].from`. */
  readonly field: string;
  /** What would be right. */
  readonly expected: string;
}

/** Characters of an id at most: it is part of counters and of the evidence on every record. */
export const ID_LENGTH_MAX = 40;
/** Ids have none of the marks that evidence and counters put between them. */
const ID: RegExp = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** `invalid` where `isRight` is false. */
export const right = (isRight: boolean, field: string, expected: string): readonly Problem[] =>
  isRight ? [] : [{ code: 'invalid', field, expected }];

export const rightId = (id: string, field: string): readonly Problem[] =>
  right(
    ID.test(id) && id.length <= ID_LENGTH_MAX,
    field,
    `1 to ${ID_LENGTH_MAX} letters, digits, dots, hyphens or underscores, the first a letter or digit`,
  );

/** Absent is right too. */
export const rightInteger = (
  value: number | undefined,
  field: string,
  { min, max }: { readonly min: number; readonly max: number },
): readonly Problem[] =>
  right(
    value === undefined || (Number.isInteger(value) && value >= min && value <= max),
    field,
    `an integer from ${min} to ${max}`,
  );

export const atMost = (count: number, field: string, max: number): readonly Problem[] =>
  count <= max ? [] : [{ code: 'too_many', field, expected: `at most ${max}` }];

/** Every id that an earlier one has already. */
export const unique = (ids: readonly string[], field: (at: number) => string): readonly Problem[] =>
  ids.flatMap((id, at) =>
    ids.indexOf(id) === at
      ? []
      : [{ code: 'duplicate' as const, field: field(at), expected: 'an id of its own' }],
  );
