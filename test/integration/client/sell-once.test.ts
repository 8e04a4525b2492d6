/** One sale through the virtual modem against a bridge of canned answers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sellOnce } from '#client/sell-once.ts';
import { systemClock, systemTimers } from '#client/system-time.ts';
import { frameType } from '#protocol/cp1/frame.ts';
import { FrameReader } from '#protocol/cp1/frame-reader.ts';
import { linkKeysOf, messageKeysOf } from '#protocol/cp1/keys.ts';
import { decodeHello, encodeWelcome } from '#protocol/cp1/link-codec.ts';
import { encodeReply } from '#protocol/cp1/reply-codec.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';

it('sells on demand with at most 280 bytes on the air, 160 of them for the sale itself', async () => {
  const linkKey = new Uint8Array(32).fill(1);
  const messageKey = new Uint8Array(32).fill(2);
  const key = { terminal: 1001, keyVersion: 1, sequence: 0 };
  const reply = {
    code: 'approved',
    authorisation: 'A1B2C3',
    serverTimeS: 1_790_000_000,
    amountMinor: 12_900,
  } as const;
  let saleBytes = 0;
  const server = createServer((socket) => {
    const reader = new FrameReader();
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      reader.feed(chunk);
      for (let frame = reader.next(); frame instanceof Uint8Array; frame = reader.next()) {
        if (frameType(frame) === 1) {
          const hello = decodeHello(frame);
          const nonce = hello.ok ? hello.value.nonce : new Uint8Array(8);
          const welcome = {
            nonce,
            serverTimeS: 1_790_000_000,
            heartbeatS: 300,
            mode: 'session',
            frameBytesMax: 1024,
          } as const;
          socket.write(encodeWelcome(key, welcome, linkKeysOf(pureCrypto, linkKey).down));
        } else {
          const answer = encodeReply(
            frame,
            frame.slice(-8),
            reply,
            messageKeysOf(pureCrypto, messageKey).reply,
          );
          saleBytes += frame.length + answer.length;
          socket.write(answer);
        }
      }
      reader.retain();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const folder = mkdtempSync(join(tmpdir(), 'sale-'));
  try {
    const story = await sellOnce({
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      terminal: 1001,
      keyVersion: 1,
      keys: { linkKey, messageKey },
      outboxDir: folder,
      sale: {
        identifier: '70000000000000000042',
        entryMode: 3,
        items: [{ sku: 'LIP-01', quantity: 1, unitPriceMinor: 12_900 }],
        currency: 410,
      },
      locale: 'ko-KR',
      clock: systemClock,
      timers: systemTimers,
    });
    expect(story.outcome).toMatchObject({ kind: 'answered', reply: { code: 'approved' } });
    expect(saleBytes).toBeLessThanOrEqual(160);
    expect(story.bytesUp + story.bytesDown).toBeLessThanOrEqual(280);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});
