/** The terminal against a bridge that is busy, leaves, refuses, loses answers, or stays away. */
import { afterEach, describe, expect, it } from 'vitest';
import { screenText } from '#client/content/screen-text.ts';
import type { SaleOutcome } from '#client/terminal.ts';
import { TYPE } from '../../support/foreign-terminal.ts';
import { runThrough } from './support/manual-time.ts';
import type { Script } from './support/scripted-bridge.ts';
import {
  createTerminalRig,
  type RigOptions,
  SALE,
  type TerminalRig,
} from './support/terminal-rig.ts';

const REVERSE_MS = 60_000;
const rigs: TerminalRig[] = [];
afterEach(() => {
  for (const rig of rigs.splice(0)) {
    rig.close();
  }
});

const rigWith = (script: Script, options: RigOptions = {}): TerminalRig => {
  const rig = createTerminalRig(options);
  rig.bridge.script = script;
  rigs.push(rig);
  return rig;
};
const pay = (rig: TerminalRig): Promise<SaleOutcome> =>
  runThrough(rig.time, rig.terminal.pay(SALE, REVERSE_MS));
const approved = { kind: 'answered', via: 'reply', reply: { code: 'approved' } };
const toneOf = (outcome: SaleOutcome): string =>
  screenText(outcome, { locale: 'en-US', currency: 410, timeZone: 'Asia/Seoul' }).tone;

describe('an ordinary sale', () => {
  it('is one HELLO and one PAY without REPEAT, approved, with nothing left pending', async () => {
    const rig = rigWith(() => 'serve');
    expect(await pay(rig)).toMatchObject(approved);
    expect(rig.bridge.hellos).toHaveLength(1);
    expect(rig.bridge.repeats(TYPE.pay)).toEqual([false]);
    expect(rig.outbox.open).toEqual([]);
  });

  it.each([
    ['session', 15_000],
    ['on_demand', 25_000],
  ] as const)(
    'tells a deadline five seconds before its own patience ends (%s)',
    async (mode, ms) => {
      const rig = rigWith(() => 'serve', { mode });
      await pay(rig);
      expect(rig.bridge.requests[0]?.body.get(6)).toBe(ms);
    },
  );
});

