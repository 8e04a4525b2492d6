import { expect, it } from 'vitest';
import { serveHealth } from '#bridge/health.ts';
import { Rig } from '#test/support/bridge-rig.ts';

it('tells its state to the balancer and its figures to Prometheus', async () => {
  const rig = await new Rig().start();
  const health = await serveHealth(rig.bridge, { host: '127.0.0.1', port: 0 });
  const page = async (path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${health.port}${path}`);
  expect(await (await page('/health')).json()).toMatchObject({
    status: 'serving',
    slot: 2,
    fence: 7,
    connections: 0,
  });
  rig.bridge.counters.strangers.ssh = 3;
  const metrics = await (await page('/metrics')).text();
  expect(metrics).toContain('cosmopay_bridge_strangers_total{looks_like="ssh"} 3');
  expect(metrics).toContain('cosmopay_bridge_fence 7');
  expect((await page('/other')).status).toBe(404);
  health.close();
  await rig.bridge.close();
});
