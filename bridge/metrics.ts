/** Prometheus figures, made from the plain counters at the moment somebody asks. */
import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  type Metric,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';
import type { Bridge, BridgeStats } from './bridge.ts';
import { COUNTED, type CounterName, DIALECTS, SPREAD, type SpreadName } from './counters.ts';
import { STRANGERS } from './detect.ts';
import { TRANSPORTS } from './transport.ts';

const PREFIX = 'cosmopay_bridge_';

const GAUGES: Readonly<Record<Exclude<keyof BridgeStats, 'status'>, string>> = {
  slot: 'Reply slot leased.',
  fence: 'Generation of the lease.',
  leaseHeld: 'Whether the slot is still this bridge’s.',
  connections: 'Open connections.',
  terminals: 'Terminals signed on.',
  pending: 'Requests waiting for their answer.',
  leaving: 'Of these, requests that the queue has not taken yet.',
  breakerOpen: 'Whether the request queue is given up for the moment.',
  terminalsKnown: 'Terminals that were read and are remembered.',
  strangerAddresses: 'Addresses with connections that have not signed on.',
  failedAddresses: 'Addresses with failed tags that are remembered.',
  failedAddressWorst: 'Failed tags of the address that has most.',
  keepAliveEstimates: 'Terminals and networks whose connections have died unseen.',
};

const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A registry of its own: several bridges may live in one process. */
export const createMetrics = (bridge: Bridge): Registry => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of Object.keys(COUNTED) as CounterName[]) {
    const counter: Counter = new Counter({
      name: `${PREFIX}${name}_total`,
      help: COUNTED[name],
      registers: [registry],
      collect(): void {
        counter.reset();
        counter.inc(bridge.counters[name]);
      },
    });
  }
  for (const name of Object.keys(GAUGES) as (keyof typeof GAUGES)[]) {
    const gauge: Gauge = new Gauge({
      name: `${PREFIX}${snake(name)}`,
      help: GAUGES[name],
      registers: [registry],
      collect(): void {
        gauge.set(bridge.stats()[name]);
      },
    });
  }
  for (const name of Object.keys(SPREAD) as SpreadName[]) {
    registry.registerMetric(spreadOf(bridge, name));
  }
  addByKind(registry, bridge);
  return registry;
};

/** Figures that are parted by what a connection is. */
const addByKind = (registry: Registry, { counters, census }: Bridge): void => {
  const strangers: Counter<'looks_like'> = new Counter({
    name: `${PREFIX}strangers_total`,
    help: 'Connections that speak no dialect of ours.',
    labelNames: ['looks_like'],
    registers: [registry],
    collect(): void {
      strangers.reset();
      for (const stranger of STRANGERS) {
        strangers.inc({ looks_like: stranger }, counters.strangers[stranger]);
      }
    },
  });
  const frames: Counter<'dialect' | 'direction'> = new Counter({
    name: `${PREFIX}frames_total`,
    help: 'Frames, by dialect and direction.',
    labelNames: ['dialect', 'direction'],
    registers: [registry],
    collect(): void {
      frames.reset();
      for (const dialect of DIALECTS) {
        frames.inc({ dialect, direction: 'up' }, counters.framesUp[dialect]);
        frames.inc({ dialect, direction: 'down' }, counters.framesDown[dialect]);
      }
    },
  });
  const kinds: Gauge<'dialect' | 'transport'> = new Gauge({
    name: `${PREFIX}connections_by_kind`,
    help: 'Open connections, by dialect and transport; no dialect before the first byte.',
    labelNames: ['dialect', 'transport'],
    registers: [registry],
    collect(): void {
      const counted = census();
      for (const dialect of ['', ...DIALECTS]) {
        for (const transport of TRANSPORTS) {
          kinds.set({ dialect, transport }, counted.get(`${dialect} ${transport}`) ?? 0);
        }
      }
    },
  });
};

/** A histogram of prom-client keeps its own counts; ours are kept where counting is one addition, and only shown here. */
const spreadOf = ({ counters }: Bridge, spread: SpreadName): Metric => {
  const name = `${PREFIX}${spread}`;
  const { help } = SPREAD[spread];
  const get = async (): Promise<MetricObjectWithValues<MetricValue<'le'>>> => {
    const { bounds, counts, sum } = counters.spread[spread];
    let total = 0;
    const buckets = counts.map((count, index) => {
      total += count;
      return {
        metricName: `${name}_bucket`,
        labels: { le: bounds[index] ?? '+Inf' },
        value: total,
      };
    });
    const values = [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, value: sum },
      { metricName: `${name}_count`, labels: {}, value: total },
    ];
    return {
      name,
      help,
      type: 'histogram',
      values,
      aggregator: 'sum',
    } as unknown as MetricObjectWithValues<MetricValue<'le'>>;
  };
  return { name, get, reset: () => undefined } as unknown as Metric;
};
