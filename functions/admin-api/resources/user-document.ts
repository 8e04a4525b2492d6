/** A user as operators know one: never the name itself, only what a screen may show. */
import { z } from '@hono/zod-openapi';
import { readDocument, type StoredDocument } from '#adapters/dynamodb/documents.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { textOf } from '../http/fields.ts';
import { type Refusal, refuse } from '../http/problems.ts';

export const USER = 'user';

export interface UserDocument {
  /** Masked. */
  readonly name: string;
  readonly locale: string;
  readonly status: 'active' | 'blocked';
  /** Of the accounts, in the order in which they were opened. */
  readonly currencies: readonly number[];
}

export type StoredUser = StoredDocument<UserDocument>;

const NAME_LENGTH_MAX = 60;
const USER_ID_EXPECTED = '1 to 64 letters, digits, hyphens or underscores';

/** As in the ledger's account names. */
export const UserId = z
  .string(USER_ID_EXPECTED)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, USER_ID_EXPECTED);

export const UserPath = z.strictObject({ id: UserId });

export const UserSettings = z.strictObject({
  name: textOf(NAME_LENGTH_MAX).openapi({
    description: 'Masked before it is kept: the first character, then asterisks',
  }),
  locale: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'a BCP 47 tag, such as ko-KR'),
});

/** Asterisks at most: more would tell how long the name is. */
const MASK_MAX = 2;

/** The first character and at most two asterisks; one that is masked stays as it is. */
export const maskName = (name: string): string => {
  const [first = '', ...rest] = name;
  return `${first}${'*'.repeat(Math.min(rest.length, MASK_MAX))}`;
};

export const readUser = async (access: TableAccess, id: string): Promise<StoredUser | Refusal> =>
  (await readDocument<UserDocument>(access, USER, id)) ?? refuse('not_found');
