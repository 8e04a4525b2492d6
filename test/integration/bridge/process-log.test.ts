/** The log of the process on a real pipe: read, not read, and read again. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, read, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LOG_BYTES_MAX } from '#bridge/limits.ts';
import { createProcessLog } from '#bridge/process-log.ts';

/** Characters of a line, so that a few hundred of them are more than may wait. */
const LINE = 4_000;
const LINES = Math.ceil((2 * LOG_BYTES_MAX) / LINE);
const never = { sleep: () => new Promise<void>(() => undefined) };
const atOnce = { sleep: async () => undefined };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('is written whole before flush says so, and flush may be asked again', async () => {
  const file = join(folder, 'log');
  const log = createProcessLog('info', never, file);
  for (let slot = 0; slot < 3; slot += 1) {
    log.write('info', 'listening', { slot });
  }
  expect(await log.flush()).toBe(true);
  expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(3);
  expect(await log.flush()).toBe(true);
});

it('waits for a reader within its bound, then leaves lines out and says how many', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  // Open for both, so that neither side waits for the other.
  const fd = openSync(pipe, constants.O_RDWR);
  try {
    const log = createProcessLog('info', atOnce, fd);
    for (let slot = 0; slot < LINES; slot += 1) {
      log.write('info', 'captured', { slot, masked: '.'.repeat(LINE) });
    }
    expect(await log.flush()).toBe(false);
    const buffer = Buffer.alloc(65_536);
    let text = '';
    while (!/log_left_out.*\n/.test(text)) {
      const { bytesRead } = await promisify(read)(fd, buffer, 0, buffer.length, null);
      text += buffer.toString('latin1', 0, bytesRead);
    }
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const kept = lines.filter(({ event }) => event === 'captured');
    expect(kept.map(({ slot }) => slot)).toEqual(kept.map((_, index) => index));
    expect(text.length).toBeLessThan(LOG_BYTES_MAX + 2 * LINE);
    expect(lines.at(-1)).toMatchObject({ event: 'log_left_out', leftOut: LINES - kept.length });
    expect(kept.length).toBeGreaterThan(LOG_BYTES_MAX / (2 * LINE));
  } finally {
    closeSync(fd);
  }
});
