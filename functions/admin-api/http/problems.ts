/** The one table of what the API refuses: RFC 9457 problems, each with a name for ever, served at /problems/<name> (docs/errors.md). */

export interface ProblemRow {
  readonly status: number;
  /** What it means; the same at every occurrence. */
  readonly title: string;
  /** What whoever asked can do. */
  readonly advice: string;
}

const row = (status: number, title: string, advice: string): ProblemRow => ({
  status,
  title,
  advice,
});

export type ProblemName =
  | 'request_invalid'
  | 'idempotency_key_required'
  | 'cursor_invalid'
  | 'token_required'
  | 'role_required'
  | 'second_person_required'
  | 'enrolment_refused'
  | 'not_found'
  | 'already_exists'
  | 'already_decided'
  | 'state_conflict'
  | 'still_used'
  | 'version_stale'
  | 'body_too_large'
  | 'media_type_unsupported'
  | 'idempotency_key_reused'
  | 'reference_unknown'
  | 'payment_refused'
  | 'version_required'
  | 'internal'
  | 'busy';

export const PROBLEMS: Readonly<Record<ProblemName, ProblemRow>> = {
  request_invalid: row(
    400,
    'The request is not valid.',
    'Mend what `errors` names: each has the field and what is expected.',
  ),
  idempotency_key_required: row(
    400,
    'A write needs the header Idempotency-Key.',
    'Send 8 to 128 letters, digits, dots, hyphens or underscores that you make anew for each change, and the same again when you repeat it.',
  ),
  cursor_invalid: row(
    400,
    'The cursor is not one that this list gave.',
    'Begin at the first page, and send `nextCursor` back as it is, with the same filters.',
  ),
  token_required: row(
    401,
    'A valid access token is required.',
    'Sign in again and send the access token (not the id token) as `Authorization: Bearer …`.',
  ),
  role_required: row(
    403,
    'Your roles do not allow this.',
    'Ask for one of the roles that `roles` names.',
  ),
  second_person_required: row(
    403,
    'Whoever asked for a change cannot approve it.',
    'Let another person with the role decide.',
  ),
  enrolment_refused: row(
    403,
    'The enrolment code is wrong, used or too old.',
    'Let an operator make a new one: it lasts 15 minutes and five tries.',
  ),
  not_found: row(404, 'There is nothing here.', 'Check the path and the ids in it.'),
  already_exists: row(
    409,
    'There is one of that id already.',
    'Choose another id, or change the one that is there.',
  ),
  already_decided: row(
    409,
    'This was decided before.',
    'Read it again: it shows who decided, and how.',
  ),
  state_conflict: row(
    409,
    'Its state does not allow this.',
    'Read it again; `detail` says which state it is in.',
  ),
  still_used: row(409, 'Something else still needs it.', 'Change what `detail` names first.'),
  version_stale: row(
    412,
    'It was changed since you read it.',
    'Read it again, look at what is new, and send its ETag as If-Match.',
  ),
  body_too_large: row(
    413,
    'The body is larger than 64 KB.',
    'Send less at once: imports go in pages.',
  ),
  media_type_unsupported: row(
    415,
    'The body is not JSON.',
    'Send `Content-Type: application/json`.',
  ),
  idempotency_key_reused: row(
    422,
    'The Idempotency-Key was used for another request.',
    'Make a new key for a new change.',
  ),
  reference_unknown: row(
    422,
    'It names something that does not exist.',
    'Make what `errors` names first, or correct the id.',
  ),
  payment_refused: row(
    422,
    'The rules of payments refuse this; nothing was moved.',
    'See `decision`, a code of payments, in docs/errors.md.',
  ),
  version_required: row(
    428,
    'A change needs the header If-Match.',
    'Read it first and send its ETag.',
  ),
  internal: row(500, 'Something failed on our side.', 'Repeat with the same Idempotency-Key.'),
  busy: row(
    503,
    'Nothing was changed: too much happens at once.',
    'Repeat with the same Idempotency-Key after the seconds in Retry-After.',
  ),
};

/** What is wrong with one field. */
export interface FieldError {
  /** As in the body: `weekly[0].from`; for others than the body its part comes first: `query.limit`. */
  readonly field: string;
  readonly expected: string;
}

/** What was refused, as a value. */
export interface Refusal {
  readonly problem: ProblemName;
  /** About this occurrence; nothing from inside. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Of `role_required`. */
  readonly roles?: readonly string[];
  /** Of `payment_refused`: name of the payment's code. */
  readonly decision?: string;
}

export const refuse = (problem: ProblemName, more: Omit<Refusal, 'problem'> = {}): Refusal => ({
  problem,
  ...more,
});

export const isRefusal = (value: object): value is Refusal => 'problem' in value;

/** Seconds after which what was busy is worth repeating. */
const RETRY_AFTER_S = 1;

/** `instance`: id of the request, as in our log. */
export const problemResponse = ({ problem, ...more }: Refusal, instance?: string): Response => {
  const { status, title } = PROBLEMS[problem];
  const body = { type: `/problems/${problem}`, title, status, code: problem, ...more };
  return new Response(JSON.stringify(instance === undefined ? body : { ...body, instance }), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(status === 503 ? { 'retry-after': String(RETRY_AFTER_S) } : {}),
    },
  });
};
