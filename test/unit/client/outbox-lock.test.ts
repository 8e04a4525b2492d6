/** Two programs on one outbox would give one number to two sales. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileOutbox } from '#client/outbox/file-outbox.ts';
import { LOCK_FILE } from '#client/outbox/outbox-lock.ts';
import { SEAL } from '#test/support/frame-seal.ts';

/** No process has this number: the kernel's largest is 2^22. */
const NO_PROCESS = 2 ** 22 + 1;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What another process of this run of the machine would have written. */
const heldBy = (pid: number, boot?: string): void => {
  openFileOutbox(join(folder, 'probe'), SEAL);
  const [, here = ''] = readFileSync(join(folder, 'probe', LOCK_FILE), 'utf8').split(' ');
  writeFileSync(join(folder, LOCK_FILE), `${pid} ${boot ?? here}`.trim());
};

describe('the lock of the outbox', () => {
  it('is refused while another living process holds it', () => {
    heldBy(process.ppid);
    expect(() => openFileOutbox(folder, SEAL)).toThrow('outbox_in_use');
    expect(existsSync(join(folder, LOCK_FILE))).toBe(true);
  });

  it.each([
    ['a process that is dead', NO_PROCESS, undefined],
    ['a process before the last power cut', process.ppid, 'another-boot'],
    ['this process', process.pid, undefined],
  ])('is taken over from %s', (_who, pid, boot) => {
    heldBy(pid, boot);
    const outbox = openFileOutbox(folder, SEAL);
    expect(outbox.reserve()).toBe(1);
    outbox.close();
  });

  it.each(['', 'nonsense', '0', '-1'])('is taken over where it holds %j', (content) => {
    writeFileSync(join(folder, LOCK_FILE), content);
    openFileOutbox(folder, SEAL).close();
    expect(existsSync(join(folder, LOCK_FILE))).toBe(false);
  });

  it('is given back at the end', () => {
    const outbox = openFileOutbox(folder, SEAL);
    expect(existsSync(join(folder, LOCK_FILE))).toBe(true);
    outbox.close();
    expect(existsSync(join(folder, LOCK_FILE))).toBe(false);
  });
});
