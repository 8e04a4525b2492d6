/** An identifier as operators know it: what it is called, never what it is. */
import { z } from '@hono/zod-openapi';
import { createDocument } from '#adapters/dynamodb/documents.ts';
import { addIdentifierWrite } from '#adapters/dynamodb/identifier-writes.ts';
import { type IdentifierMatch, isRefusedCard, matchIdentifier } from '#core/identifiers.ts';
import type { IdentifierEntry } from '#core/records.ts';
import type { EntryMode } from '#protocol/request.ts';
import { Id } from '../http/fields.ts';
import type { Plan } from '../http/operation.ts';
import { type Refusal, refuse } from '../http/problems.ts';
import { UserPath } from './user-document.ts';

/** Hexadecimal digits of the hash that name it in a path: 64 bits are enough among those of one user. */
export const NAME_DIGITS = 16;
const TEXT_LENGTH_MAX = 512;

export const kindOf = (user: string): string => `identifiers-of/${user}`;

export interface Kept {
  readonly hash: string;
  readonly kind: string;
  /** The last characters, for people to tell one from another. */
  readonly shown: string;
}

const EntryModeShape = z.union([z.literal(1), z.literal(3), z.literal(5), z.literal(7)], {
  error: '1 keyed, 3 scanned, 5 chip or 7 tapped',
});
export const Shown = z.strictObject({
  identifier: z.string().min(1, 'what the customer shows').max(TEXT_LENGTH_MAX),
  entryMode: EntryModeShape,
  region: Id.optional(),
});
export const Shape = z.strictObject({ id: z.string(), kind: z.string(), shown: z.string() });
export const View = Shape.openapi('Identifier');
export const Path = UserPath.extend({
  identifier: z.string().regex(/^[0-9a-f]{16}$/, 'the id of an identifier'),
});

export const viewOf = (id: string, { kind, shown }: Kept): object => ({ id, kind, shown });

export const planAdd = (
  table: string,
  add: {
    readonly hash: string;
    readonly entry: IdentifierEntry;
    readonly shown: string;
    readonly nowMs: number;
  },
): Plan => {
  const { hash, entry, shown, nowMs } = add;
  const id = hash.slice(0, NAME_DIGITS);
  const kept: Kept = { hash, kind: entry.kind, shown };
  const at = { kind: kindOf(entry.user), id, atS: Math.floor(nowMs / 1000) };
  return {
    writes: [
      addIdentifierWrite(table, hash, entry, 'already_exists' as const),
      createDocument(table, at, { ...kept }, 'already_exists' as const),
    ],
    answer: { status: 201 as const, body: viewOf(id, kept) },
    subject: `user/${entry.user}`,
    detail: { identifier: id, kind: entry.kind },
  };
};

const wrongIdentifier = (expected: string): Refusal =>
  refuse('request_invalid', { errors: [{ field: 'identifier', expected }] });

export const matchOf = ({
  identifier,
  entryMode,
  region = '',
}: z.output<typeof Shown>): IdentifierMatch | Refusal => {
  if (isRefusedCard(identifier, entryMode as EntryMode)) {
    return wrongIdentifier('no card number: a token of the card');
  }
  const match = matchIdentifier(identifier, { entryMode: entryMode as EntryMode, region });
  if (match === 'unknown') {
    return wrongIdentifier('an identifier of docs/identifiers.md, read in this entry mode');
  }
  return match === 'ambiguous'
    ? wrongIdentifier('one that a single scheme owns: name the region')
    : match;
};

/** What cannot be given to a user by hand. */
export const notOurs = (
  { scheme }: IdentifierMatch,
  secondFactor: string | undefined,
): Refusal | undefined => {
  if (scheme.provider !== undefined || scheme.oneTime) {
    return wrongIdentifier('one of our own ledger that can be shown again and again');
  }
  return scheme.secondFactor && secondFactor === undefined
    ? refuse('request_invalid', {
        errors: [{ field: 'secondFactor', expected: `a second factor: ${scheme.kind} needs one` }],
      })
    : undefined;
};
