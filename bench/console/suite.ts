/** The console's list of payments on a table of 100,000, against the same page on one of 100: what a search costs must not grow with what is not shown. */
import { type AttributeValue, BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { toItem } from '#adapters/dynamodb/attributes.ts';
import { itemKey } from '#adapters/dynamodb/table.ts';
import { LIST_SHARDS } from '#core/payment-summary.ts';
import { type AdminWorld, START_MS, startAdminWorld } from '#test/support/admin-world.ts';
import { type Visitor, visitAs } from '#test/support/console-visitor.ts';
import { type Metric, median, type RunOptions, type Suite } from '../metric.ts';

const PAYMENTS = 100_000;
const PAYMENTS_FEW = 100;
/** Rows of one BatchWriteItem: a limit of DynamoDB. */
const BATCH = 25;
const PAGES = 41;
const PAGES_QUICK = 11;
const PAGE_MS_GOAL = 100;

const NOW_S = START_MS / 1000;
const DAY = '2026-03-02';
const TERMINALS = 50;

/** A payment as a line of its day and its terminal: of today all, one every second or so. */
const rowsOf = (at: number): readonly Record<string, AttributeValue>[] => {
  const terminal = 1_001 + (at % TERMINALS);
  const decidedAtS = NOW_S - 1 - (at % 10_000);
  const place = [decidedAtS, terminal, 1, at]
    .map((part) => String(part).padStart(10, '0'))
    .join('#');
  const fields = toItem({
    ...{
      terminal,
      keyVersion: 1,
      sequence: at,
      revision: 0,
      decidedAtS,
      state: at % 9 === 0 ? 'declined' : 'posted',
    },
    ...{
      code: at % 9 === 0 ? 'sold_out' : 'approved',
      merchant: 'rose',
      user: `u-${at % 997}`,
      amountMinor: 12_900,
    },
    ...{ postedMinor: 12_900, refundedMinor: 0, currency: 410, items: ['LIP-01*1'] },
  });
  return [
    { ...itemKey.listed({ of: 'day', id: DAY }, at % LIST_SHARDS, place), ...fields },
    { ...itemKey.listed({ of: 'terminal', id: terminal }, 0, place), ...fields },
  ];
};

const fill = async ({ access }: AdminWorld, payments: number, progress: RunOptions['progress']) => {
  const batch: Record<string, AttributeValue>[] = [];
  const flush = async (): Promise<void> => {
    const rows = batch.splice(0);
    if (rows.length > 0) {
      const requests = rows.map((Item) => ({ PutRequest: { Item } }));
      await access.client.send(
        new BatchWriteItemCommand({ RequestItems: { [access.table]: requests } }),
      );
    }
  };
  for (let at = 0; at < payments; at += 1) {
    batch.push(...rowsOf(at));
    if (batch.length + 2 > BATCH) {
      await flush();
    }
    if (at % 10_000 === 0) {
      progress(`${at} of ${payments} payments are in the table`);
    }
  }
  await flush();
};

const QUERIES = {
  today: 'payments',
  'of a terminal': 'payments?terminal=1007',
  'declined today': 'payments?state=declined',
} as const;

const msOf = async (visitor: Visitor, query: string, pages: number): Promise<readonly number[]> => {
  const times: number[] = [];
  for (let page = 0; page < pages; page += 1) {
    const from = performance.now();
    const { status, html } = await visitor.get(query);
    times.push(performance.now() - from);
    if (status !== 200 || (html.match(/<tr>/g)?.length ?? 0) < 3) {
      throw new Error(`${query} answers ${status} without payments`);
    }
  }
  // The first pages of a process are compiled on the way.
  return times.slice(Math.floor(pages / 4));
};

const run = async ({ quick, progress }: RunOptions): Promise<readonly Metric[]> => {
  const [many, few] = [await startAdminWorld(), await startAdminWorld()];
  try {
    await fill(many, PAYMENTS, progress);
    await fill(few, PAYMENTS_FEW, progress);
    const metrics: Metric[] = [];
    for (const [name, query] of Object.entries(QUERIES)) {
      progress(`asking for payments ${name}`);
      const pages = quick ? PAGES_QUICK : PAGES;
      const little = median(await msOf(visitAs(few), query, pages));
      const times = await msOf(visitAs(many), query, pages);
      metrics.push({
        name: `console, payments ${name}`,
        value: median(times),
        min: Math.min(...times),
        max: Math.max(...times),
        unit: ' ms',
        goal: { direction: 'at most', value: PAGE_MS_GOAL },
        detail: `${PAYMENTS} payments in the table: ${(median(times) / little).toFixed(2)} times the ${little.toFixed(1)} ms of ${PAYMENTS_FEW}`,
      });
    }
    return metrics;
  } finally {
    await Promise.all([many.stop(), few.stop()]);
  }
};

export const consoleSuite: Suite = {
  name: 'console',
  method: [
    'The whole page as a browser is sent it: cookie, token, queries, markup. In process, over the stand-in of DynamoDB.',
  ],
  run,
};
