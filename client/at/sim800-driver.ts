/** Drives a SIM800: opens TCP links, sends with respect to prompt and size, reads until empty. */
import type { BytePort } from '../modem/byte-port.ts';
import type { Clock, Timers } from '../ports.ts';
import { AtChannel, type DialogueLine, plainEnding } from './at-channel.ts';
import { AtError, type AtErrorCode } from './at-error.ts';
import type { LinkListener, ModemDriver, ModemReport } from './modem-driver.ts';
import { bringUpSim800, PLAIN_MS, SHUT_MS, signalOf } from './sim800-bring-up.ts';
import { parseSim800Notice, sim800Grammar } from './sim800-grammar.ts';

/** Links in multi-connection mode. */
const LINKS_MAX = 6;
/** AT+CIPSTART in multi-connection mode may take 75 s. */
export const OPEN_MS = 75_000;
/** A dead peer shows in CLOSED only after 645 s; nobody waits that long at a kiosk. */
export const SEND_MS = 20_000;
/** Bytes of one AT+CIPSEND and one AT+CIPRXGET=2. */
const BLOCK_BYTES_MAX = 1460;

export interface Sim800DriverOptions {
  readonly port: BytePort;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Access point name of the SIM card's operator. */
  readonly apn: string;
  readonly onDialogue?: (line: DialogueLine) => void;
}

class Sim800Driver implements ModemDriver {
  readonly sendBytesMax: number = BLOCK_BYTES_MAX;
  readonly readBytesMax: number = BLOCK_BYTES_MAX;
  readonly #options: Sim800DriverOptions;
  readonly #channel: AtChannel;
  readonly #links = new Map<number, LinkListener>();

  constructor(options: Sim800DriverOptions) {
    this.#options = options;
    this.#channel = new AtChannel({
      port: options.port,
      grammar: sim800Grammar,
      clock: options.clock,
      timers: options.timers,
      onUnsolicited: (line) => this.#notice(line),
      onPortClosed: (reason) => this.#allGone(reason),
      onDialogue: options.onDialogue,
    });
  }

  async bringUp(): Promise<ModemReport> {
    this.#allGone('the modem is set up anew');
    const { clock, timers, apn } = this.#options;
    return await bringUpSim800({ channel: this.#channel, clock, timers, apn });
  }

  async open(host: string, port: number, listener: LinkListener): Promise<number> {
    const link = this.#freeLink();
    this.#links.set(link, listener);
    try {
      await this.#run(`AT+CIPSTART=${link},"TCP","${host}",${port}`, OPEN_MS, 'connect_failed', {
        ending: (line) => {
          if (line === `${link}, CONNECT OK` || line === `${link}, ALREADY CONNECT`) {
            return 'done';
          }
          const ended = line === `${link}, CONNECT FAIL` || line === `${link}, CLOSED`;
          // OK only says that the module began to connect.
          return line === 'OK' ? undefined : failedIf(ended || line === '+PDP: DEACT', line);
        },
      });
      return link;
    } catch (error) {
      this.#links.delete(link);
      throw error;
    }
  }

  async send(link: number, bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0 || bytes.length > BLOCK_BYTES_MAX) {
      throw new RangeError(`a SIM800 sends 1 to ${BLOCK_BYTES_MAX} bytes at once`);
    }
    await this.#run(`AT+CIPSEND=${link},${bytes.length}`, SEND_MS, 'send_failed', {
      payload: bytes,
      ending: (line) => {
        if (line === `${link}, SEND OK` || line === `DATA ACCEPT:${link},${bytes.length}`) {
          return 'done';
        }
        const ended = line === `${link}, SEND FAIL` || line === `${link}, CLOSED`;
        return failedIf(ended || line === '+PDP: DEACT', line);
      },
    });
  }

  async read(link: number): Promise<{ readonly bytes: Uint8Array; readonly left: number }> {
    const text = `AT+CIPRXGET=2,${link},${BLOCK_BYTES_MAX}`;
    const answer = await this.#run(text, PLAIN_MS, 'socket_closed', { ending: plainEnding });
    const block = answer.data.at(-1);
    if (block === undefined) {
      // OK without the data that it belongs to: the header was garbled, and bytes of the stream are lost.
      throw new AtError('socket_closed', text, answer.lines.join(' / '));
    }
    return { bytes: block.bytes, left: Number(block.header.split(',')[3]) };
  }

  async isOpen(link: number): Promise<boolean> {
    const answer = await this.#run(`AT+CIPSTATUS=${link}`, PLAIN_MS, 'socket_closed', {
      ending: plainEnding,
      info: /^\+CIPSTATUS: /,
    });
    return answer.lines.some((line) => line.endsWith('"CONNECTED"'));
  }

  async close(link: number): Promise<void> {
    this.#links.delete(link);
    try {
      await this.#run(`AT+CIPCLOSE=${link},1`, PLAIN_MS, 'socket_closed', {
        ending: (line) => (line === `${link}, CLOSE OK` ? 'done' : plainEnding(line)),
      });
    } catch (error) {
      // ERROR says that it was closed before.
      if (!(error instanceof AtError) || error.words === '') {
        throw error;
      }
    }
  }

  async signal(): Promise<number> {
    const answer = await this.#run('AT+CSQ', PLAIN_MS, 'modem_refused', {
      ending: plainEnding,
      info: /^\+CSQ: /,
    });
    return signalOf(answer.lines);
  }

  async shutDown(): Promise<void> {
    try {
      await this.#run('AT+CIPSHUT', SHUT_MS, 'modem_refused', {
        ending: (line) => (line === 'SHUT OK' ? 'done' : plainEnding(line)),
      });
    } catch (error) {
      if (!(error instanceof AtError)) {
        throw error;
      }
    } finally {
      this.#allGone('the modem was shut down');
      await this.#options.port.close();
    }
  }

  /** Refusals get the code of what was attempted. */
  async #run(
    text: string,
    deadlineMs: number,
    code: AtErrorCode,
    rest: Pick<Parameters<AtChannel['run']>[0], 'ending' | 'payload' | 'info'>,
  ): ReturnType<AtChannel['run']> {
    try {
      return await this.#channel.run({ text, deadlineMs, ...rest });
    } catch (error) {
      if (error instanceof AtError && error.code === 'modem_refused') {
        const lost = error.words === '+PDP: DEACT';
        throw new AtError(lost ? 'bearer_lost' : code, text, error.words, error);
      }
      throw error;
    }
  }

  #freeLink(): number {
    for (let link = 0; link < LINKS_MAX; link += 1) {
      if (!this.#links.has(link)) {
        return link;
      }
    }
    throw new AtError('queue_full', 'AT+CIPSTART', `all ${LINKS_MAX} links are in use`);
  }

  #notice(line: string): void {
    const notice = parseSim800Notice(line);
    switch (notice?.kind) {
      case 'readable':
        this.#links.get(notice.link)?.onReadable();
        break;
      case 'closed':
        this.#links.get(notice.link)?.onGone(line);
        break;
      case 'bearer_lost':
        this.#allGone(line);
        break;
      case undefined:
        break;
    }
  }

  #allGone(words: string): void {
    const links = [...this.#links.values()];
    this.#links.clear();
    for (const listener of links) {
      listener.onGone(words);
    }
  }
}

const failedIf = (ended: boolean, line: string): 'failed' | undefined =>
  ended || plainEnding(line) === 'failed' ? 'failed' : undefined;

/** Takes the port over; `shutDown` closes it. */
export const createSim800Driver = (options: Sim800DriverOptions): ModemDriver =>
  new Sim800Driver(options);
