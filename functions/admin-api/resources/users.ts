/** Users and their accounts. */
import { z } from '@hono/zod-openapi';
import {
  accountLimitsWrite,
  accountStatusWrite,
  openAccountWrite,
} from '#adapters/dynamodb/account-writes.ts';
import { createDocument, listDocuments, replaceDocument } from '#adapters/dynamodb/documents.ts';
import type { GuardedWrite } from '#adapters/dynamodb/guarded-write.ts';
import type { AccountLimits } from '#core/records.ts';
import { AMOUNT_MINOR_MAX } from '#protocol/limits.ts';
import { ANY_ROLE, type Role } from '../access/roles.ts';
import type { AdminDeps } from '../deps.ts';
import {
  answerPage,
  CurrencyNumber,
  integer,
  PageQuery,
  pageOf,
  textInteger,
} from '../http/fields.ts';
import { type Call, type Operation, type Plan, reads, writes } from '../http/operation.ts';
import { isRefusal, type ProblemName, type Refusal, refuse } from '../http/problems.ts';
import { readAccounts } from './accounts.ts';
import { Zone } from './merchant-document.ts';
import {
  maskName,
  readUser,
  type StoredUser,
  USER,
  type UserDocument,
  UserId,
  UserPath,
  UserSettings,
} from './user-document.ts';

const KEEPS_USERS: readonly Role[] = ['operator'];
const COUNT_MAX = 1_000_000;

type UserCall<B = unknown> = Call<{ readonly id: string }, unknown, B>;

const View = UserSettings.extend({
  id: z.string(),
  status: z.enum(['active', 'blocked']),
  currencies: z.array(z.int()),
  version: z.int(),
  changedAtS: z.int(),
}).openapi('User');

const Limits = z
  .strictObject({
    zone: Zone,
    perPaymentMinor: integer(1, AMOUNT_MINOR_MAX).optional(),
    perDayMinor: integer(1, AMOUNT_MINOR_MAX).optional(),
    perDayCount: integer(1, COUNT_MAX).optional(),
  })
  .openapi('UserLimits');

const Account = z
  .strictObject({
    user: z.string(),
    currency: z.int(),
    status: z.enum(['active', 'blocked']),
    balanceMinor: z.int(),
    heldMinor: z.int(),
    version: z.int().optional(),
    limits: z.looseObject({}).optional(),
    usage: z.looseObject({}).optional(),
  })
  .openapi('Account');

