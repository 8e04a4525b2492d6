/** A modem of unknown family on a port that comes and goes. */
import { describe, expect, it } from 'vitest';
import { type AnyModemOptions, createModem } from '#client/at/any-modem.ts';
import { AtError } from '#client/at/at-error.ts';
import { familyNamed } from '#client/at/families.ts';
import type { FamilyName } from '#client/at/modem-family.ts';
import { createVirtualModem, type VirtualModem } from '#client/modem/virtual-modem.ts';
import type { Personality } from '#client/modem/virtual-personality.ts';
import { ManualTime, runThrough } from '../support/manual-time.ts';

const FAMILIES: readonly FamilyName[] = ['sim800', 'sim7600', 'quectel', 'ublox'];

const plug = (
  family: FamilyName,
  personality: Partial<Personality> = {},
  options: Partial<AnyModemOptions> = {},
): {
  readonly time: ManualTime;
  readonly modem: ReturnType<typeof createModem>;
  readonly ports: VirtualModem[];
} => {
  const time = new ManualTime();
  const ports: VirtualModem[] = [];
  const modem = createModem({
    clock: time,
    timers: time,
    apn: 'internet',
    openPort: () => {
      const port = createVirtualModem({ family, timers: time, personality });
      ports.push(port);
      return Promise.resolve(port);
    },
    ...options,
  });
  return { time, modem, ports };
};

describe('a modem that is plugged in', () => {
  it.each(FAMILIES)('is asked what it is, and found to be of family %s', async (family) => {
    const { time, modem } = plug(family, { stuckEcho: true, strayRate: 0.3 });
    const report = await runThrough(time, modem.bringUp());
    expect(report).toMatchObject({ family, operator: 'Virtual GPRS', signal: 21 });
    expect(report.identity.length).toBeLessThanOrEqual(64);
    expect(report.identity).not.toMatch(/\d{15}/);
  });

  it('is named with what to do where no family knows it', async () => {
    const strange = plug('sim800', {}, { openPort: () => Promise.resolve(strangePort()) });
    const refused = runThrough(strange.time, strange.modem.bringUp());
    await expect(refused).rejects.toMatchObject({ code: 'family_unknown', words: 'MC60' });
  });

  it('is opened anew after it was pulled out, and everything of the old one is refused', async () => {
    const { time, modem, ports } = plug('quectel');
    await runThrough(time, modem.bringUp());
    await ports[0]?.close();
    await expect(modem.signal()).rejects.toMatchObject({ code: 'port_closed' });
    await runThrough(time, modem.bringUp());
    expect(ports).toHaveLength(2);
    expect(await modem.signal()).toBe(21);
  });

  it('is not opened twice for two bring-ups, one after the other or both at once', async () => {
    const { time, modem, ports } = plug('ublox');
    const both = Promise.all([modem.bringUp(), modem.bringUp()]);
    const [one, other] = await runThrough(time, both);
    expect(other).toBe(one);
    await runThrough(time, modem.bringUp());
    expect(ports).toHaveLength(1);
  });

  it('leaves the port free where it does not answer', async () => {
    const { time, modem, ports } = plug('sim800', { muteRate: 1 });
    await expect(runThrough(time, modem.bringUp())).rejects.toMatchObject({ code: 'modem_silent' });
    await expect(ports[0]?.write(Uint8Array.of(13))).rejects.toThrow('switched off');
  });

  it('says what the port said where there is none', async () => {
    const missing = new AtError('port_missing', 'open /dev/ttyUSB0', 'no such file');
    const { time, modem } = plug('sim800', {}, { openPort: () => Promise.reject(missing) });
    await expect(runThrough(time, modem.bringUp())).rejects.toBe(missing);
  });
});

describe('a family', () => {
  it.each([
    ['sim900', 'sim800'],
    ['sim800', 'sim800'],
    ['a7670', 'sim7600'],
    ['sim7600e', 'sim7600'],
    ['bg95', 'quectel'],
    ['ec25', 'quectel'],
    ['sara', 'ublox'],
    ['sara-r5', 'ublox'],
    ['mc60', undefined],
    ['sim7080', undefined],
  ])('is meant by %s: %s', (text, family) => {
    expect(familyNamed(text)?.name).toBe(family);
  });
});

/** Answers OK to everything, and `MC60` to what it is asked about itself. */
const strangePort = (): Awaited<ReturnType<AnyModemOptions['openPort']>> => {
  let say: (text: string) => void = () => undefined;
  return {
    name: 'strange',
    write: (bytes) => {
      const asked = Buffer.from(bytes).toString('latin1');
      const told = /^AT(I|\+CGMM)\r$/.test(asked) ? '\r\nMC60\r\n' : '';
      queueMicrotask(() => say(`${told}\r\nOK\r\n`));
      return Promise.resolve();
    },
    drain: () => Promise.resolve(),
    listen: (listener) => {
      say = (text) => listener.onBytes(Buffer.from(text, 'latin1'));
    },
    close: () => Promise.resolve(),
  };
};
