/** `npm run events`: follows the events that the running system sends, one readable line each. */
import { existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EVENTS_LOG } from './data-folder.ts';
import type { ReceivedEvent } from './stand-ins/receiver.ts';

/** Milliseconds between two looks at the log. */
const LOOK_MS = 200;
/** Bytes of one look. */
const READ_BYTES = 65_536;
const EXIT_OPERATING = 1;

interface Told {
  readonly type: string;
  readonly occurredAt: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Time, type, what it is about, amounts, and whether the signature was right. */
export const eventLine = ({ verified, headers, body }: ReceivedEvent): string => {
  const { type, occurredAt, data } = JSON.parse(body) as Told;
  const { amountMinor, postedMinor, refundedMinor, currency, code, reason } = data;
  const figures = Object.entries({
    amountMinor,
    postedMinor,
    refundedMinor,
    currency,
    code,
    reason,
  })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  const sealed = verified ? 'verified' : 'SIGNATURE WRONG';
  return `${occurredAt}  ${type.padEnd(26)}${headers['webhook-id']}  ${figures}  ${sealed}`;
};

const follow = async (file: string): Promise<void> => {
  const log = openSync(file, 'r');
  const buffer = Buffer.alloc(READ_BYTES);
  let rest = Buffer.alloc(0);
  for (;;) {
    const bytes = readSync(log, buffer, 0, READ_BYTES, null);
    rest = Buffer.concat([rest, buffer.subarray(0, bytes)]);
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      console.log(eventLine(JSON.parse(rest.toString('utf8', 0, end)) as ReceivedEvent));
      rest = rest.subarray(end + 1);
    }
    if (bytes === 0) {
      await sleep(LOOK_MS);
    }
  }
};

if (import.meta.main) {
  const dir = process.env.COSMOPAY_DIR ?? '.cosmopay';
  if (existsSync(join(dir, 'local.json'))) {
    await follow(join(dir, EVENTS_LOG));
  } else {
    console.error(
      'not_running: No system is up in this folder.\nRun `npm start` first, in another terminal.',
    );
    process.exitCode = EXIT_OPERATING;
  }
}
