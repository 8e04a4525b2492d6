/** What is entered, listed and edited as it is: one document, one version, and what has to be compiled after a change. */
import { z } from '@hono/zod-openapi';
import type { Plain } from '#adapters/dynamodb/attributes.ts';
import { compilationWrite } from '#adapters/dynamodb/compilations.ts';
import {
  createDocument,
  listDocuments,
  readDocument,
  removeDocument,
  replaceDocument,
  type StoredDocument,
} from '#adapters/dynamodb/documents.ts';
import { ANY_ROLE, type Role } from '../access/roles.ts';
import type { AdminDeps } from '../deps.ts';
import { answerPage, Id, PageQuery, pageOf } from '../http/fields.ts';
import { type Call, type Operation, type Plan, reads, writes } from '../http/operation.ts';
import { type ProblemName, type Refusal, refuse } from '../http/problems.ts';

export interface Versioned<T> {
  /** `merchant`: the documents' kind, and what an audit entry is about. */
  readonly kind: string;
  /** `merchants`: the operations' names and path. */
  readonly plural: string;
  readonly roles: readonly Role[];
  /** Of ids; absent: as all are. */
  readonly id?: z.ZodString;
  /** Of the content, without the id. */
  readonly settings: z.ZodObject;
  /** What is wrong with it beyond its shape. */
  readonly check?: (deps: AdminDeps, id: string, content: T) => Promise<Refusal | undefined>;
  /** Compilations that a change asks for. */
  readonly compiles?: (
    deps: AdminDeps,
    id: string,
    change: { readonly before: T | undefined; readonly after: T | undefined },
  ) => Promise<readonly string[]>;
  /** Whether changing it needs a second person. */
  readonly needsApproval?: (content: T | undefined, nowS: number) => boolean;
  /** Whether it can be taken away. */
  readonly removable?: true;
  readonly problems?: readonly ProblemName[];
}

type PathCall = Call<{ readonly id: string }>;

const pathShape = ({ id = Id }: { readonly id?: z.ZodString }) => z.strictObject({ id });

/** List, get, add and change. */
export const versionedOperations = <T extends object>(of: Versioned<T>): readonly Operation[] => {
  const name = of.kind.charAt(0).toUpperCase() + of.kind.slice(1);
  const View = of.settings
    .extend({ id: of.id ?? Id, version: z.int(), changedAtS: z.int() })
    .openapi(name);
  return [
    ...readOperations(of, View),
    addOperation(of, View),
    changeOperation(of, View),
    ...(of.removable === true ? [removeOperation(of, View)] : []),
  ];
};

const pathOf = ({ plural }: { readonly plural: string }): string => `/v1/${plural}`;

const readOperations = <T extends object>(
  of: Versioned<T>,
  View: z.ZodType,
): readonly Operation[] => [
  reads({
    id: `${of.plural}.list`,
    method: 'get',
    path: pathOf(of),
    roles: ANY_ROLE,
    summary: 'All of them in order of id',
    query: PageQuery,
    answers: pageOf(View),
    problems: ['cursor_invalid'],
    read: ({ access }, { query }) =>
      answerPage(
        query,
        of.plural,
        (page) => listDocuments<T>(access, of.kind, page),
        (stored) => ({ place: stored.id, view: viewOf(stored) }),
      ),
  }),
  reads({
    id: `${of.plural}.get`,
    method: 'get',
    path: `${pathOf(of)}/{id}`,
    roles: ANY_ROLE,
    summary: 'One of them',
    params: pathShape(of),
    answers: View,
    read: async ({ access }, { params }) => {
      const stored = await readDocument<T>(access, of.kind, params.id);
      return stored === undefined
        ? refuse('not_found')
        : { status: 200, body: viewOf(stored), version: stored.version };
    },
  }),
];

const addOperation = <T extends object>(of: Versioned<T>, View: z.ZodType): Operation =>
  writes({
    id: `${of.plural}.add`,
    method: 'post',
    path: pathOf(of),
    roles: of.roles,
    summary: 'Makes one',
    body: of.settings.extend({ id: of.id ?? Id }),
    answers: View,
    problems: ['already_exists', ...(of.problems ?? [])],
    plan: (deps, call) => {
      const { id, ...content } = call.body as unknown as { readonly id: string } & T;
      return planPut(of, deps, call, { id, content: content as unknown as T });
    },
  });

