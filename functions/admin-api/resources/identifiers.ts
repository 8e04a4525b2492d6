/** What users show to pay: never kept or listed in clear, found by asking with it. */
import { z } from '@hono/zod-openapi';
import { batchRead } from '#adapters/dynamodb/batch-read.ts';
import { listDocuments, readDocument, removeDocument } from '#adapters/dynamodb/documents.ts';
import { identifierFromItem } from '#adapters/dynamodb/entity-items.ts';
import {
  removeIdentifierWrite,
  unlockIdentifierWrite,
} from '#adapters/dynamodb/identifier-writes.ts';
import { itemKey } from '#adapters/dynamodb/table.ts';
import { rowOf } from '#core/identifier-row.ts';
import type { IdentifierEntry } from '#core/records.ts';
import { ANY_ROLE, type Role } from '../access/roles.ts';
import { Id, integer } from '../http/fields.ts';
import { type Operation, reads, writes } from '../http/operation.ts';
import { isRefusal, type Refusal, refuse } from '../http/problems.ts';
import { addApp } from './identifier-app.ts';
import {
  type Kept,
  kindOf,
  matchOf,
  NAME_DIGITS,
  notOurs,
  Path,
  planAdd,
  Shown,
  View,
  viewOf,
} from './identifier-document.ts';
import { readUser, UserPath } from './user-document.ts';

const KEEPS_USERS: readonly Role[] = ['operator'];
/** Identifiers of one user: cards, tags, a phone, an app; they are shown at once. */
const IDENTIFIERS_MAX = 50;
const REGIONS_MAX = 20;
const SHOWN_DIGITS = 4;
const TIME_MAX = 4_102_444_800;

export const IDENTIFIER_OPERATIONS: readonly Operation[] = [
  reads({
    id: 'identifiers.list',
    method: 'get',
    path: '/v1/users/{id}/identifiers',
    roles: ANY_ROLE,
    summary: 'What a user pays with, without what it is',
    params: UserPath,
    answers: z.strictObject({ items: z.array(View) }),
    read: async ({ access }, { params }) => {
      const kept = await listDocuments<Kept>(access, kindOf(params.id), { limit: IDENTIFIERS_MAX });
      return { status: 200, body: { items: kept.map(({ id, content }) => viewOf(id, content)) } };
    },
  }),
  reads({
    id: 'identifiers.find',
    method: 'post',
    path: '/v1/identifiers/find',
    roles: ['operator', 'finance', 'security'],
    summary: 'Whose identifier it is; in the body, since paths are logged',
    body: Shown,
    answers: z.strictObject({
      user: z.string(),
      id: z.string(),
      kind: z.string(),
      failures: z.int(),
    }),
    problems: ['not_found'],
    read: async ({ access, identifiers }, { body }) => {
      const match = matchOf(body);
      if (isRefusal(match)) {
        return match;
      }
      const hashes = identifiers.identifiers(match.scheme.kind, match.lookup);
      const items = await batchRead(access, hashes.map(itemKey.identifier), 'strong');
      const row = rowOf(
        hashes,
        items.map((item) => item && identifierFromItem(item)),
      );
      return row === undefined
        ? refuse('not_found', { detail: 'Nobody has this identifier.' })
        : {
            status: 200,
            body: {
              user: row.entry.user,
              id: row.hash.slice(0, NAME_DIGITS),
              kind: row.entry.kind,
              failures: row.entry.failures,
            },
          };
    },
  }),
  writes({
    id: 'identifiers.add',
    method: 'post',
    path: '/v1/users/{id}/identifiers',
    roles: KEEPS_USERS,
    summary: 'Gives a user one more thing to pay with; only its keyed hash is kept',
    params: UserPath,
    body: Shown.extend({
      secondFactor: z.string().min(4, 'at least 4 characters').max(64).optional(),
      regions: z.array(Id).min(1).max(REGIONS_MAX).optional(),
      validFromS: integer(0, TIME_MAX).optional(),
      validToS: integer(0, TIME_MAX).optional(),
    }),
    answers: View,
    problems: ['already_exists', 'state_conflict'],
    plan: async ({ access, identifiers }, { params, body, nowMs }) => {
      const user = await readUser(access, params.id);
      const match = matchOf(body);
      if (isRefusal(user) || isRefusal(match)) {
        return isRefusal(user) ? user : (match as Refusal);
      }
      const { scheme, lookup, normal } = match;
      const wrong = notOurs(match, body.secondFactor);
      if (wrong !== undefined) {
        return wrong;
      }
      const known = await listDocuments<Kept>(access, kindOf(params.id), {
        limit: IDENTIFIERS_MAX,
      });
      if (known.length >= IDENTIFIERS_MAX) {
        return refuse('state_conflict', {
          detail: `A user has at most ${IDENTIFIERS_MAX} identifiers.`,
        });
      }
      const hash = identifiers.identifier(scheme.kind, lookup);
      const { secondFactor, regions, validFromS, validToS } = body;
      const entry: IdentifierEntry = {
        user: params.id,
        maskedName: user.content.name,
        locale: user.content.locale,
        kind: scheme.kind,
        entryModes: scheme.entryModes,
        failures: 0,
        ...(secondFactor === undefined
          ? {}
          : { secondFactor: identifiers.secondFactor(scheme.kind, normal, secondFactor) }),
        ...(regions === undefined ? {} : { regions }),
        ...(validFromS === undefined ? {} : { validFromS }),
        ...(validToS === undefined ? {} : { validToS }),
      };
      const shown = `…${normal.slice(-SHOWN_DIGITS)}`;
      return planAdd(access.table, { hash, entry, shown, nowMs });
    },
  }),
  addApp,
  writes({
    id: 'identifiers.remove',
    method: 'delete',
    path: '/v1/users/{id}/identifiers/{identifier}',
    roles: ['operator', 'security'],
    summary: 'Takes it away: it pays nothing from now on',
    params: Path,
    answers: View,
    plan: async ({ access }, { params }) => {
      const stored = await readDocument<Kept>(access, kindOf(params.id), params.identifier);
      if (stored === undefined) {
        return refuse('not_found');
      }
      const { id, content, version } = stored;
      return {
        writes: [
          removeDocument(
            access.table,
            { kind: kindOf(params.id), id, seenVersion: version },
            'not_found' as const,
          ),
          removeIdentifierWrite(
            access.table,
            { hash: content.hash, user: params.id },
            'not_found' as const,
          ),
        ],
        answer: { status: 200, body: viewOf(id, content) },
        subject: `user/${params.id}`,
        detail: { identifier: id, kind: content.kind },
      };
    },
  }),
  writes({
    id: 'identifiers.unlock',
    method: 'post',
    path: '/v1/users/{id}/identifiers/{identifier}/unlock',
    roles: ['operator', 'security'],
    summary: 'Forgets its failed second factors and codes',
    params: Path,
    answers: View,
    plan: async ({ access }, { params }) => {
      const stored = await readDocument<Kept>(access, kindOf(params.id), params.identifier);
      return stored === undefined
        ? refuse('not_found')
        : {
            writes: [
              unlockIdentifierWrite(
                access.table,
                { hash: stored.content.hash, user: params.id },
                'not_found' as const,
              ),
            ],
            answer: { status: 200, body: viewOf(stored.id, stored.content) },
            subject: `user/${params.id}`,
            detail: { identifier: stored.id, kind: stored.content.kind },
          };
    },
  }),
];
