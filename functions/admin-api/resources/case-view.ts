/** How a case for an operator looks. */
import { z } from '@hono/zod-openapi';
import { CASE_RESOLUTIONS } from '#core/operator-case.ts';
import { Key } from './record-view.ts';

export const CaseView = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['captured_uncovered', 'outcome_unknown']),
    reason: z.string(),
    payment: Key,
    amountMinor: z.int(),
    currency: z.int(),
    merchant: z.string(),
    user: z.string(),
    openedAtS: z.int(),
    state: z.enum(['open', 'closed']),
    times: z.int(),
    closed: z
      .strictObject({ atS: z.int(), by: z.string(), resolution: z.enum(CASE_RESOLUTIONS) })
      .optional(),
  })
  .openapi('Case');
export type CaseShown = z.output<typeof CaseView>;
