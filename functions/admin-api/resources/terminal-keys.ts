/** Keys of terminals: new codes, new versions, and the end of old ones. */
import { z } from '@hono/zod-openapi';
import { ISSUED_KEY_VERSION_MAX } from '#core/enrolment.ts';
import { integer } from '../http/fields.ts';
import { type Operation, writes } from '../http/operation.ts';
import { isRefusal, refuse } from '../http/problems.ts';
import { readTerminal } from './terminal-document.ts';
import {
  CHANGES,
  Path,
  planChange,
  planEnrolment,
  RUNS_THE_FLEET,
  View,
  WithEnrolment,
} from './terminal-plans.ts';

export const TERMINAL_KEY_OPERATIONS: readonly Operation[] = [
  writes({
    id: 'terminals.rotate',
    method: 'post',
    path: '/v1/terminals/{id}/rotate',
    roles: RUNS_THE_FLEET,
    summary:
      'Makes a code for the next key version; the older ones stay good until they are retired',
    params: Path,
    answers: WithEnrolment,
    problems: ['state_conflict'],
    plan: async (deps, call) => {
      const stored = await readTerminal(deps.access, call.params.id);
      if (isRefusal(stored)) {
        return stored;
      }
      const { content } = stored;
      if (content.status === 'retired' || content.keyVersion >= ISSUED_KEY_VERSION_MAX) {
        return refuse('state_conflict', { detail: 'It is retired, or has no key version left.' });
      }
      return planEnrolment(deps, call, stored, { ...content, keyVersion: content.keyVersion + 1 });
    },
  }),
  writes({
    id: 'terminals.enrol',
    method: 'post',
    path: '/v1/terminals/{id}/enrolment',
    roles: RUNS_THE_FLEET,
    summary: 'Makes the code anew, for the same key version: the one before is worth nothing then',
    params: Path,
    answers: WithEnrolment,
    problems: ['state_conflict'],
    plan: async (deps, call) => {
      const stored = await readTerminal(deps.access, call.params.id);
      if (isRefusal(stored)) {
        return stored;
      }
      return stored.content.status === 'retired'
        ? refuse('state_conflict', { detail: 'It is retired.' })
        : planEnrolment(deps, call, stored, stored.content);
    },
  }),
  writes({
    id: 'terminals.retireKeys',
    method: 'post',
    path: '/v1/terminals/{id}/retire-keys',
    roles: ['security'],
    summary: 'Retires every key version below one; needs a second person',
    params: Path,
    body: z.strictObject({ below: integer(1, ISSUED_KEY_VERSION_MAX + 1) }),
    answers: View,
    problems: CHANGES,
    needsApproval: async () => true,
    plan: (deps, call) =>
      planChange(deps, call, (content) =>
        call.body.below <= content.keyVersionMin || call.body.below > content.keyVersion
          ? refuse('state_conflict', {
              detail: `Key versions ${content.keyVersionMin} to ${content.keyVersion} are in use; only some of them can be retired. To take the terminal out of service, retire it.`,
            })
          : { ...content, keyVersionMin: call.body.below },
      ),
  }),
  writes({
    id: 'terminals.retire',
    method: 'post',
    path: '/v1/terminals/{id}/retire',
    roles: ['security'],
    summary: 'Takes it out of service for good, with all its keys; needs a second person',
    params: Path,
    answers: View,
    problems: CHANGES,
    needsApproval: async () => true,
    plan: (deps, call) =>
      planChange(deps, call, (content) =>
        content.status === 'retired'
          ? refuse('state_conflict', { detail: 'It is retired already.' })
          : { ...content, status: 'retired', keyVersionMin: content.keyVersion + 1 },
      ),
  }),
];
