/** Prometheus figures, made from the plain counters at the moment somebody asks. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Bridge, BridgeStats } from './bridge.ts';
import { COUNTED, type CounterName } from './counters.ts';
import { STRANGERS } from './detect.ts';

const PREFIX = 'cosmopay_bridge_';

const GAUGES: Readonly<Record<Exclude<keyof BridgeStats, 'status'>, string>> = {
  slot: 'Reply slot leased.',
  fence: 'Generation of the lease.',
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
  const strangers: Counter<'looks_like'> = new Counter({
    name: `${PREFIX}strangers_total`,
    help: 'Connections that speak no dialect of ours.',
    labelNames: ['looks_like'],
    registers: [registry],
    collect(): void {
      strangers.reset();
      for (const stranger of STRANGERS) {
        strangers.inc({ looks_like: stranger }, bridge.counters.strangers[stranger]);
      }
    },
  });
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
  return registry;
};