const changeOperation = <T extends object>(of: Versioned<T>, View: z.ZodType): Operation => {
  const { needsApproval } = of;
  return writes({
    id: `${of.plural}.change`,
    method: 'put',
    path: `${pathOf(of)}/{id}`,
    roles: of.roles,
    edits: true,
    summary: 'Changes one; what is left out is taken out',
    params: pathShape(of),
    body: of.settings,
    answers: View,
    problems: of.problems ?? [],
    ...(needsApproval && {
      needsApproval: async ({ access }: AdminDeps, { params, nowMs }: PathCall) => {
        const stored = await readDocument<T>(access, of.kind, params.id);
        return needsApproval(stored?.content, Math.floor(nowMs / 1000));
      },
    }),
    plan: async (deps, call) => {
      const before = await readDocument<T>(deps.access, of.kind, call.params.id);
      if (before === undefined) {
        return refuse('not_found');
      }
      return before.version === call.seenVersion
        ? planPut(of, deps, call, {
            id: before.id,
            content: call.body as unknown as T,
            before,
          })
        : refuse('version_stale');
    },
  });
};

const removeOperation = <T extends object>(of: Versioned<T>, View: z.ZodType): Operation =>
  writes({
    id: `${of.plural}.remove`,
    method: 'delete',
    path: `${pathOf(of)}/{id}`,
    roles: of.roles,
    edits: true,
    summary: 'Takes it away',
    params: pathShape(of),
    answers: View,
    plan: async (deps, { params, seenVersion, nowMs }) => {
      const before = await readDocument<T>(deps.access, of.kind, params.id);
      if (before === undefined) {
        return refuse('not_found');
      }
      if (before.version !== seenVersion) {
        return refuse('version_stale');
      }
      const { id, version } = before;
      const { table } = deps.access;
      const change = { before: before.content, after: undefined };
      const compilations = (await of.compiles?.(deps, id, change)) ?? [];
      return {
        writes: [
          removeDocument(
            table,
            { kind: of.kind, id, seenVersion: version },
            'version_stale' as const,
          ),
          ...compilations.map((each) => compilationWrite(table, each, Math.floor(nowMs / 1000))),
        ],
        answer: { status: 200, body: viewOf(before) },
        subject: `${of.kind}/${id}`,
        detail: { removed: version },
        after: () => deps.compile(compilations),
      };
    },
  });

const viewOf = ({ id, content, version, changedAtS }: StoredDocument<object>): object => ({
  id,
  ...content,
  version,
  changedAtS,
});

const planPut = async <T extends object>(
  of: Versioned<T>,
  deps: AdminDeps,
  { nowMs }: Pick<Call, 'nowMs'>,
  put: { readonly id: string; readonly content: T; readonly before?: StoredDocument<T> },
): Promise<Plan | Refusal> => {
  const { id, content, before } = put;
  const wrong = await of.check?.(deps, id, content);
  if (wrong !== undefined) {
    return wrong;
  }
  const { table } = deps.access;
  const atS = Math.floor(nowMs / 1000);
  const at = { kind: of.kind, id, atS };
  const plain = content as unknown as Plain;
  const version = (before?.version ?? 0) + 1;
  const compilations =
    (await of.compiles?.(deps, id, { before: before?.content, after: content })) ?? [];
  return {
    writes: [
      before === undefined
        ? createDocument(table, at, plain, 'already_exists' as const)
        : replaceDocument(
            table,
            at,
            { content: plain, seenVersion: before.version },
            'version_stale' as const,
          ),
      ...compilations.map((compilation) => compilationWrite(table, compilation, atS)),
    ],
    answer: {
      status: before === undefined ? 201 : 200,
      body: viewOf({ id, content, version, changedAtS: atS }),
      version,
    },
    subject: `${of.kind}/${id}`,
    detail: { version, ...(compilations.length === 0 ? {} : { compiles: compilations }) },
    after: () => deps.compile(compilations),
  };
};
