/** The health port: /health for the balancer, /metrics for Prometheus. Never reachable from the terminals' side. */
import { createServer, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { Bridge } from './bridge.ts';
import { createMetrics } from './metrics.ts';

export interface Health {
  readonly port: number;
  close(): void;
}

/** Milliseconds a request may take: this port serves two fixed pages. */
const REQUEST_MS_MAX = 5_000;

/**
 * Green while the process lives, draining and without queues included: taking every bridge out because SQS is down
 * would add a reconnect storm to the outage.
 */
export const serveHealth = async (
  bridge: Bridge,
  at: { readonly host: string; readonly port: number },
): Promise<Health> => {
  const metrics = createMetrics(bridge);
  const server = createServer({ requestTimeout: REQUEST_MS_MAX }, (request, response) => {
    if (request.url === '/health') {
      const { status, slot, fence, connections } = bridge.stats();
      const { tz: tzdata } = process.versions;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status, slot, fence, connections, tzdata }));
    } else if (request.url === '/metrics') {
      void writeMetrics(metrics, response);
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : at.port,
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
};

const writeMetrics = async (metrics: Registry, response: ServerResponse): Promise<void> => {
  try {
    const text = await metrics.metrics();
    response.setHeader('content-type', metrics.contentType);
    response.end(text);
  } catch {
    response.statusCode = 500;
    response.end();
  }
};
