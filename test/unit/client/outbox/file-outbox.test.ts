/** The outbox file: the power fails at every byte of it, and nothing that was acknowledged is lost or used again. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  COMPACT_BYTES,
  OPEN_REQUESTS_MAX,
  type Outbox,
  openFileOutbox,
} from '#client/outbox/file-outbox.ts';
import { createFrameSeal } from '#client/outbox/frame-seal.ts';
import { OUTBOX_FILE } from '#client/outbox/outbox-file.ts';
import { SEAL } from '#test/support/frame-seal.ts';

let folder = '';
let places = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outbox-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const fileOf = (place: string): Buffer => readFileSync(join(place, OUTBOX_FILE));

/** An outbox whose file has this content. */
const openOn = (content: Uint8Array): Outbox => {
  places += 1;
  const place = join(folder, `place-${places}`);
  mkdirSync(place);
  writeFileSync(join(place, OUTBOX_FILE), content);
  return openFileOutbox(place, SEAL);
};

/** Bytes that tell their number, of a length of their own. */
const frameOf = (sequence: number): Uint8Array =>
  new Uint8Array(20 + (sequence % 7)).fill(sequence & 255);

interface Acknowledged {
  readonly bytes: number;
  readonly lastSequence: number;
  /** Kind, number and bytes of what is open. */
  readonly open: readonly string[];
}

const openOf = (outbox: Outbox): string[] =>
  outbox.open.map(
    ({ kind, sequence, about, frame }) =>
      `${kind} ${sequence} ${about} ${Buffer.from(frame).toString('hex')}`,
  );

const STEPS: readonly ((outbox: Outbox) => void)[] = [
  (outbox) => outbox.begin(frameOf),
  (outbox) => outbox.settle(1),
  (outbox) => outbox.store(frameOf),
  (outbox) => outbox.begin(frameOf),
  (outbox) => outbox.reserve(),
  (outbox) => outbox.reverse(3, frameOf),
  (outbox) => outbox.store(frameOf),
  (outbox) => outbox.begin(frameOf),
  (outbox) => outbox.settle(7),
  (outbox) => outbox.settle(2),
  (outbox) => outbox.settle(5),
];

const history = (): {
  readonly file: Buffer;
  readonly acknowledged: readonly Acknowledged[];
} => {
  const place = join(folder, 'history');
  const outbox = openFileOutbox(place, SEAL);
  const acknowledged: Acknowledged[] = [];
  const note = (): void => {
    acknowledged.push({
      bytes: fileOf(place).length,
      lastSequence: outbox.lastSequence,
      open: openOf(outbox),
    });
  };
  note();
  for (const step of STEPS) {
    step(outbox);
    note();
  }
  outbox.close();
  return { file: fileOf(place), acknowledged };
};

/** Every record is synced: a busy disk makes hundreds of files slow. */
const SLOW = { timeout: 60_000 };

describe('a power cut at every byte of the outbox file', SLOW, () => {
  it('loses nothing that was acknowledged, and gives no number twice', () => {
    const { file, acknowledged } = history();
    expect(file.length).toBeGreaterThan(250);
    for (let cut = 0; cut <= file.length; cut += 1) {
      const state = acknowledged.findLast(({ bytes }) => bytes <= cut) as Acknowledged;
      const again = openOn(file.subarray(0, cut));
      expect(openOf(again), `cut at byte ${cut}`).toEqual(state.open);
      const torn = cut > state.bytes;
      // What was being written may have been whole, and sent, before its tail was lost.
      expect(again.lastSequence, `cut at byte ${cut}`).toBe(state.lastSequence + (torn ? 1 : 0));
      expect(again.reserve()).toBe(state.lastSequence + (torn ? 2 : 1));
      again.close();
    }
  });

  it('holds through any number of cuts one after another', () => {
    const act = fc.constantFrom('begin', 'store', 'reverse', 'settle', 'reserve');
    const life = fc.tuple(fc.array(act, { maxLength: 6 }), fc.nat(40));
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 5 }), (lives) => {
        let state = { file: Buffer.alloc(0) as Buffer, given: new Set<number>() };
        for (const [acts, lost] of lives) {
          state = liveUntilCut(state, acts, lost);
        }
      }),
      { numRuns: 60 },
    );
  });
});

