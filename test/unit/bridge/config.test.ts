import { expect, it } from 'vitest';
import { readConfig } from '#bridge/config.ts';

const KEY = '0f'.repeat(32);
const complete = {
  TABLE_NAME: 'table',
  REQUEST_QUEUE_URL: 'http://127.0.0.1:1/q',
  REPLY_QUEUE_URLS: '["http://127.0.0.1:1/r0","http://127.0.0.1:1/r1"]',
  LINK_MASTER: JSON.stringify({ current: KEY }),
};

it('reads a complete environment, with defaults for the rest', () => {
  const config = readConfig(complete);
  expect(config).toMatchObject({ bridgePort: 7010, healthPort: 7011, drainMs: 100_000 });
  expect(config.replyQueueUrls).toHaveLength(2);
  expect(Buffer.from(config.linkMasters.current).toString('hex')).toBe(KEY);
  expect(config.linkMasters.previous).toBeUndefined();
});

it.each([
  ['TABLE_NAME', undefined],
  ['REPLY_QUEUE_URLS', '[]'],
  ['REPLY_QUEUE_URLS', 'none'],
  ['BRIDGE_PORT', '65536'],
  ['HEARTBEAT_S', '9'],
  ['DRAIN_MS', '115001'],
  ['LINK_MASTER', JSON.stringify({ current: KEY.slice(1) })],
])('names %s when it is wrong, and tells no value', (name, value) => {
  const read = (): unknown => readConfig({ ...complete, [name]: value });
  expect(read).toThrow(name);
  expect(read).not.toThrow(KEY.slice(1));
});
