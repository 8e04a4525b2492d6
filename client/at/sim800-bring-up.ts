/** From power-on to an address in the carrier's network: SIM, registration, bearer, within the module's own limits. */
import type { Clock, Timers } from '../ports.ts';
import { type AtChannel, plainEnding } from './at-channel.ts';
import { AtError } from './at-error.ts';
import type { ModemReport } from './modem-driver.ts';

/** The module answers a plain command in under a second; ten times that means that it is gone. */
export const PLAIN_MS = 10_000;
/** Tries of `AT` after power-on: the module measures the baud rate from the first ones. */
const WAKE_TRIES = 5;
const WAKE_MS = 1_000;
/** A SIM is ready within ten seconds of power-on; PIN states show at once. */
const SIM_TRIES = 10;
/** Registration in a new place may take minutes; the customer's patience ends first. */
export const REGISTRATION_MS = 60_000;
const ASK_AGAIN_MS = 1_000;
/** AT+CIICR may take 85 s (manual, section 8.2.10). */
const BEARER_MS = 85_000;
/** AT+CIPSHUT may take 65 s. */
export const SHUT_MS = 65_000;
/** "Set, then ask" rounds for switches that answer ERROR when they are right already. */
const SETTING_TRIES = 3;

export interface BringUpOptions {
  readonly channel: AtChannel;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly apn: string;
}

type Ask = (text: string, info?: RegExp, deadlineMs?: number) => Promise<readonly string[]>;

const asker =
  (channel: AtChannel): Ask =>
  async (text, info, deadlineMs = PLAIN_MS) => {
    const { lines } = await channel.run({
      text,
      deadlineMs,
      ending: plainEnding,
      ...(info === undefined ? {} : { info }),
    });
    return lines;
  };

const wake = async (ask: Ask): Promise<void> => {
  for (let left = WAKE_TRIES; ; left -= 1) {
    try {
      await ask('AT', undefined, WAKE_MS);
      return;
    } catch (error) {
      const silent = error instanceof AtError && error.code !== 'port_closed';
      if (!silent || left <= 1) {
        throw error;
      }
    }
  }
};

const SIM_STATES: Readonly<Record<string, 'sim_missing' | 'sim_locked'>> = {
  '+CME ERROR: 10': 'sim_missing',
  '+CME ERROR: 11': 'sim_locked',
  '+CME ERROR: 12': 'sim_locked',
  '+CPIN: SIM PIN': 'sim_locked',
  '+CPIN: SIM PUK': 'sim_locked',
};

const checkSim = async (ask: Ask, timers: Timers): Promise<void> => {
  const command = 'AT+CPIN?';
  let words = '';
  for (let left = SIM_TRIES; left > 0; left -= 1) {
    try {
      words = (await ask(command, /^\+CPIN: /)).find((line) => line !== 'OK') ?? '';
    } catch (error) {
      if (!(error instanceof AtError) || error.code === 'port_closed') {
        throw error;
      }
      words = error.words;
    }
    if (words === '+CPIN: READY') {
      return;
    }
    const state = SIM_STATES[words];
    if (state !== undefined) {
      throw new AtError(state, command, words);
    }
    await timers.sleep(ASK_AGAIN_MS);
  }
  throw new AtError('sim_missing', command, words);
};

/** Home and roaming are as good; denied is final. GPRS may lag behind GSM, so CGREG is what counts. */
const awaitRegistration = async ({ clock, timers }: BringUpOptions, ask: Ask): Promise<void> => {
  const command = 'AT+CGREG?';
  const until = clock.nowMs() + REGISTRATION_MS;
  for (;;) {
    const lines = await ask(command, /^\+CGREG: /);
    const words = lines[0] ?? '';
    const stat = /^\+CGREG: \d,(\d)/.exec(words)?.[1];
    if (stat === '1' || stat === '5') {
      return;
    }
    if (stat === '3') {
      throw new AtError('registration_denied', command, words);
    }
    if (clock.nowMs() >= until) {
      throw new AtError('not_registered', command, words);
    }
    await timers.sleep(ASK_AGAIN_MS);
  }
};

/** Sets a switch; a refusal counts only if asking shows that it is not set. */
const setSwitch = async (ask: Ask, name: string, value: 0 | 1): Promise<void> => {
  for (let left = SETTING_TRIES; ; left -= 1) {
    try {
      await ask(`AT${name}=${value}`);
      return;
    } catch (error) {
      if (!(error instanceof AtError) || error.code !== 'modem_refused') {
        throw error;
      }
      const lines = await ask(`AT${name}?`, new RegExp(`^\\${name}: `));
      if (lines.includes(`${name}: ${value}`)) {
        return;
      }
      if (left <= 1) {
        throw error;
      }
    }
  }
};

const setUpBearer = async ({ channel, apn }: BringUpOptions, ask: Ask): Promise<string> => {
  await channel.run({
    text: 'AT+CIPSHUT',
    deadlineMs: SHUT_MS,
    ending: (line) => (line === 'SHUT OK' ? 'done' : plainEnding(line)),
  });
  await setSwitch(ask, '+CIPMUX', 1);
  await setSwitch(ask, '+CIPRXGET', 1);
  await setSwitch(ask, '+CIPQSEND', 0);
  await ask(`AT+CSTT="${apn}"`);
  try {
    await ask('AT+CIICR', undefined, BEARER_MS);
  } catch (cause) {
    if (cause instanceof AtError && cause.code === 'modem_refused') {
      throw new AtError('bearer_failed', cause.command, cause.words, cause);
    }
    throw cause;
  }
  const address = /^\d{1,3}(\.\d{1,3}){3}$/;
  const { lines } = await channel.run({
    text: 'AT+CIFSR',
    deadlineMs: PLAIN_MS,
    // Answers the address without OK.
    ending: (line) => (address.test(line) ? 'done' : plainEnding(line)),
  });
  return lines[0] ?? '';
};

/** The signal of an AT+CSQ answer. */
export const signalOf = (lines: readonly string[]): number => {
  const match = /^\+CSQ: (\d{1,2}),/.exec(lines[0] ?? '');
  return match === null ? 99 : Number(match[1]);
};

/** Runs the whole bring-up; rejects with the AtError that says what a person must do. */
export const bringUpSim800 = async (options: BringUpOptions): Promise<ModemReport> => {
  const { channel, timers } = options;
  const ask = asker(channel);
  await wake(ask);
  await ask('ATE0');
  channel.echoIsOff();
  await ask('AT+CMEE=1');
  const identity = (await ask('ATI', /^(SIM|SIMCOM)/))[0] ?? 'SIM800';
  await checkSim(ask, timers);
  await awaitRegistration(options, ask);
  await ask('AT+CGATT?', /^\+CGATT: /);
  const operator = /"([^"]*)"/.exec((await ask('AT+COPS?', /^\+COPS: /))[0] ?? '')?.[1] ?? '';
  const signal = signalOf(await ask('AT+CSQ', /^\+CSQ: /));
  const address = await setUpBearer(options, ask);
  return { identity: identity === 'OK' ? 'SIM800' : identity, operator, signal, address };
};