export const USER_OPERATIONS: readonly Operation[] = [
  reads({
    id: 'users.list',
    method: 'get',
    path: '/v1/users',
    roles: ANY_ROLE,
    summary: 'Users in order of their id',
    query: PageQuery,
    answers: pageOf(View),
    problems: ['cursor_invalid'],
    read: ({ access }, { query }) =>
      answerPage(
        query,
        'users',
        (page) => listDocuments<UserDocument>(access, USER, page),
        (stored) => ({ place: stored.id, view: viewOf(stored) }),
      ),
  }),
  reads({
    id: 'users.get',
    method: 'get',
    path: '/v1/users/{id}',
    roles: ANY_ROLE,
    summary: 'One user',
    params: UserPath,
    answers: View,
    read: async ({ access }, { params }) => {
      const stored = await readUser(access, params.id);
      return isRefusal(stored)
        ? stored
        : { status: 200, body: viewOf(stored), version: stored.version };
    },
  }),
  reads({
    id: 'users.accounts',
    method: 'get',
    path: '/v1/users/{id}/accounts',
    roles: ANY_ROLE,
    summary: 'Balance and held money, one account per currency',
    params: UserPath,
    answers: z.strictObject({ accounts: z.array(Account) }),
    read: async ({ access }, { params }) => ({
      status: 200,
      body: { accounts: await readAccounts(access, params.id) },
    }),
  }),
  writes({
    id: 'users.add',
    method: 'post',
    path: '/v1/users',
    roles: KEEPS_USERS,
    summary: 'Makes a user with an empty account',
    body: UserSettings.extend({ id: UserId, currency: CurrencyNumber }),
    answers: View,
    problems: ['already_exists'],
    plan: async ({ access: { table } }, { body, nowMs }) => {
      const { id, currency, locale } = body;
      const content: UserDocument = {
        name: maskName(body.name),
        locale,
        status: 'active',
        currencies: [currency],
      };
      const atS = Math.floor(nowMs / 1000);
      return {
        writes: [
          createDocument(table, { kind: USER, id, atS }, { ...content }, 'already_exists'),
          openAccountWrite(table, { user: id, currency }, 'already_exists'),
        ],
        answer: {
          status: 201,
          body: viewOf({ id, content, version: 1, changedAtS: atS }),
          version: 1,
        },
        subject: `user/${id}`,
        detail: { currency, locale },
      };
    },
  }),
  writes({
    id: 'users.change',
    method: 'put',
    path: '/v1/users/{id}',
    roles: KEEPS_USERS,
    edits: true,
    summary: 'Changes name and language',
    params: UserPath,
    body: UserSettings,
    answers: View,
    plan: (deps, call) =>
      planChange(deps, call, (content) => ({
        content: { ...content, name: maskName(call.body.name), locale: call.body.locale },
      })),
  }),
  statusOperation('block', 'active', 'blocked'),
  statusOperation('unblock', 'blocked', 'active'),
  writes({
    id: 'users.openAccount',
    method: 'post',
    path: '/v1/users/{id}/accounts',
    roles: KEEPS_USERS,
    summary: 'Opens an empty account in one more currency',
    params: UserPath,
    body: z.strictObject({ currency: CurrencyNumber }),
    answers: View,
    problems: ['already_exists'],
    plan: (deps, call) =>
      planChange(deps, call, (content) => ({
        content: { ...content, currencies: [...content.currencies, call.body.currency] },
        also: [
          openAccountWrite(
            deps.access.table,
            { user: call.params.id, currency: call.body.currency },
            'already_exists',
          ),
        ],
      })),
  }),
  writes({
    id: 'users.limit',
    method: 'put',
    path: '/v1/users/{id}/accounts/{currency}/limits',
    roles: KEEPS_USERS,
    summary: 'Bounds what one account pays; an empty body takes the limits away',
    params: UserPath.extend({ currency: textInteger(1, 999) }),
    body: z.union([Limits, z.strictObject({})]),
    answers: z.strictObject({ limits: z.looseObject({}) }),
    plan: async ({ access: { table } }, { params, body }) => {
      const limits = 'zone' in body ? (body as AccountLimits) : undefined;
      const account = { user: params.id, currency: params.currency };
      return {
        writes: [accountLimitsWrite(table, account, limits, 'not_found')],
        answer: { status: 200, body: { limits: body } },
        subject: `user/${params.id}`,
        detail: { currency: params.currency, limits: { ...body } },
      };
    },
  }),
];

function statusOperation(
  name: 'block' | 'unblock',
  from: UserDocument['status'],
  to: UserDocument['status'],
): Operation {
  return writes({
    id: `users.${name}`,
    method: 'post',
    path: `/v1/users/{id}/${name}`,
    roles: ['operator', 'security'],
    summary:
      name === 'block' ? 'Stops all their accounts from paying' : 'Lets their accounts pay again',
    params: UserPath,
    answers: View,
    problems: ['state_conflict'],
    plan: (deps, call) =>
      planChange(deps, call, (content) =>
        content.status === from
          ? {
              content: { ...content, status: to },
              also: content.currencies.map((currency) =>
                accountStatusWrite(
                  deps.access.table,
                  { user: call.params.id, currency, status: to },
                  'internal',
                ),
              ),
            }
          : refuse('state_conflict', { detail: `The user is ${content.status}.` }),
      ),
  });
}

const viewOf = ({ id, content, version, changedAtS }: StoredUser): object => ({
  id,
  ...content,
  version,
  changedAtS,
});

interface Changed {
  readonly content: UserDocument;
  readonly also?: readonly GuardedWrite<ProblemName>[];
}

const planChange = async (
  { access }: AdminDeps,
  { params, seenVersion, nowMs }: UserCall,
  change: (content: UserDocument) => Changed | Refusal,
): Promise<Plan | Refusal> => {
  const stored = await readUser(access, params.id);
  if (isRefusal(stored)) {
    return stored;
  }
  if (seenVersion !== undefined && seenVersion !== stored.version) {
    return refuse('version_stale');
  }
  const changed = change(stored.content);
  if (isRefusal(changed)) {
    return changed;
  }
  const { content, also = [] } = changed;
  const atS = Math.floor(nowMs / 1000);
  const version = stored.version + 1;
  return {
    writes: [
      replaceDocument(
        access.table,
        { kind: USER, id: stored.id, atS },
        { content: { ...content }, seenVersion: stored.version },
        'version_stale' as const,
      ),
      ...also,
    ],
    answer: {
      status: 200,
      body: viewOf({ id: stored.id, content, version, changedAtS: atS }),
      version,
    },
    subject: `user/${stored.id}`,
    detail: { status: content.status, currencies: content.currencies, version },
  };
};
