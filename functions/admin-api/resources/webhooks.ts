/** Endpoints of webhooks: who is told of which events. Their secrets are in Secrets Manager, and never here. */
import { z } from '@hono/zod-openapi';
import {
  createEndpointStore,
  type EndpointVersion,
  endpointRemoval,
  endpointWrite,
} from '#adapters/dynamodb/endpoint-store.ts';
import { ENDPOINTS_MAX, type Endpoint } from '#core/endpoints.ts';
import type { EventType } from '#core/events.ts';
import { EVENT_SCHEMAS } from '../../event-schemas.ts';
import { ANY_ROLE } from '../access/roles.ts';
import type { AdminDeps } from '../deps.ts';
import { answerPage, Id, PageQuery, pageOf, textOf } from '../http/fields.ts';
import { type Call, type Operation, type Plan, reads, writes } from '../http/operation.ts';
import { isRefusal, type Refusal, refuse } from '../http/problems.ts';

const DESCRIPTION_LENGTH_MAX = 200;
const URL_LENGTH_MAX = 500;
const ID_EXPECTED = '1 to 40 letters, digits or hyphens';

export const EVENT_TYPES = Object.keys(EVENT_SCHEMAS) as [EventType, ...EventType[]];

const EndpointId = z.string(ID_EXPECTED).regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/, ID_EXPECTED);
const Path = z.strictObject({ id: EndpointId });

const Settings = z.strictObject({
  url: z
    .url({ protocol: /^https$/, error: 'an address that begins with https://' })
    .max(URL_LENGTH_MAX, `at most ${URL_LENGTH_MAX} characters`),
  description: textOf(DESCRIPTION_LENGTH_MAX),
  enabled: z.boolean(),
  types: z.array(z.enum(EVENT_TYPES)).min(1).max(EVENT_TYPES.length).optional(),
  merchant: Id.optional(),
});
const View = Settings.extend({
  id: z.string(),
  url: z.string(),
  goneAtS: z.int().optional().openapi({ description: 'When it answered that it is gone for good' }),
  version: z.int(),
}).openapi('WebhookEndpoint');
export type EndpointShown = z.output<typeof View>;

type EndpointCall<B = unknown> = Call<z.output<typeof Path>, unknown, B>;

const find = async ({ access }: AdminDeps, id: string): Promise<EndpointVersion | Refusal> =>
  (await createEndpointStore(access).list()).find((one) => one.id === id) ?? refuse('not_found');

const planPut = (
  { access }: AdminDeps,
  endpoint: Endpoint,
  seenVersion: number | undefined,
): Plan => {
  const version = (seenVersion ?? 0) + 1;
  return {
    writes: [
      endpointWrite(
        access.table,
        endpoint,
        seenVersion,
        seenVersion === undefined ? 'already_exists' : 'version_stale',
      ),
    ],
    answer: {
      status: seenVersion === undefined ? 201 : 200,
      body: { ...endpoint, version },
      version,
    },
    subject: `webhook/${endpoint.id}`,
    detail: { version, enabled: endpoint.enabled },
  };
};

export const WEBHOOK_OPERATIONS: readonly Operation[] = [
  reads({
    id: 'webhooks.list',
    method: 'get',
    path: '/v1/webhooks',
    roles: ANY_ROLE,
    summary: `Endpoints that are told of events, ${ENDPOINTS_MAX} at most, in order of id`,
    query: PageQuery,
    answers: pageOf(View),
    problems: ['cursor_invalid'],
    read: ({ access }, { query }) =>
      answerPage(
        query,
        'webhooks',
        async ({ limit, after = '' }) =>
          (await createEndpointStore(access).list())
            .filter(({ id }) => id > after)
            .sort((a, b) => (a.id < b.id ? -1 : 1))
            .slice(0, limit),
        (endpoint) => ({ place: endpoint.id, view: endpoint }),
      ),
  }),
  reads({
    id: 'webhooks.get',
    method: 'get',
    path: '/v1/webhooks/{id}',
    roles: ANY_ROLE,
    summary: 'One endpoint',
    params: Path,
    answers: View,
    read: async (deps, { params }) => {
      const found = await find(deps, params.id);
      return isRefusal(found) ? found : { status: 200, body: { ...found }, version: found.version };
    },
  }),
  writes({
    id: 'webhooks.add',
    method: 'post',
    path: '/v1/webhooks',
    roles: ['operator', 'security'],
    summary: 'Adds an endpoint; put its secret into WebhookSecretArn first',
    body: Settings.extend({ id: EndpointId }),
    answers: View,
    problems: ['already_exists', 'state_conflict'],
    plan: async (deps, { body }) => {
      const others = await createEndpointStore(deps.access).list();
      return others.length >= ENDPOINTS_MAX && !others.some(({ id }) => id === body.id)
        ? refuse('state_conflict', { detail: `There are ${ENDPOINTS_MAX} endpoints already.` })
        : planPut(deps, body as Endpoint, undefined);
    },
  }),
  writes({
    id: 'webhooks.change',
    method: 'put',
    path: '/v1/webhooks/{id}',
    roles: ['operator', 'security'],
    edits: true,
    summary: 'Changes an endpoint; what is left out is taken out, that it is gone too',
    params: Path,
    body: Settings,
    answers: View,
    plan: async (deps, { params, body, seenVersion }) => {
      const found = await find(deps, params.id);
      return isRefusal(found)
        ? found
        : planPut(deps, { ...(body as Omit<Endpoint, 'id'>), id: params.id }, seenVersion);
    },
  }),
  writes({
    id: 'webhooks.remove',
    method: 'delete',
    path: '/v1/webhooks/{id}',
    roles: ['operator', 'security'],
    edits: true,
    summary: 'Takes an endpoint away: what waits for it is dropped',
    params: Path,
    answers: View,
    plan: planRemoval,
  }),
];

async function planRemoval(
  deps: AdminDeps,
  { params, seenVersion = 0 }: EndpointCall,
): Promise<Plan | Refusal> {
  const found = await find(deps, params.id);
  return isRefusal(found)
    ? found
    : {
        writes: [endpointRemoval(deps.access.table, params.id, seenVersion, 'version_stale')],
        answer: { status: 200, body: { ...found } },
        subject: `webhook/${params.id}`,
        detail: { removed: found.version },
      };
}
