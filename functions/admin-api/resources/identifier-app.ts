/** One-time codes of a user's app: what it makes them with is told once, and kept nowhere. */
import { z } from '@hono/zod-openapi';
import type { IdentifierEntry } from '#core/records.ts';
import { toHex } from '#protocol/bytes.ts';
import { CODE_HANDLE_DIGITS } from '#protocol/one-time-code.ts';
import { type Operation, writes } from '../http/operation.ts';
import { isRefusal } from '../http/problems.ts';
import { planAdd, Shape } from './identifier-document.ts';
import { readUser, UserPath } from './user-document.ts';

const ONE_TIME = 'own.code';
/** Decimal digits that one random byte may be turned into fairly. */
const FAIR = 250;

export const addApp: Operation = writes({
  id: 'identifiers.addApp',
  method: 'post',
  path: '/v1/users/{id}/app',
  roles: ['operator'],
  summary: 'Gives a user one-time codes: what their app makes them with is told once',
  params: UserPath,
  answers: Shape.extend({
    handle: z.string().optional(),
    codeVersion: z.int().optional(),
    secret: z.string().optional().openapi({ description: 'Hexadecimal; shown once' }),
  }),
  problems: ['already_exists'],
  plan: async ({ access, identifiers, randomBytes }, { params, nowMs }) => {
    const user = await readUser(access, params.id);
    if (isRefusal(user)) {
      return user;
    }
    const handle = randomDigits(CODE_HANDLE_DIGITS, randomBytes);
    const codeVersion = 1;
    const entry: IdentifierEntry = {
      user: params.id,
      maskedName: user.content.name,
      locale: user.content.locale,
      kind: ONE_TIME,
      entryModes: [1, 3],
      failures: 0,
      codeVersion,
    };
    const hash = identifiers.identifier(ONE_TIME, handle);
    const planned = planAdd(access.table, { hash, entry, shown: 'app', nowMs });
    const secret = toHex(identifiers.oneTimeSecret(handle, codeVersion));
    return { ...planned, once: { handle, codeVersion, secret } };
  },
});

const randomDigits = (count: number, randomBytes: (count: number) => Uint8Array): string => {
  let digits = '';
  while (digits.length < count) {
    for (const byte of randomBytes(count)) {
      if (byte < FAIR && digits.length < count) {
        digits += String(byte % 10);
      }
    }
  }
  return digits;
};
