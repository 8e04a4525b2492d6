/** Has a bridge log what a terminal says, for a limited time; identifiers and texts are hidden there (docs/operations.md). */
import { z } from '@hono/zod-openapi';
import { captureWrite } from '#adapters/dynamodb/provisioning.ts';
import { integer } from '../http/fields.ts';
import { type Operation, writes } from '../http/operation.ts';
import { isRefusal } from '../http/problems.ts';
import { readTerminal } from './terminal-document.ts';
import { Path, RUNS_THE_FLEET } from './terminal-plans.ts';

/** Minutes of one capture: long enough to have somebody try a terminal by hand. */
export const CAPTURE_MINUTES_MAX = 60;

const Minutes = z.strictObject({
  minutes: integer(0, CAPTURE_MINUTES_MAX).openapi({ description: '0 ends a capture' }),
});

export const captureTerminal: Operation = writes({
  id: 'terminals.capture',
  method: 'post',
  path: '/v1/terminals/{id}/capture',
  roles: RUNS_THE_FLEET,
  summary: 'Logs the frames of a terminal from its next HELLO on, for so many minutes',
  params: Path,
  body: Minutes,
  answers: z.strictObject({ terminal: z.int(), captureUntilS: z.int() }).openapi('TerminalCapture'),
  plan: async ({ access }, { params: { id }, body: { minutes }, nowMs }) => {
    const stored = await readTerminal(access, id);
    if (isRefusal(stored)) {
      return stored;
    }
    const untilS = Math.floor(nowMs / 1000) + minutes * 60;
    return {
      writes: [captureWrite(access.table, { terminal: id, untilS }, 'not_found')],
      answer: { status: 201, body: { terminal: id, captureUntilS: untilS } },
      subject: `terminal/${id}`,
      detail: { minutes },
    };
  },
});