describe('asking again', () => {
  it('waits as long as BUSY says, then sends the same bytes with REPEAT, and accepts the reply', async () => {
    const sentAt: number[] = [];
    const rig = rigWith((frame, line, nth) => {
      sentAt.push(rig.time.nowMs());
      if (nth > 1) {
        return 'serve';
      }
      line.send(rig.bridge.busy(frame, 3_000));
      return 'done';
    });
    expect(await pay(rig)).toMatchObject(approved);
    expect((sentAt[1] ?? 0) - (sentAt[0] ?? 0)).toBe(3_000);
    expect(new Set(rig.bridge.originals(TYPE.pay)).size).toBe(1);
    expect(rig.bridge.repeats(TYPE.pay)).toEqual([false, true]);
    expect(rig.bridge.dials).toBe(1);
  });

  it('passes over a BUSY and a FAULT about another request', async () => {
    const rig = rigWith((frame, line) => {
      line.send(rig.bridge.busy({ ...frame, sequence: frame.sequence + 9 }, 20_000));
      line.send(rig.bridge.fault(71, frame.sequence + 9));
      return 'serve';
    });
    const begun = rig.time.nowMs();
    expect(await pay(rig)).toMatchObject(approved);
    expect(rig.time.nowMs() - begun).toBeLessThan(10_000);
  });

  it('finishes on the old connection after GOAWAY, and opens the next request on a new one', async () => {
    const rig = rigWith((_frame, line, nth) => {
      if (nth === 1) {
        line.send(rig.bridge.link(TYPE.goaway, new Map([[1, 1_000]])));
      }
      return 'serve';
    });
    expect(await pay(rig)).toMatchObject(approved);
    expect(rig.bridge.dials).toBe(1);
    expect(await pay(rig)).toMatchObject(approved);
    expect(rig.bridge.dials).toBe(2);
  });

  it('reconnects as late as GOAWAY says where the connection closes on the open request', async () => {
    const sentAt: number[] = [];
    const rig = rigWith((_frame, line, nth) => {
      sentAt.push(rig.time.nowMs());
      if (nth > 1) {
        return 'serve';
      }
      line.send(rig.bridge.link(TYPE.goaway, new Map([[1, 4_000]])));
      line.end();
      return 'done';
    });
    expect(await pay(rig)).toMatchObject(approved);
    expect((sentAt[1] ?? 0) - (sentAt[0] ?? 0)).toBe(4_000);
    expect(rig.bridge.originals(TYPE.pay)[0]).toBe(rig.bridge.originals(TYPE.pay)[1]);
  });

  it.each(['end', 'break'] as const)(
    'sends the same bytes on a new connection where the answer is lost (%s), and is charged once',
    async (how) => {
      const rig = rigWith((frame, line, nth) => {
        if (nth > 1) {
          return 'serve';
        }
        rig.bridge.carryOut(frame);
        line[how]();
        return 'done';
      });
      expect(await pay(rig)).toMatchObject(approved);
      expect(rig.bridge.dials).toBe(2);
      expect(new Set(rig.bridge.originals(TYPE.pay)).size).toBe(1);
      expect(rig.bridge.repeats(TYPE.pay)).toEqual([false, true]);
      expect(rig.bridge.posted).toHaveLength(1);
    },
  );

  it('asks on the same connection after the first silence, on a new one after the second', async () => {
    const lines: number[] = [];
    const rig = rigWith((_frame, line, nth) => {
      lines.push(line.number);
      return nth > 2 ? 'serve' : 'done';
    });
    expect(await pay(rig)).toMatchObject(approved);
    expect(lines).toEqual([0, 0, 1]);
  });

  it.each([128, 129, 130, 131, 132, 192])(
    'takes the undecided answer %i for no outcome',
    async (code) => {
      const rig = rigWith((frame, line, nth) => {
        if (nth > 1) {
          return 'serve';
        }
        line.send(
          rig.bridge.reply(frame, [
            [1, code],
            [6, 1_000],
          ]),
        );
        return 'done';
      });
      expect(await pay(rig)).toMatchObject(approved);
      expect(rig.bridge.repeats(TYPE.pay)).toEqual([false, true]);
    },
  );

  it('ignores replies that are altered, to another request, or bound to another content', async () => {
    const rig = rigWith((frame, line) => {
      const altered = rig.bridge.reply(frame, [[1, 6]]);
      altered.writeUInt8(altered.readUInt8(altered.length - 1) ^ 1, altered.length - 1);
      line.send(altered, rig.bridge.reply({ ...frame, sequence: frame.sequence + 1 }, [[1, 6]]));
      line.send(rig.bridge.reply({ ...frame, body: new Map([[1, 'other']]) }, [[1, 6]]));
      line.send(rig.bridge.reply({ ...frame, type: TYPE.status }, [[1, 6]]));
      return 'serve';
    });
    expect(await pay(rig)).toMatchObject(approved);
  });
});

describe('a FAULT', () => {
  it.each([
    [66, 'mac_invalid'],
    [69, 'key_version_retired'],
    [71, 'conflict'],
    [72, 'sequence_too_old'],
  ])('with %i stops the terminal and keeps the sale open (%s)', async (number, code) => {
    const rig = rigWith((frame, line) => {
      line.send(rig.bridge.fault(number, frame.sequence));
      return 'done';
    });
    const outcome = await pay(rig);
    expect(outcome).toEqual({ kind: 'stopped', code });
    expect(toneOf(outcome)).toBe('open');
    expect(rig.outbox.open[0]?.kind).toBe('pay');
    expect(rig.bridge.requests).toHaveLength(1);
  });

  it.each([128, 132, 192])(
    'with the undecided code %i is asked again on a new connection, for ever',
    async (code) => {
      const rig = rigWith((_frame, line, nth) => {
        if (nth > 4) {
          return 'serve';
        }
        line.send(rig.bridge.fault(code));
        line.end();
        return 'done';
      });
      expect(await pay(rig)).toMatchObject(approved);
      expect(rig.bridge.dials).toBe(5);
    },
  );

  it('without a signature stops the terminal at the third in a row, not at the second', async () => {
    const refuseFirst =
      (count: number): Script =>
      (_frame, line, nth) => {
        if (nth > count) {
          return 'serve';
        }
        line.send(last().bridge.unsignedFault(66));
        line.end();
        return 'done';
      };
    const last = (): TerminalRig => rigs.at(-1) as TerminalRig;
    expect(await pay(rigWith(refuseFirst(2)))).toMatchObject(approved);
    expect(await pay(rigWith(refuseFirst(3)))).toEqual({ kind: 'stopped', code: 'mac_invalid' });
  });
});