interface Life {
  readonly file: Buffer;
  /** Numbers that may have been sent. */
  readonly given: Set<number>;
}

/** One run from a file to its cut: only the record that was being written then can be torn, or be missing. */
const liveUntilCut = ({ file, given }: Life, acts: readonly string[], lost: number): Life => {
  const outbox = openOn(file);
  const place = join(folder, `place-${places}`);
  const note = (): { bytes: number; numbers: Set<number>; kept: string[] } => ({
    bytes: fileOf(place).length,
    numbers: new Set(given),
    kept: openOf(outbox),
  });
  let before = note();
  for (const act of acts) {
    before = note();
    const number = doOne(outbox, act);
    expect(given.has(number ?? 0)).toBe(false);
    if (number !== undefined) {
      given.add(number);
    }
  }
  const kept = openOf(outbox);
  outbox.close();
  const whole = fileOf(place);
  const cut = whole.subarray(0, Math.max(before.bytes, whole.length - lost));
  const again = openOn(cut);
  expect(openOf(again)).toEqual(cut.length === whole.length ? kept : before.kept);
  again.close();
  return { file: cut, given: cut.length > before.bytes ? given : before.numbers };
};

/** The number that was given out for it, if one was. */
const doOne = (outbox: Outbox, act: string): number | undefined => {
  const paying = outbox.open.find(({ kind }) => kind === 'pay');
  const [first] = outbox.open;
  if (act === 'reserve') {
    return outbox.reserve();
  }
  if (act === 'store') {
    return outbox.store(frameOf).sequence;
  }
  if (act === 'begin' && paying === undefined) {
    return outbox.begin(frameOf).sequence;
  }
  if (act === 'reverse' && paying !== undefined) {
    return outbox.reverse(paying.sequence, frameOf).sequence;
  }
  if (act === 'settle' && first !== undefined) {
    outbox.settle(first.sequence);
  }
  return undefined;
};

describe('the outbox', SLOW, () => {
  it('refuses a file that is damaged in the middle, and says where', () => {
    const outbox = openFileOutbox(folder, SEAL);
    outbox.reserve();
    outbox.reserve();
    outbox.close();
    const file = fileOf(folder);
    file[8] = (file[8] ?? 0) ^ 1;
    writeFileSync(join(folder, OUTBOX_FILE), file);
    expect(() => openFileOutbox(folder, SEAL)).toThrow(/outbox_damaged: .*byte 0/);
    expect(fileOf(folder)).toEqual(file);
  });

  it('opens under other keys where nothing waits, and else says what to do, with the file as it was', () => {
    const others = createFrameSeal(new Uint8Array(32).fill(1));
    const outbox = openFileOutbox(folder, SEAL);
    outbox.settle(outbox.begin(frameOf).sequence);
    outbox.close();
    const empty = openFileOutbox(folder, others);
    expect([empty.open, empty.lastSequence]).toEqual([[], 1]);
    empty.close();
    const open = openFileOutbox(folder, SEAL);
    open.store(frameOf);
    open.close();
    const file = fileOf(folder);
    expect(() => openFileOutbox(folder, others)).toThrow(
      /outbox_sealed: request 2 .*let it deliver/,
    );
    expect(fileOf(folder)).toEqual(file);
    openFileOutbox(folder, SEAL).close();
  });

  it('keeps one payment at a time, stored sales and REVERSEs besides', () => {
    const outbox = openFileOutbox(folder, SEAL);
    outbox.store(frameOf);
    outbox.begin(frameOf);
    expect(() => outbox.begin(frameOf)).toThrow('outbox_busy');
    outbox.reverse(2, frameOf);
    outbox.begin(frameOf);
    expect(outbox.open.map(({ kind, sequence }) => [kind, sequence])).toEqual([
      ['stored', 1],
      ['reverse', 3],
      ['pay', 4],
    ]);
    outbox.close();
  });

  it('lets go of exactly the request that was answered', () => {
    const outbox = openFileOutbox(folder, SEAL);
    outbox.store(frameOf);
    outbox.store(frameOf);
    outbox.settle(1);
    expect(() => outbox.settle(1)).toThrow('outbox_busy');
    expect(() => outbox.settle(3)).toThrow('outbox_busy');
    expect(() => outbox.reverse(2, frameOf)).toThrow('outbox_busy');
    expect(outbox.open.map(({ sequence }) => sequence)).toEqual([2]);
    outbox.close();
  });

  it(`takes ${OPEN_REQUESTS_MAX} requests without an answer, and not one more`, () => {
    const outbox = openFileOutbox(folder, SEAL);
    for (let count = 0; count < OPEN_REQUESTS_MAX; count += 1) {
      outbox.store(frameOf);
    }
    expect(() => outbox.store(frameOf)).toThrow('outbox_full');
    expect(() => outbox.begin(frameOf)).toThrow('outbox_full');
    outbox.settle(1);
    expect(outbox.begin(frameOf).sequence).toBe(OPEN_REQUESTS_MAX + 1);
    outbox.close();
  });

  it('refuses everything once it is closed', () => {
    const outbox = openFileOutbox(folder, SEAL);
    outbox.close();
    expect(() => outbox.reserve()).toThrow('outbox_failed');
  });
});

