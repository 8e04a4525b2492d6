/** The one table of answers: number, name, class, ISO 8583 DE 39 and what an operator should know (docs/errors.md). */

/** `final` is stored and replayed; `bytes` follows from the frame alone; `silent` says nothing of the outcome; `undecided` is asked again. */
export type CodeClass = 'final' | 'bytes' | 'silent' | 'undecided';

export interface CodeRow {
  readonly code: number;
  readonly class: CodeClass;
  /** ISO 8583 DE 39. */
  readonly iso: string;
  /** One sentence for the operator. */
  readonly meaning: string;
}

const row = (code: number, kind: CodeClass, iso: string, meaning: string): CodeRow => ({
  code,
  class: kind,
  iso,
  meaning,
});

/** Names in order of number. */
export type CodeName =
  | 'approved'
  | 'identifier_unknown'
  | 'identifier_ambiguous'
  | 'identifier_expired'
  | 'identifier_used'
  | 'user_blocked'
  | 'insufficient_funds'
  | 'limit_exceeded'
  | 'frequency_exceeded'
  | 'sale_window_closed'
  | 'region_not_allowed'
  | 'sold_out'
  | 'price_changed'
  | 'currency_not_allowed'
  | 'already_voided'
  | 'original_not_found'
  | 'not_permitted'
  | 'too_late'
  | 'merchant_closed'
  | 'promotion_invalid'
  | 'second_factor_required'
  | 'frame_malformed'
  | 'version_unsupported'
  | 'mac_invalid'
  | 'terminal_unknown'
  | 'terminal_suspended'
  | 'key_version_retired'
  | 'field_invalid'
  | 'conflict'
  | 'sequence_too_old'
  | 'card_number_refused'
  | 'busy'
  | 'in_progress'
  | 'provider_unreachable'
  | 'outcome_unknown'
  | 'draining'
  | 'internal';

/** Numbers are stable for ever and never used again. Last number given below 64: 20; below 128: 73; below 192: 132; 192. */
export const CODES: Readonly<Record<CodeName, CodeRow>> = {
  approved: row(0, 'final', '00', 'The request was carried out.'),
  identifier_unknown: row(1, 'final', '14', 'No user has this payment identifier.'),
  identifier_ambiguous: row(
    2,
    'final',
    '14',
    'More than one scheme could own this identifier here.',
  ),
  identifier_expired: row(3, 'final', '54', 'The identifier is no longer, or not yet, valid.'),
  identifier_used: row(4, 'final', '54', 'The one-time code was already spent by another request.'),
  user_blocked: row(5, 'final', '62', 'The user is blocked.'),
  insufficient_funds: row(6, 'final', '51', 'The balance does not cover the amount.'),
  limit_exceeded: row(
    7,
    'final',
    '61',
    'An amount limit of user, terminal, entry mode or refund is exceeded.',
  ),
  frequency_exceeded: row(8, 'final', '65', 'Too many payments in the period.'),
  sale_window_closed: row(
    9,
    'final',
    '57',
    'The product is not on sale now; key 9 tells when it opens.',
  ),
  region_not_allowed: row(
    10,
    'final',
    '58',
    'Product or identifier is not sold or valid in this region.',
  ),
  sold_out: row(11, 'final', '57', 'The quota of the sale window is used up.'),
  price_changed: row(
    12,
    'final',
    '13',
    'The amount is not the current price; key 9 is the right total.',
  ),
  currency_not_allowed: row(
    13,
    'final',
    '13',
    'The currency is not the one of region and account.',
  ),
  already_voided: row(14, 'final', '94', 'A REVERSE of this payment came first.'),
  original_not_found: row(15, 'final', '25', 'The payment it refers to was never approved.'),
  not_permitted: row(
    16,
    'final',
    '57',
    'The payment or the terminal does not allow this operation.',
  ),
  too_late: row(17, 'final', '68', 'Decided after the deadline: nothing was moved.'),
  merchant_closed: row(18, 'final', '03', 'The merchant is closed.'),
  promotion_invalid: row(19, 'final', '57', 'The promotion code is not valid here.'),
  second_factor_required: row(
    20,
    'final',
    '1A',
    'The second factor is missing, wrong, or locked after failures.',
  ),
  frame_malformed: row(64, 'bytes', '30', 'The frame or its CBOR body breaks the protocol.'),
  version_unsupported: row(65, 'silent', '30', 'The protocol version is not 1.'),
  mac_invalid: row(66, 'silent', 'A0', 'A tag does not verify: wrong key, or an altered frame.'),
  terminal_unknown: row(67, 'final', '58', 'No such terminal is provisioned.'),
  terminal_suspended: row(68, 'final', '58', 'The terminal is suspended.'),
  key_version_retired: row(
    69,
    'silent',
    'A0',
    'The key version is retired: provision the terminal anew.',
  ),
  field_invalid: row(70, 'bytes', '30', 'A field is missing, of the wrong type, or out of range.'),
  conflict: row(71, 'silent', '94', 'The sequence number was used before for another request.'),
  sequence_too_old: row(
    72,
    'silent',
    '94',
    'The sequence number is below the floor of its key version.',
  ),
  card_number_refused: row(
    73,
    'bytes',
    '14',
    'It looks like a card number or track data; never stored.',
  ),
  busy: row(128, 'undecided', '91', 'Nothing was decided: ask again with the same bytes.'),
  in_progress: row(129, 'undecided', '09', 'The provider has not answered yet: ask again.'),
  provider_unreachable: row(
    130,
    'undecided',
    '91',
    'The provider cannot be reached; nothing was moved.',
  ),
  outcome_unknown: row(
    131,
    'undecided',
    '91',
    'The provider has not proven the outcome: ask again.',
  ),
  draining: row(132, 'undecided', '91', 'The bridge is going down: reconnect and ask again.'),
  internal: row(192, 'undecided', '96', 'A fault of ours, alarmed: ask again.'),
};

const NAMES: ReadonlyMap<number, CodeName> = new Map(
  Object.entries(CODES).map(([name, { code }]) => [code, name as CodeName]),
);

/** The name of a code, or undefined where no such code exists. */
export const codeName = (code: number): CodeName | undefined => NAMES.get(code);

/** Whether the answer with this code is stored with its request and replayed for ever. */
export const isStoredCode = (name: CodeName): boolean => CODES[name].class === 'final';
