/** `npm run events`: follows the events that the running system sends, one readable line each. */
import { existsSync, fstatSync, openSync, readSync } from 'node:fs';
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
export const eventLine = ({ receivedAt, verified, headers, body }: ReceivedEvent): string => {
  if (!verified) {
    // Anyone on this machine can post to the receiver: what it says is not even read.
    return `${receivedAt}  SIGNATURE WRONG`;
  }
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
  return `${occurredAt}  ${type.padEnd(26)}${headers['webhook-id']}  ${figures}  verified`;
};

const follow = async (file: string): Promise<void> => {
  const log = openSync(file, 'r');
  const buffer = Buffer.alloc(READ_BYTES);
  let position = 0;
  let rest = Buffer.alloc(0);
  for (;;) {
    if (fstatSync(log).size < position) {
      // The system was started again: its log begins anew.
      position = 0;
      rest = Buffer.alloc(0);
    }
    const bytes = readSync(log, buffer, 0, READ_BYTES, position);
    position += bytes;
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
