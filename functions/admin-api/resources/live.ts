/** What is happening now: payments of the last hour by minute, how long they took, and which terminals are there. */
import { z } from '@hono/zod-openapi';
import { listDocuments } from '#adapters/dynamodb/documents.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { readLive } from '#adapters/dynamodb/live-items.ts';
import { readSeen, type SeenTerminal } from '#adapters/dynamodb/seen-items.ts';
import { addCounts, MINUTE_S, NO_COUNTS, waitWithin } from '#core/live-figures.ts';
import type { TerminalSource } from '#core/terminal-sources.ts';
import { ANY_ROLE } from '../access/roles.ts';
import { PAGE_MAX } from '../http/cursor.ts';
import { type Operation, reads } from '../http/operation.ts';
import { TERMINAL } from './terminal-document.ts';

/** Minutes that are told. */
export const LIVE_MINUTES = 60;
/** Seconds since a terminal was heard of, within which it counts as online: a bridge hears of an idle one less often. */
export const ONLINE_S = 900;
/** Terminals that are looked at: 20 pages and as many batches, at every question. */
export const FLEET_LOOKED_AT_MAX = 2_000;

/** Least signal (AT+CSQ) of each class. */
const SIGNAL_CLASSES = [
  ['good', 15],
  ['fair', 5],
  ['poor', 0],
] as const;

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
  read: async ({ access }, { nowMs }) => {
    const nowS = Math.floor(nowMs / 1000);
    const lastS = nowS - (nowS % MINUTE_S);
    const firstS = lastS - (LIVE_MINUTES - 1) * MINUTE_S;
    const [counts, terminals] = await Promise.all([
      readLive(access, firstS, nowS),
      fleetAt(access, nowS),
    ]);
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

const fleetAt = async (access: TableAccess, nowS: number): Promise<Live['terminals']> => {
  const regions = new Map<string, { known: number; online: number }>();
  const bySignal = { good: 0, fair: 0, poor: 0, unknown: 0 };
  let lookedAt = 0;
  let online = 0;
  let after: string | undefined;
  do {
    const page = await listDocuments<TerminalSource>(access, TERMINAL, { limit: PAGE_MAX, after });
    const seen = await readSeen(
      access,
      page.map(({ content }) => content.id),
    );
    for (const [at, { content }] of page.entries()) {
      const { atS = 0, recent = [] } = seen[at] ?? {};
      const isOnline = nowS - atS <= ONLINE_S;
      const region = regions.get(content.region) ?? { known: 0, online: 0 };
      const one = isOnline ? 1 : 0;
      regions.set(content.region, { known: region.known + 1, online: region.online + one });
      online += one;
      if (isOnline) {
        bySignal[signalClass(recent)] += 1;
      }
    }
    lookedAt += page.length;
    after = page.length < PAGE_MAX ? undefined : page.at(-1)?.id;
  } while (after !== undefined && lookedAt < FLEET_LOOKED_AT_MAX);
  const byRegion = [...regions]
    .map(([region, counts]) => ({ region, ...counts }))
    .sort((a, b) => (a.region < b.region ? -1 : 1));
  return { lookedAt, more: after !== undefined, online, bySignal, byRegion };
};

/** Of its newest request. */
const signalClass = (
  recent: NonNullable<SeenTerminal['recent']>,
): 'good' | 'fair' | 'poor' | 'unknown' => {
  const signal = recent.at(-1)?.signal;
  return (
    SIGNAL_CLASSES.find(([, least]) => signal !== undefined && signal >= least)?.[0] ?? 'unknown'
  );
};
