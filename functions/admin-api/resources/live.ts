/** What is happening now: payments of the last hour by minute, how long they took, and which terminals are there. */
import { z } from '@hono/zod-openapi';
import { readLive } from '#adapters/dynamodb/live-items.ts';
import { addCounts, MINUTE_S, NO_COUNTS, waitWithin } from '#core/live-figures.ts';
import { ANY_ROLE } from '../access/roles.ts';
import { type Operation, reads } from '../http/operation.ts';

/** Minutes that are told. */
export const LIVE_MINUTES = 60;
const Wait = z.int().optional().openapi({ description: 'Milliseconds; absent: no payment' });
const Live = z
  .strictObject({
    minutes: z
      .array(z.strictObject({ atS: z.int(), approved: z.int(), declined: z.int() }))
      .openapi({ description: 'The oldest first, each from its first second on' }),
    waitsMs: z
      .strictObject({ p50: Wait, p95: Wait, p99: Wait })
      .openapi({ description: 'From the bridge to the decision; bounds of classes' }),
    terminals: z.strictObject({
      lookedAt: z.int(),
      more: z.boolean().openapi({ description: 'There are others that were not looked at' }),
      online: z.int(),
      bySignal: z.strictObject({
        good: z.int(),
        fair: z.int(),
        poor: z.int(),
        unknown: z.int(),
      }),
      byRegion: z.array(z.strictObject({ region: z.string(), known: z.int(), online: z.int() })),
    }),
  })
  .openapi('Live');
export type Live = z.output<typeof Live>;

export const liveFigures: Operation = reads({
  id: 'live.get',
  method: 'get',
  path: '/v1/live',
  roles: ANY_ROLE,
  summary: `The last ${LIVE_MINUTES} minutes; figures to look at, not to settle by`,
  answers: Live,
  read: async ({ access, fleet }, { nowMs }) => {
    const nowS = Math.floor(nowMs / 1000);
    const lastS = nowS - (nowS % MINUTE_S);
    const firstS = lastS - (LIVE_MINUTES - 1) * MINUTE_S;
    const [counts, terminals] = await Promise.all([readLive(access, firstS, nowS), fleet()]);
    const all = [...counts.values()].reduce(addCounts, NO_COUNTS);
    const within = (name: string, share: number): object => {
      const ms = waitWithin(all, share);
      return ms === undefined ? {} : { [name]: ms };
    };
    const minutes = Array.from({ length: LIVE_MINUTES }, (_, at) => {
      const atS = firstS + at * MINUTE_S;
      const { approved, declined } = counts.get(atS) ?? NO_COUNTS;
      return { atS, approved, declined };
    });
    const waitsMs = { ...within('p50', 0.5), ...within('p95', 0.95), ...within('p99', 0.99) };
    return { status: 200, body: { minutes, waitsMs, terminals } };
  },
});
