/** The power fails between any two steps of a sale; the next start ends the sale, and the books agree with the screen. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Outbox } from '#client/outbox/file-outbox.ts';
import type { SaleOutcome } from '#client/terminal.ts';
import { TYPE } from '../../support/foreign-terminal.ts';
import { ManualTime, settle } from './support/manual-time.ts';
import { type Script, ScriptedBridge } from './support/scripted-bridge.ts';
import { createTerminalRig, SALE } from './support/terminal-rig.ts';

const REVERSE_MS = 60_000;
/** More steps than the longest of these sales has. */
const STEPS_MAX = 60;
const LONGEST_SALE_MS = 400_000;
const SLICE_MS = 500;

class PowerCut extends Error {}

/** Counts steps; from step `at` on nothing of the first run has any effect. */
class Power {
  readonly #at: number;
  #steps = 0;
  constructor(at: number) {
    this.#at = at;
  }
  get off(): boolean {
    return this.#steps >= this.#at;
  }
  step(): void {
    if (!this.off) {
      this.#steps += 1;
    }
    if (this.off) {
      throw new PowerCut();
    }
  }
}

const cutOutbox = (outbox: Outbox, power: Power): Outbox => {
  const between = <T>(effect: () => T): T => {
    power.step();
    const value = effect();
    power.step();
    return value;
  };
  return {
    get open() {
      return outbox.open;
    },
    get lastSequence() {
      return outbox.lastSequence;
    },
    reserve: () => between(() => outbox.reserve()),
    begin: (make) => between(() => outbox.begin(make)),
    store: (make) => between(() => outbox.store(make)),
    reverse: (payment, make) => between(() => outbox.reverse(payment, make)),
    settle: (sequence) => between(() => outbox.settle(sequence)),
    close: () => undefined,
  };
};

interface Weather {
  readonly name: string;
  readonly declines?: boolean;
  readonly script: (bridge: ScriptedBridge) => Script;
}

const weathers: readonly Weather[] = [
  { name: 'answered', script: () => () => 'serve' },
  { name: 'declined', declines: true, script: () => () => 'serve' },
  {
    name: 'answer lost once',
    script: (bridge) => (frame, line, nth) => {
      if (nth > 1) {
        return 'serve';
      }
      bridge.carryOut(frame);
      line.end();
      return 'done';
    },
  },
  {
    name: 'booked, told by STATUS only',
    script: (bridge) => (frame) => {
      if (frame.type !== TYPE.pay) {
        return 'serve';
      }
      bridge.carryOut(frame);
      return 'done';
    },
  },
  {
    name: 'booked, STATUS lost, reversed',
    script: (bridge) => (frame) => {
      if (frame.type === TYPE.pay) {
        bridge.carryOut(frame);
      }
      return frame.type === TYPE.reverse ? 'serve' : 'done';
    },
  },
  {
    name: 'never arrived, reversed',
    script: () => (frame) => (frame.type === TYPE.reverse ? 'serve' : 'done'),
  },
];

/** The first run, cut at step `at`; undefined where the power failed before the screen had an outcome. */
const firstRun = async (
  weather: Weather,
  bridge: ScriptedBridge,
  time: ManualTime,
  folder: string,
  power: Power,
): Promise<SaleOutcome | undefined> => {
  const script = weather.script(bridge);
  bridge.script = (frame, line, nth) => {
    try {
      power.step();
      const done = script(frame, line, nth);
      if (done === 'serve') {
        const answer = bridge.carryOut(frame);
        power.step();
        line.send(answer);
      }
    } catch (error) {
      if (!(error instanceof PowerCut)) {
        throw error;
      }
    }
    return 'done';
  };
  bridge.onDial = () => power.step();
  const rig = createTerminalRig({
    bridge,
    time,
    folder,
    wrapOutbox: (outbox) => cutOutbox(outbox, power),
  });
  let outcome: SaleOutcome | undefined;
  let ended = false;
  rig.terminal.pay(SALE, REVERSE_MS).then(
    (value) => {
      outcome = value;
      ended = true;
    },
    () => {
      ended = true;
    },
  );
  for (let ms = 0; ms < LONGEST_SALE_MS && !ended && !power.off; ms += SLICE_MS) {
    await time.advance(SLICE_MS);
  }
  await settle();
  rig.terminal.close();
  rig.outbox.close();
  return power.off ? undefined : outcome;
};

interface Restart {
  readonly settled: boolean;
  readonly left: SaleOutcome | undefined;
  readonly pendingKind: string | undefined;
}

/** A new start on what the cut left in the folder; the network is well again. */
const restart = async (bridge: ScriptedBridge, folder: string): Promise<Restart> => {
  bridge.script = () => 'serve';
  bridge.onDial = () => undefined;
  const again = createTerminalRig({ bridge, folder });
  let left: SaleOutcome | undefined;
  let settled = false;
  void again.terminal.settlePending(REVERSE_MS).then((value) => {
    left = value;
    settled = true;
  });
  for (let ms = 0; ms < LONGEST_SALE_MS && !settled; ms += SLICE_MS) {
    await again.time.advance(SLICE_MS);
  }
  const pendingKind = again.outbox.open[0]?.kind;
  again.close();
  return { settled, left, pendingKind };
};

const booksAgree = (bridge: ScriptedBridge, shown: SaleOutcome | undefined): boolean => {
  if (shown === undefined) {
    return true;
  }
  const paid = shown.kind === 'answered' && shown.reply.code === 'approved';
  return bridge.posted.length === (paid ? 1 : 0) && /answered|reversed/.test(shown.kind);
};

/** Cuts at step `at` and starts again; true where the sale was over before the cut. */
const survives = async (weather: Weather, at: number): Promise<boolean> => {
  const folder = mkdtempSync(join(tmpdir(), 'cut-'));
  const bridge = new ScriptedBridge();
  bridge.declines = weather.declines ?? false;
  const where = `cut at step ${at}`;
  try {
    const shown = await firstRun(weather, bridge, new ManualTime(), folder, new Power(at));
    const { settled, left, pendingKind } = await restart(bridge, folder);
    expect(settled, where).toBe(true);
    expect(pendingKind, where).toBeUndefined();
    expect([undefined, 'reversed'], where).toContain(left?.kind);
    expect(booksAgree(bridge, shown), where).toBe(true);
    expect(left === undefined || bridge.posted.length === 0, where).toBe(true);
    const uses = new Set(bridge.requests.map(({ sequence, type }) => `${sequence} ${type}`));
    const numbers = new Set(bridge.requests.map(({ sequence }) => sequence));
    expect(uses.size, 'no number for two requests').toBe(numbers.size);
    return shown !== undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

describe('a power cut at any step, then a new start', () => {
  it.each(weathers)('ends the sale as approved, declined or reversed ($name)', async (weather) => {
    let cuts = 0;
    while (cuts < STEPS_MAX && !(await survives(weather, cuts + 1))) {
      cuts += 1;
    }
    // Both sides of the record, the connection, before and behind the books, both sides of the settling.
    expect(cuts).toBeGreaterThanOrEqual(6);
    expect(cuts).toBeLessThan(STEPS_MAX);
  });
});