describe('when the time is up', () => {
  it('asks STATUS once and takes its word for an approved sale', async () => {
    const rig = rigWith((frame) => {
      if (frame.type === TYPE.pay) {
        rig.bridge.carryOut(frame);
        return 'done';
      }
      return 'serve';
    });
    const outcome = await pay(rig);
    expect(outcome).toMatchObject({ kind: 'answered', via: 'status', reply: { code: 'approved' } });
    expect(rig.bridge.repeats(TYPE.status)).toEqual([false]);
    expect(rig.bridge.originals(TYPE.reverse)).toEqual([]);
    expect(rig.outbox.open).toEqual([]);
  });

  it('asks STATUS once and takes its word for a declined sale', async () => {
    const rig = rigWith((frame) => {
      if (frame.type === TYPE.pay) {
        rig.bridge.carryOut(frame);
        return 'done';
      }
      return 'serve';
    });
    rig.bridge.declines = true;
    expect(await pay(rig)).toMatchObject({ via: 'status', reply: { code: 'insufficient_funds' } });
  });

  it('reverses what STATUS does not know, so that a late copy of the PAY moves nothing', async () => {
    const rig = rigWith((frame) => (frame.type === TYPE.pay ? 'done' : 'serve'));
    const outcome = await pay(rig);
    expect(outcome).toEqual({ kind: 'reversed' });
    const late = rig.bridge.requests[0];
    expect(late && rig.bridge.codec.decode(rig.bridge.carryOut(late)).body.get(1)).toBe(14);
    expect(rig.bridge.posted).toEqual([]);
    expect(rig.bridge.originals(TYPE.status)).toHaveLength(1);
  });

  it('goes on with REVERSE until it is answered, with the same bytes, never showing a refusal before', async () => {
    const rig = rigWith((frame, _line, nth) =>
      frame.type === TYPE.reverse && nth > 8 ? 'serve' : 'done',
    );
    const outcome = await runThrough(rig.time, rig.terminal.pay(SALE, 600_000));
    expect(outcome).toEqual({ kind: 'reversed' });
    const reverses = rig.bridge.originals(TYPE.reverse);
    expect(reverses.length).toBeGreaterThan(1);
    expect(new Set(reverses).size).toBe(1);
    expect(rig.bridge.repeats(TYPE.reverse)).toEqual(reverses.map((_, at) => at > 0));
  });

  it('says that it does not know while nothing is answered, and settles at the next start', async () => {
    const rig = rigWith((frame) => {
      if (frame.type === TYPE.pay) {
        rig.bridge.carryOut(frame);
      }
      return 'done';
    });
    const outcome = await pay(rig);
    expect(outcome.kind).toBe('unknown');
    expect(toneOf(outcome)).toBe('open');
    expect(rig.outbox.open[0]?.kind).toBe('reverse');
    expect(rig.bridge.originals(TYPE.status)).toHaveLength(1);
    rig.bridge.script = () => 'serve';
    const settled = await runThrough(rig.time, rig.terminal.settlePending(REVERSE_MS));
    expect(settled).toEqual({ kind: 'reversed' });
    expect(rig.bridge.posted).toEqual([]);
    expect(new Set(rig.bridge.originals(TYPE.reverse)).size).toBe(1);
  });

  it('is certain that nothing was charged where no connection ever came', async () => {
    const rig = rigWith(() => 'serve');
    rig.bridge.onDial = () => {
      throw new Error('no network');
    };
    const outcome = await pay(rig);
    expect(outcome).toEqual({ kind: 'not_sent', trouble: 'no network' });
    expect(rig.outbox.open).toEqual([]);
  });

  it('gives up taking back after the time it was given, and keeps the REVERSE', async () => {
    const rig = rigWith((frame) => {
      rig.bridge.onDial = () => {
        throw new Error('no network');
      };
      rig.bridge.carryOut(frame);
      return 'done';
    });
    await pay(rig);
    const begun = rig.time.nowMs();
    const outcome = await runThrough(rig.time, rig.terminal.settlePending(REVERSE_MS));
    expect(outcome).toEqual({ kind: 'unknown', sequence: 3, trouble: 'no network' });
    expect(rig.time.nowMs() - begun).toBeLessThanOrEqual(REVERSE_MS + 1_000);
    expect(rig.outbox.open[0]?.kind).toBe('reverse');
  });

  it('does not send a copy of the PAY on a connection that opens after the time', async () => {
    const rig = rigWith((frame, line) => {
      if (frame.type === TYPE.pay) {
        line.break();
        return 'done';
      }
      return 'serve';
    });
    rig.bridge.onDial = () => (rig.bridge.dials === 1 ? rig.time.sleep(70_000) : Promise.resolve());
    expect(await pay(rig)).toEqual({ kind: 'reversed' });
    expect(rig.bridge.originals(TYPE.pay)).toHaveLength(1);
    // The connection that came late served STATUS and REVERSE.
    expect(rig.bridge.dials).toBe(2);
  });
});
