/** Every figure that a bridge shows is in docs/operations.md, with the alarm that it deserves, and none that it does not show. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Bridge } from '#bridge/bridge.ts';
import { createCounters } from '#bridge/counters.ts';
import { createMetrics } from '#bridge/metrics.ts';

const PREFIX = 'cosmopay_bridge_';
const bridge = {
  counters: createCounters(),
  stats: () => ({}),
  census: () => new Map([['cp1 psk', 3]]),
} as unknown as Bridge;

const shownNames = async (): Promise<ReadonlySet<string>> => {
  const text = await createMetrics({
    ...bridge,
    stats: () => new Proxy({}, { get: () => 0 }),
  } as unknown as Bridge).metrics();
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
  return new Set(
    names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length)),
  );
};

const documented = (): ReadonlySet<string> => {
  const page = readFileSync('docs/operations.md', 'utf8');
  const table = page.slice(
    page.indexOf('| metric (`cosmopay_bridge_…`)'),
    page.indexOf('Drain: SIGTERM'),
  );
  const cells = table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|')[1] ?? '');
  return new Set(
    cells.flatMap((cell) => [...cell.matchAll(/`([a-z0-9_]+)/g)].map(([, name = '']) => name)),
  );
};

it('docs and metrics name the same figures', async () => {
  const [shown, told] = [await shownNames(), documented()];
  expect(
    [...shown].filter((name) => !told.has(name)),
    'missing in docs/operations.md',
  ).toEqual([]);
  expect(
    [...told].filter((name) => !shown.has(name)),
    'told of, but not there',
  ).toEqual([]);
});

it('spreads are cumulative, and kinds of connections are labelled', async () => {
  const counters = createCounters();
  for (const value of [1, 5, 6, 5_000]) {
    counters.spread.hop_terminal_ms.observe(value);
  }
  counters.framesUp.json = 2;
  const text = await createMetrics({
    ...bridge,
    counters,
    stats: () => new Proxy({}, { get: () => 0 }),
  } as unknown as Bridge).metrics();
  for (const line of [
    'hop_terminal_ms_bucket{le="1"} 1',
    'hop_terminal_ms_bucket{le="5"} 2',
    'hop_terminal_ms_bucket{le="1000"} 3',
    'hop_terminal_ms_bucket{le="+Inf"} 4',
    'hop_terminal_ms_sum 5012',
    'hop_terminal_ms_count 4',
    'frames_total{dialect="json",direction="up"} 2',
    'connections_by_kind{dialect="cp1",transport="psk"} 3',
  ]) {
    expect(text).toContain(`${PREFIX}${line}`);
  }
});
