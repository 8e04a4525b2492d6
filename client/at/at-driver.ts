/** Drives a modem of any family: brings it up, keeps its links apart, and words every failure. */
import { AtChannel } from './at-channel.ts';
import { type AtCommand, plainEnding } from './at-command.ts';
import { AtError, type AtErrorCode } from './at-error.ts';
import {
  awaitRegistration,
  checkSim,
  introduce,
  REGISTRATION_MS,
  readOperator,
  readSignal,
  wake,
} from './bring-up.ts';
import { type AtDriverOptions, assertQuotable, commandsOf } from './driver-options.ts';
import type { LinkListener, ModemDriver, ModemReport } from './modem-driver.ts';
import { type LinkCommands, PLAIN_MS, type Run } from './modem-family.ts';
import { noticeOf } from './modem-notices.ts';

/** A modem's buffer for sending empties within this time, or the network is gone. */
const SEND_AGAIN_MS = 500;
const SEND_TRIES_MAX = 20;
class AtDriver implements ModemDriver {
  readonly #options: AtDriverOptions;
  readonly #channel: AtChannel;
  readonly #commands: LinkCommands;
  readonly #links = new Map<number, LinkListener>();
  /** Links that may still be open in the modem. */
  readonly #unclosed = new Set<number>();

  constructor(options: AtDriverOptions) {
    this.#options = options;
    this.#commands = commandsOf(options);
    this.#channel = new AtChannel({
      port: options.port,
      grammar: options.family.grammar,
      clock: options.clock,
      timers: options.timers,
      onUnsolicited: (line) => this.#take(line),
      onPortClosed: (reason) => this.#allGone(reason),
      onDialogue: options.onDialogue,
    });
  }

  get sendBytesMax(): number {
    return this.#commands.sendBytesMax;
  }

  get readBytesMax(): number {
    return this.#commands.readBytesMax;
  }

  async bringUp(): Promise<ModemReport> {
    this.#allGone('the modem is set up anew');
    const { family, clock, timers, apn, pin, tls, registrationMs } = this.#options;
    const run = this.#run;
    const sleep = (ms: number): Promise<void> => timers.sleep(ms);
    await wake(run);
    const identity = (await introduce(run, this.#channel)) || family.title;
    await checkSim(run, sleep, pin);
    await awaitRegistration(run, {
      registrations: family.registrations,
      clock,
      timers,
      registrationMs: registrationMs ?? REGISTRATION_MS,
    });
    const operator = await readOperator(run);
    const signal = await readSignal(run);
    const setup = { apn, identity, sleep };
    const address = await recoded('bearer_failed', () => family.setUpBearer(run, setup));
    this.#unclosed.clear();
    if (tls !== undefined) {
      await recoded('tls_failed', async () => await family.tls?.prepare(run, tls));
    }
    return { family: family.name, identity, operator, signal, address };
  }

  async open(host: string, port: number, listener: LinkListener): Promise<number> {
    assertQuotable('the host', host);
    let opened: number | undefined;
    const claim = (wanted?: number): number => {
      const link = wanted ?? this.#freeLink();
      opened = link;
      this.#links.set(link, listener);
      return link;
    };
    try {
      await this.#freeUnclosed();
      await this.#try('connect_failed', (run) => this.#commands.open(run, claim, { host, port }));
    } catch (error) {
      if (opened !== undefined) {
        this.#links.delete(opened);
        this.#unclosed.add(opened);
      }
      throw this.#refusalOf(error) ?? error;
    }
    if (opened === undefined) {
      throw new TypeError(`${this.#options.family.title} opened a link without claiming it`);
    }
    return opened;
  }

  async send(link: number, bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0 || bytes.length > this.sendBytesMax) {
      throw new RangeError(`${this.#options.family.title} sends 1 to ${this.sendBytesMax} bytes`);
    }
    let taken = 0;
    for (let left = SEND_TRIES_MAX; ; left -= 1) {
      const rest = bytes.subarray(taken);
      taken += await this.#try('send_failed', (run) => this.#commands.send(run, link, rest));
      if (taken >= bytes.length) {
        return;
      }
      if (left <= 1) {
        throw new AtError('send_failed', `send on link ${link}`, 'the buffer stays full');
      }
      await this.#options.timers.sleep(SEND_AGAIN_MS);
    }
  }

  async read(link: number): Promise<{ readonly bytes: Uint8Array; readonly left: number }> {
    return await this.#try('socket_closed', (run) => this.#commands.read(run, link));
  }

  async isOpen(link: number): Promise<boolean> {
    return await this.#try('socket_closed', (run) => this.#commands.isOpen(run, link));
  }

  async unacknowledged(link: number): Promise<number | undefined> {
    return await this.#try('socket_closed', (run) => this.#commands.unacknowledged(run, link));
  }

  async close(link: number): Promise<void> {
    this.#links.delete(link);
    this.#unclosed.add(link);
    try {
      await this.#commands.close(this.#run, link);
    } catch (error) {
      // A refusal says that it was closed before.
      if (!(error instanceof AtError) || error.code !== 'modem_refused') {
        throw error;
      }
    }
    this.#unclosed.delete(link);
  }

  async signal(): Promise<number> {
    return await readSignal(this.#run);
  }

  async operator(): Promise<string> {
    return await readOperator(this.#run);
  }

  async shutDown(): Promise<void> {
    try {
      await this.#options.family.takeDownBearer(this.#run);
    } catch (error) {
      if (!(error instanceof AtError)) {
        throw error;
      }
    } finally {
      this.#allGone('the modem was shut down');
      await this.#options.port.close();
    }
  }

  readonly #run: Run = async (text, rest) =>
    await this.#channel.run({ deadlineMs: PLAIN_MS, ending: plainEnding, ...rest, text });

  /** A command of a link ends as well when its bearer does, and its refusal is worded as what was attempted. */
  async #try<T>(code: AtErrorCode, act: (run: Run) => Promise<T>): Promise<T> {
    const run: Run = (text, rest) => {
      const ending: AtCommand['ending'] = rest?.ending ?? plainEnding;
      return this.#run(text, {
        ...rest,
        ending: (line) => ending(line) ?? (this.#isBearerLost(line) ? 'cut' : undefined),
      });
    };
    try {
      return await recoded(code, () => act(run));
    } catch (error) {
      if (error instanceof AtError && this.#isBearerLost(error.words.split(' / ').at(-1) ?? '')) {
        throw new AtError('bearer_lost', error.command, error.words, error);
      }
      throw error;
    }
  }

  #refusalOf(error: unknown): AtError | undefined {
    if (!(error instanceof AtError) || error.code !== 'connect_failed') {
      return undefined;
    }
    const { command, words } = error;
    const said = `${command}: ${words.split(' / ').at(-1)}`;
    return this.#options.family.refusal.test(said)
      ? new AtError('connect_refused', command, words, error)
      : undefined;
  }

  #isBearerLost(line: string): boolean {
    return noticeOf(this.#options.family, line)?.kind === 'bearer_lost';
  }

  #freeLink(): number {
    const { linksMax } = this.#commands;
    for (let link = 0; link < linksMax; link += 1) {
      if (!this.#links.has(link)) {
        return link;
      }
    }
    throw new AtError('queue_full', 'open', `all ${linksMax} links are in use`);
  }

  /** A number is not used again before the modem has let go of it (Quectel: error 563). */
  async #freeUnclosed(): Promise<void> {
    for (const link of [...this.#unclosed]) {
      if (!this.#links.has(link)) {
        await this.close(link);
      }
    }
  }

  #take(line: string): void {
    const notice = noticeOf(this.#options.family, line);
    switch (notice?.kind) {
      case 'readable':
        this.#links.get(notice.link)?.onReadable();
        break;
      case 'closed':
        this.#links.get(notice.link)?.onGone(line, 'closed');
        break;
      case 'bearer_lost':
        this.#allGone(line);
        break;
      case undefined:
        break;
    }
  }

  #allGone(words: string): void {
    const links = [...this.#links];
    this.#links.clear();
    for (const [link, listener] of links) {
      this.#unclosed.add(link);
      listener.onGone(words, 'lost');
    }
  }
}

/** Refusals get the code of what was attempted. */
const recoded = async <T>(code: AtErrorCode, act: () => Promise<T>): Promise<T> => {
  try {
    return await act();
  } catch (error) {
    if (error instanceof AtError && error.code === 'modem_refused') {
      throw new AtError(code, error.command, error.words, error);
    }
    throw error;
  }
};

/** Takes the port over; `shutDown` closes it. Throws where the settings cannot be carried out. */
export const createAtDriver = (options: AtDriverOptions): ModemDriver => new AtDriver(options);
