/** How much of a promotion's budget is taken: summed over its shards, at this moment. */
import { z } from '@hono/zod-openapi';
import { readAllowances } from '#adapters/dynamodb/allowance-items.ts';
import { readDocument } from '#adapters/dynamodb/documents.ts';
import type { PromotionDocument } from '#core/catalogue-documents.ts';
import { budgetAllowance } from '#core/promotion-offers.ts';
import { ANY_ROLE } from '../access/roles.ts';
import { Id } from '../http/fields.ts';
import { type Operation, reads } from '../http/operation.ts';
import { refuse } from '../http/problems.ts';

export const promotionUsage: Operation = reads({
  id: 'promotions.usage',
  method: 'get',
  path: '/v1/promotions/{id}/usage',
  roles: ANY_ROLE,
  summary: 'What payments have taken of its budget; 404 where it has none',
  params: z.strictObject({ id: Id }),
  answers: z
    .strictObject({
      of: z.enum(['spend', 'uses']),
      taken: z.int().openapi({ description: 'Minor units, or times' }),
      max: z.int(),
    })
    .openapi('PromotionUsage'),
  read: async ({ access }, { params }) => {
    const stored = await readDocument<PromotionDocument>(access, 'promotion', params.id);
    const budget = stored?.content.budget;
    if (budget === undefined) {
      return refuse('not_found');
    }
    const allowance = budgetAllowance(params.id, budget);
    const shards = (await readAllowances(access, [allowance])).get(allowance.id) ?? [];
    const taken = shards.reduce((sum, one) => sum + one, 0);
    return { status: 200, body: { of: budget.of, taken, max: budget.max } };
  },
});
