/** Whatever modem is plugged in: finds out its family, and begins anew where its port vanished. */
import type { BytePort } from '../modem/byte-port.ts';
import { AtChannel } from './at-channel.ts';
import { plainEnding } from './at-command.ts';
import { createAtDriver } from './at-driver.ts';
import { AtError } from './at-error.ts';
import { introduce, wake } from './bring-up.ts';
import type { AtDriverOptions } from './driver-options.ts';
import { FAMILIES, familyOf } from './families.ts';
import type { LinkListener, ModemDriver, ModemReport } from './modem-driver.ts';
import { type FamilyName, type ModemFamily, PLAIN_MS, type Run } from './modem-family.ts';

export interface AnyModemOptions extends Omit<AtDriverOptions, 'family' | 'port'> {
  /** Opens the port, also again after it vanished. Rejects with AtError. */
  readonly openPort: () => Promise<BytePort>;
  /** Found by asking the modem where absent. */
  readonly family?: FamilyName | undefined;
}

class AnyModem implements ModemDriver {
  readonly #options: AnyModemOptions;
  /** Of the port that is open. */
  #driver: ModemDriver | undefined;
  #bringingUp: Promise<ModemReport> | undefined;

  constructor(options: AnyModemOptions) {
    this.#options = options;
  }

  get sendBytesMax(): number {
    return this.#live.sendBytesMax;
  }

  get readBytesMax(): number {
    return this.#live.readBytesMax;
  }

  /** Asked for while it is under way, it is the same one. */
  bringUp(): Promise<ModemReport> {
    this.#bringingUp ??= this.#bringUp().finally(() => {
      this.#bringingUp = undefined;
    });
    return this.#bringingUp;
  }

  async open(host: string, port: number, listener: LinkListener): Promise<number> {
    return await this.#live.open(host, port, listener);
  }

  async send(link: number, bytes: Uint8Array): Promise<void> {
    await this.#live.send(link, bytes);
  }

  async read(link: number): Promise<{ readonly bytes: Uint8Array; readonly left: number }> {
    return await this.#live.read(link);
  }

  async isOpen(link: number): Promise<boolean> {
    return await this.#live.isOpen(link);
  }

  async unacknowledged(link: number): Promise<number | undefined> {
    return await this.#live.unacknowledged(link);
  }

  async close(link: number): Promise<void> {
    await this.#driver?.close(link);
  }

  async signal(): Promise<number> {
    return await this.#live.signal();
  }

  async operator(): Promise<string> {
    return await this.#live.operator();
  }

  async shutDown(): Promise<void> {
    await this.#driver?.shutDown();
    this.#driver = undefined;
  }

  get #live(): ModemDriver {
    if (this.#driver === undefined) {
      throw new AtError('port_closed', 'modem', 'it is not set up');
    }
    return this.#driver;
  }

  async #bringUp(): Promise<ModemReport> {
    this.#driver ??= await this.#openDriver();
    return await this.#driver.bringUp();
  }

  async #openDriver(): Promise<ModemDriver> {
    const { openPort, family, ...options } = this.#options;
    let driver: ModemDriver | undefined;
    const port = watched(await openPort(), () => {
      if (this.#driver === driver) {
        this.#driver = undefined;
      }
    });
    try {
      const known = family === undefined ? await this.#detect(port) : FAMILIES[family];
      driver = createAtDriver({ ...options, family: known, port });
      return driver;
    } catch (error) {
      await port.close();
      throw error;
    }
  }

  async #detect(port: BytePort): Promise<ModemFamily> {
    const { clock, timers, onDialogue } = this.#options;
    const channel = new AtChannel({
      port,
      clock,
      timers,
      onDialogue,
      // Nothing that is asked here is answered with data.
      grammar: { promptBytes: [], dataLength: () => undefined },
      onUnsolicited: () => undefined,
      onPortClosed: () => undefined,
    });
    const run: Run = (text, rest) =>
      channel.run({ deadlineMs: PLAIN_MS, ending: plainEnding, ...rest, text });
    await wake(run);
    const identity = await introduce(run, channel);
    const family = familyOf(identity);
    if (family === undefined) {
      throw new AtError('family_unknown', 'ATI', identity);
    }
    return family;
  }
}

/** The port, which tells its end to us as well as to whoever listens. */
const watched = (port: BytePort, onClosed: () => void): BytePort => ({
  name: port.name,
  write: (bytes) => port.write(bytes),
  drain: () => port.drain(),
  close: () => port.close(),
  listen: (listener) =>
    port.listen({
      onBytes: (chunk) => listener.onBytes(chunk),
      onClosed: (reason) => {
        onClosed();
        listener.onClosed(reason);
      },
    }),
});

/** Nothing is opened before `bringUp`, which also mends a port that vanished. */
export const createModem = (options: AnyModemOptions): ModemDriver => new AnyModem(options);
