/** The demo's receiver, and the line that a person reads of what it got. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventLine } from '#local/events.ts';
import { type ReceivedEvent, type Receiver, startReceiver } from '#local/stand-ins/receiver.ts';
import { type Secrets, startSecrets } from '#local/stand-ins/secrets.ts';

const EVENT = {
  id: 'evt_1001_1_7_0',
  type: 'payment.declined',
  occurredAt: '2026-09-21T14:13:20Z',
  data: { amountMinor: 12_900, currency: 410, code: 'insufficient_funds' },
};
const BODY = JSON.stringify(EVENT);

describe('the receiver', () => {
  const folder = mkdtempSync(join(tmpdir(), 'receiver-'));
  const log = join(folder, 'events.log');
  let secrets: Secrets;
  let receiver: Receiver;
  beforeAll(async () => {
    secrets = await startSecrets(join(folder, 'secrets.json'), 'arn:aws:secretsmanager:local');
    receiver = await startReceiver(secrets, log);
  });
  afterAll(async () => {
    await receiver.close();
    await secrets.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const post = async (body: string, at: Date, signed = body): Promise<number> => {
    const headers = {
      'webhook-id': EVENT.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(receiver.secret).sign(EVENT.id, at, signed),
    };
    return (await fetch(receiver.url, { method: 'POST', headers, body })).status;
  };

  it('takes what is signed and fresh, refuses the rest, and writes all of it down', async () => {
    const now = new Date();
    expect(await post(BODY, now)).toBe(204);
    expect(await post(BODY, now, `${BODY} `)).toBe(401);
    expect(await post(BODY, new Date(now.getTime() - 400_000))).toBe(401);
    expect(await post('x'.repeat(65_537), now)).toBe(413);
    await receiver.close();
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as ReceivedEvent);
    expect(events.map(({ verified, body }) => [verified, body])).toEqual([
      [true, BODY],
      [false, BODY],
      [false, BODY],
    ]);
  });

  it('keeps its secret from one run to the next', async () => {
    const again = await startReceiver(secrets, join(folder, 'again.log'));
    expect(again.secret).toBe(receiver.secret);
    await again.close();
  });
});

describe('a line', () => {
  const headers = {
    'webhook-id': EVENT.id,
    'webhook-timestamp': '1',
    'webhook-signature': 'v1,',
  };
  const receivedAt = '2026-09-21T14:13:21.000Z';

  it('tells what happened, to which payment, and with what figures', () => {
    const line = eventLine({ receivedAt, verified: true, headers, body: BODY });
    expect(line.split(/ {2,}/)).toEqual([
      EVENT.occurredAt,
      EVENT.type,
      EVENT.id,
      'amountMinor 12900, currency 410, code insufficient_funds',
      'verified',
    ]);
  });

  it('tells nothing of what was not signed, whatever it is', () => {
    const line = eventLine({ receivedAt, verified: false, headers, body: '\u001b[2Jno JSON' });
    expect(line).toBe(`${receivedAt}  SIGNATURE WRONG`);
  });
});
