/** What a sale costs on the air, with the replies that a shop really gives, built by the independent codec. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { sellOnce } from '#client/sell-once.ts';
import { ManualTime, runThrough } from '../../unit/client/support/manual-time.ts';
import { KEYS } from '../../unit/client/support/scripted-bridge.ts';
import { SALE } from '../../unit/client/support/terminal-rig.ts';
import { closeAll, openRig } from './support/modem-rig.ts';
import { openTcpBridge } from './support/tcp-bridge.ts';

/** TCP payload of a sale, both ways: on a standing connection, and with its own connection and sign-on. */
const STANDING_BYTES_MAX = 160;
const ON_DEMAND_BYTES_MAX = 280;
/** Key 7, a line for the customer, and key 8, the masked name. */
const THANKS = [
  [7, '감사합니다'],
  [8, '김**'],
] as const;

afterEach(closeAll);

it('sells on demand within its bytes, name and Korean thanks included', async () => {
  const { bridge, port, close } = await openTcpBridge();
  bridge.thanks = THANKS;
  const folder = mkdtempSync(join(tmpdir(), 'sale-'));
  const time = new ManualTime();
  try {
    const { identifier, entryMode, items, currency } = SALE;
    const selling = sellOnce({
      host: '127.0.0.1',
      port,
      terminal: KEYS.terminal,
      keyVersion: KEYS.keyVersion,
      keys: {
        linkKey: Buffer.from(KEYS.linkKey, 'hex'),
        messageKey: Buffer.from(KEYS.messageKey, 'hex'),
      },
      outboxDir: folder,
      sale: { identifier, entryMode, items, currency },
      locale: 'ko-KR',
      clock: time,
      timers: time,
    });
    const story = await runThrough(time, selling, 1);
    expect(story.outcome).toMatchObject({
      kind: 'answered',
      reply: { code: 'approved', text: '감사합니다', maskedName: '김**' },
    });
    expect(story.bytesUp + story.bytesDown).toBeLessThanOrEqual(ON_DEMAND_BYTES_MAX);
    expect(story.bytesUp).toBe(
      (bridge.hellos[0]?.bytes.length ?? 0) + (bridge.requests[0]?.bytes.length ?? 0),
    );
  } finally {
    close();
    rmSync(folder, { recursive: true });
  }
});

it('sells on a standing connection within its bytes, name and Korean thanks included', async () => {
  const rig = await openRig({}, 1, 'session');
  rig.bridge.thanks = THANKS;
  expect(await rig.sell()).toMatchObject({ kind: 'answered' });
  const before = rig.modem.air;
  expect(await rig.pay()).toMatchObject({
    kind: 'answered',
    reply: { code: 'approved', text: '감사합니다', maskedName: '김**' },
  });
  const { bytesUp, bytesDown } = rig.modem.air;
  const spent = bytesUp - before.bytesUp + bytesDown - before.bytesDown;
  expect(rig.bridge.dials).toBe(1);
  expect(spent).toBeGreaterThan(0);
  expect(spent).toBeLessThanOrEqual(STANDING_BYTES_MAX);
});
