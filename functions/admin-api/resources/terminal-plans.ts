/** What the operations on terminals have in common: shapes, and the writes of a change. */
import { z } from '@hono/zod-openapi';
import { enrolmentWrite } from '#adapters/dynamodb/provisioning.ts';
import {
  ENROLMENT_CODE_BYTES,
  ENROLMENT_S,
  formatEnrolmentCode,
  normalEnrolmentCode,
} from '#core/enrolment.ts';
import type { TerminalSource } from '#core/terminal-sources.ts';
import type { Role } from '../access/roles.ts';
import type { AdminDeps } from '../deps.ts';
import { sha256 } from '../http/digest.ts';
import { TerminalId } from '../http/fields.ts';
import type { Call, Plan } from '../http/operation.ts';
import { isRefusal, type ProblemName, type Refusal, refuse } from '../http/problems.ts';
import { namedMerchant } from './merchant-document.ts';
import {
  readTerminal,
  type StoredTerminal,
  TerminalSettings,
  terminalWrites,
} from './terminal-document.ts';

export const RUNS_THE_FLEET: readonly Role[] = ['operator', 'security'];

export const Path = z.strictObject({ id: TerminalId });
type TerminalCall<B = unknown> = Call<z.output<typeof Path>, unknown, B>;

export const Shape = TerminalSettings.extend({
  id: z.int(),
  status: z.enum(['active', 'suspended', 'retired']),
  keyVersion: z.int().openapi({ description: 'The newest that a code was made for' }),
  keyVersionMin: z.int().openapi({ description: 'Those below are retired' }),
  version: z.int(),
  changedAtS: z.int(),
});
export const View = Shape.openapi('Terminal');

const Enrolment = z
  .strictObject({
    keyVersion: z.int(),
    expiresAtS: z.int(),
    code: z
      .string()
      .optional()
      .openapi({ description: 'Shown once; not when the request is repeated' }),
  })
  .openapi('Enrolment');

export const WithEnrolment = z.strictObject({ terminal: View, enrolment: Enrolment });
export const CHANGES: readonly ProblemName[] = ['state_conflict', 'reference_unknown'];

export const viewOf = ({
  content,
  version,
  changedAtS,
}: StoredTerminal): Record<string, unknown> => ({
  ...content,
  version,
  changedAtS,
});

/** `change`: the terminal as it is to be. Where the call names a version, only if that is the one that stands. */
export const planChange = async (
  deps: AdminDeps,
  call: TerminalCall,
  change: (content: TerminalSource) => TerminalSource | Refusal,
): Promise<Plan | Refusal> => {
  const stored = await readTerminal(deps.access, call.params.id);
  if (isRefusal(stored)) {
    return stored;
  }
  if (call.seenVersion !== undefined && call.seenVersion !== stored.version) {
    return refuse('version_stale');
  }
  const changed = change(stored.content);
  return isRefusal(changed) ? changed : planWrites(deps, call, stored, changed);
};

const planWrites = async (
  { access }: AdminDeps,
  { nowMs }: Pick<Call, 'nowMs'>,
  before: StoredTerminal | undefined,
  content: TerminalSource,
): Promise<Plan | Refusal> => {
  const merchant = await namedMerchant(access, content.merchant);
  if (isRefusal(merchant)) {
    return merchant;
  }
  const version = (before?.version ?? 0) + 1;
  const view = viewOf({ id: '', content, version, changedAtS: Math.floor(nowMs / 1000) });
  return {
    writes: terminalWrites(access.table, content, merchant, { before, nowMs }),
    answer: { status: 200, body: view, version },
    subject: `terminal/${content.id}`,
    detail: {
      status: content.status,
      keyVersion: content.keyVersion,
      keyVersionMin: content.keyVersionMin,
      version,
    },
  };
};

export const planEnrolment = async (
  deps: AdminDeps,
  call: TerminalCall,
  before: StoredTerminal | undefined,
  content: TerminalSource,
): Promise<Plan | Refusal> => {
  const planned = await planWrites(deps, call, before, content);
  if (isRefusal(planned)) {
    return planned;
  }
  const code = formatEnrolmentCode(deps.randomBytes(ENROLMENT_CODE_BYTES));
  const { keyVersion } = content;
  const expiresAtS = Math.floor(call.nowMs / 1000) + ENROLMENT_S;
  const codeHash = sha256(normalEnrolmentCode(code) ?? '');
  const enrolment = { keyVersion, expiresAtS };
  return {
    ...planned,
    writes: [
      ...planned.writes,
      enrolmentWrite(deps.access.table, { terminal: content.id, codeHash, ...enrolment }),
    ],
    answer: { ...planned.answer, status: 201, body: { terminal: planned.answer.body, enrolment } },
    once: { enrolment: { ...enrolment, code } },
  };
};
