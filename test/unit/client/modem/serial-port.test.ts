/** A serial port without hardware: the package's own mock of the operating system's part. */
import { SerialPortMock } from 'serialport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BytePort } from '#client/modem/byte-port.ts';
import { BAUD_RATES, openSerialPort, type SerialPortClass } from '#client/modem/serial-port.ts';
import { ManualTime, runThrough, settle } from '../support/manual-time.ts';

const PATH = '/dev/ttyMOCK';
const TURN_MS = 100;

/** The mock that was opened last, with a modem at its other end that answers at one rate only. */
class Wire extends SerialPortMock {
  static last: Wire;
  static answersAt = 0;
  readonly rates: number[] = [];

  constructor(options: { path: string; baudRate: number; autoOpen: false }) {
    super(options);
    Wire.last = this;
  }

  override update(options: { baudRate: number }, done?: (error: Error | null) => void): void {
    this.rates.push(options.baudRate);
    super.update(options, done);
  }

  override _write(...args: Parameters<SerialPortMock['_write']>): void {
    super._write(...args);
    this.say(this.rates.at(-1) === Wire.answersAt ? '\r\nOK\r\n' : '\xf8\x00\x78');
  }

  say(text: string): void {
    setImmediate(() => this.port?.emitData(Buffer.from(text, 'latin1')));
  }
}

const time = new ManualTime();
const open = (baud: number | 'auto'): Promise<BytePort> => {
  const opening = openSerialPort({
    path: PATH,
    baud,
    timers: time,
    load: () => Promise.resolve(Wire as unknown as SerialPortClass),
  });
  return runThrough(time, opening, TURN_MS);
};

beforeEach(() => {
  SerialPortMock.binding.createPort(PATH);
});
afterEach(() => {
  SerialPortMock.binding.reset();
});

describe('a serial port', () => {
  it('names the path that does not exist', async () => {
    SerialPortMock.binding.reset();
    await expect(open(9_600)).rejects.toMatchObject({
      code: 'port_missing',
      command: `open ${PATH}`,
    });
  });

  it('keeps what the modem says before anybody listens, and hands it out in order', async () => {
    const port = await open(9_600);
    Wire.last.say('\r\nRDY\r\n');
    await settle();
    const heard: string[] = [];
    port.listen({
      onBytes: (chunk) => heard.push(Buffer.from(chunk).toString('latin1')),
      onClosed: () => undefined,
    });
    Wire.last.say('\r\nOK\r\n');
    await settle();
    expect(heard.join('')).toBe('\r\nRDY\r\n\r\nOK\r\n');
    await port.close();
  });

  it('says once why it is gone, where the device is pulled out', async () => {
    const port = await open(9_600);
    const reasons: string[] = [];
    port.listen({ onBytes: () => undefined, onClosed: (reason) => reasons.push(reason) });
    Wire.last.emit('close', new Error('device disconnected'));
    Wire.last.emit('close', null);
    expect(reasons).toEqual(['device disconnected']);
  });

  it.each([BAUD_RATES[0], 9_600, BAUD_RATES.at(-1)])('finds the rate %d', async (rate = 0) => {
    Wire.answersAt = rate;
    const port = await open('auto');
    expect(Wire.last.rates.at(-1)).toBe(rate);
    expect(Wire.last.rates).toEqual(BAUD_RATES.slice(0, BAUD_RATES.indexOf(rate) + 1));
    await port.close();
  });

  it('names all rates where none is answered, and lets go of the port', async () => {
    Wire.answersAt = 1;
    await expect(open('auto')).rejects.toMatchObject({
      code: 'modem_silent',
      command: expect.stringContaining('9600'),
    });
    expect(Wire.last.isOpen).toBe(false);
  });

  it('changes no rate that is given', async () => {
    const port = await open(57_600);
    expect(Wire.last.rates).toEqual([]);
    await port.close();
  });
});