describe('compacting', SLOW, () => {
  /** Sells until the file has just become shorter. */
  const sellUntilShorter = (outbox: Outbox): void => {
    for (let length = 0; fileOf(folder).length >= length; ) {
      length = fileOf(folder).length;
      outbox.settle(outbox.begin((sequence) => new Uint8Array(150).fill(sequence & 255)).sequence);
    }
  };

  it('writes nothing that a customer showed in clear, also when it is written anew', () => {
    const shown = Buffer.from('70000000000000000042');
    const outbox = openFileOutbox(folder, SEAL);
    outbox.store(() => shown);
    const one = fileOf(folder);
    expect(one.includes(shown)).toBe(false);
    sellUntilShorter(outbox);
    const anew = fileOf(folder);
    expect(anew.includes(shown)).toBe(false);
    expect(anew.includes(one.subarray(-20))).toBe(false);
    outbox.close();
    const again = openFileOutbox(folder, SEAL);
    expect(again.open.map(({ frame }) => Buffer.from(frame))).toEqual([shown]);
    again.close();
  });

  it('leaves no byte of an answered request, and what is open as it was', () => {
    const outbox = openFileOutbox(folder, SEAL);
    outbox.store(frameOf);
    sellUntilShorter(outbox);
    const file = fileOf(folder);
    const { lastSequence } = outbox;
    expect(lastSequence).toBeGreaterThan(50);
    expect(file.length).toBeLessThan(100);
    const before = openOf(outbox);
    outbox.reserve();
    outbox.close();
    const again = openFileOutbox(folder, SEAL);
    expect(openOf(again)).toEqual(before);
    expect(again.reserve()).toBe(lastSequence + 2);
    again.close();
  });

  it('keeps the numbers where the power fails at any byte behind it', () => {
    const outbox = openFileOutbox(folder, SEAL);
    outbox.store(frameOf);
    sellUntilShorter(outbox);
    const whole = fileOf(folder).length;
    const { lastSequence } = outbox;
    const { sequence } = outbox.begin(frameOf);
    expect(sequence).toBe(lastSequence + 1);
    outbox.close();
    const file = fileOf(folder);
    for (let cut = whole; cut <= file.length; cut += 1) {
      const again = openOn(file.subarray(0, cut));
      const lost = cut < file.length;
      expect(again.open.map(({ kind }) => kind)).toEqual(lost ? ['stored'] : ['stored', 'pay']);
      expect(again.reserve(), `cut at byte ${cut}`).toBe(lastSequence + (cut === whole ? 1 : 2));
      again.close();
    }
  });

  it('is not done while most of the file is still needed', () => {
    const outbox = openFileOutbox(folder, SEAL);
    const frame = (): Uint8Array => new Uint8Array(500);
    while (fileOf(folder).length < COMPACT_BYTES) {
      outbox.store(frame);
    }
    const before = fileOf(folder).length;
    outbox.settle(1);
    expect(fileOf(folder).length).toBeGreaterThan(before);
    outbox.close();
  });

  it('passes over what a power cut left of it', () => {
    const outbox = openFileOutbox(folder, SEAL);
    outbox.store(frameOf);
    outbox.close();
    const left = join(folder, 'outbox.log.new');
    writeFileSync(left, fileOf(folder).subarray(0, 9));
    const again = openFileOutbox(folder, SEAL);
    expect(again.open).toHaveLength(1);
    expect(existsSync(left)).toBe(false);
    again.close();
  });
});
