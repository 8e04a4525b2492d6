/** From power-on to a registered modem, in the words that all families share: waking, SIM, network. */
import type { Clock, Timers } from '../ports.ts';
import type { AtChannel } from './at-channel.ts';
import { AtError, type AtErrorCode } from './at-error.ts';
import type { ModemFamily, Run } from './modem-family.ts';

/** Tries of `AT` after power-on: the module measures the baud rate from the first ones. */
const WAKE_TRIES = 5;
const WAKE_MS = 1_000;
/** A SIM is ready within ten seconds of power-on; PIN states show at once. */
const SIM_TRIES = 10;
/** Registration in a new place may take minutes; the customer's patience ends first. */
export const REGISTRATION_MS = 60_000;
const ASK_AGAIN_MS = 1_000;
/** Denials in a row that are final: a roaming SIM is denied by one network on its way to another. */
const DENIALS_MAX = 5;

/** `AT` until it is answered. */
export const wake = async (run: Run): Promise<void> => {
  for (let left = WAKE_TRIES; ; left -= 1) {
    try {
      await run('AT', { deadlineMs: WAKE_MS, unfenced: true });
      return;
    } catch (error) {
      const silent = error instanceof AtError && error.code !== 'port_closed';
      if (!silent || left <= 1) {
        throw error;
      }
    }
  }
};

/** Echo off, errors by number; the modem's own name: what ATI says of maker, model and firmware. */
export const introduce = async (run: Run, channel: AtChannel): Promise<string> => {
  await run('ATE0');
  channel.echoIsOff();
  await run('AT+CMEE=1');
  const told = await run('ATI', { info: IDENTITY_LINE });
  const model = await run('AT+CGMM', { info: IDENTITY_LINE });
  const words = [...told.lines, ...model.lines]
    .filter((line) => line !== 'OK' && !NOT_OF_THE_MODEL.test(line))
    .map((line) => line.replace(/^(Model|Revision): */, ''));
  return [...new Set(words)].join(' ').slice(0, IDENTITY_CHARS_MAX);
};

/** Makers' answers to ATI and AT+CGMM. */
const IDENTITY_LINE = /^(?!OK$)[A-Z][\w .:,()/-]*$/i;
/** The serial number is nobody's business; the rest are unsolicited lines. */
const NOT_OF_THE_MODEL = /^(IMEI|Manufacturer|RING|DST|RDY|UNDER-|OVER-|SMS |PB |Call |\d)/;
/** HELLO carries 64; the longest known answer has 60. */
const IDENTITY_CHARS_MAX = 64;

/** By the number or the words of the answer to AT+CPIN?; every other answer is asked again. */
const SIM_STATES: Readonly<Record<string, AtErrorCode>> = {
  '+CME ERROR: 10': 'sim_missing',
  '+CME ERROR: 11': 'sim_locked',
  '+CME ERROR: 12': 'sim_locked',
  '+CPIN: SIM PIN': 'sim_locked',
  '+CPIN: SIM PUK': 'sim_locked',
  '+CPIN: NOT INSERTED': 'sim_missing',
  '+CPIN: NOT READY': 'sim_missing',
};

/** Unlocks the SIM with the PIN, once: a second wrong try is one of three that block the card. */
export const checkSim = async (
  run: Run,
  sleep: (ms: number) => Promise<void>,
  pin: string | undefined,
): Promise<void> => {
  let unlocked = false;
  let words = '';
  for (let left = SIM_TRIES; left > 0; left -= 1) {
    words = await simState(run);
    if (words === '+CPIN: READY') {
      return;
    }
    if (words === '+CPIN: SIM PIN' && pin !== undefined && !unlocked) {
      unlocked = true;
      await enterPin(run, pin);
      continue;
    }
    const state = SIM_STATES[words];
    if (state !== undefined && !unlocked) {
      throw new AtError(state, 'AT+CPIN?', words);
    }
    await sleep(ASK_AGAIN_MS);
  }
  throw new AtError(SIM_STATES[words] ?? 'sim_missing', 'AT+CPIN?', words);
};

const simState = async (run: Run): Promise<string> => {
  try {
    const { lines } = await run('AT+CPIN?', { info: /^\+CPIN: / });
    return lines.find((line) => line !== 'OK') ?? '';
  } catch (error) {
    if (!(error instanceof AtError) || error.code === 'port_closed') {
      throw error;
    }
    return error.words;
  }
};

const enterPin = async (run: Run, pin: string): Promise<void> => {
  const shown = 'AT+CPIN="****"';
  try {
    await run(`AT+CPIN="${pin}"`, { shown });
  } catch (error) {
    if (error instanceof AtError && error.code === 'modem_refused') {
      throw new AtError('sim_locked', shown, error.words, error);
    }
    throw error;
  }
};

export interface Registration {
  readonly registrations: ModemFamily['registrations'];
  readonly clock: Clock;
  readonly timers: Timers;
  readonly registrationMs: number;
}

/** Home and roaming are as good; GPRS may lag behind GSM, so the packet domain is what counts. */
export const awaitRegistration = async (
  run: Run,
  { registrations, clock, timers, registrationMs }: Registration,
): Promise<void> => {
  const until = clock.nowMs() + registrationMs;
  for (let denials = 0; ; ) {
    let words = '';
    let denied = false;
    for (const name of registrations) {
      const info = new RegExp(`^\\+${name}: \\d,(\\d)`);
      words = (await run(`AT+${name}?`, { info })).lines[0] ?? '';
      const stat = info.exec(words)?.[1];
      if (stat === '1' || stat === '5') {
        return;
      }
      denied ||= stat === '3';
    }
    denials = denied ? denials + 1 : 0;
    const command = `AT+${registrations.at(-1)}?`;
    if (denials >= DENIALS_MAX) {
      throw new AtError('registration_denied', command, words);
    }
    if (clock.nowMs() >= until) {
      throw new AtError('not_registered', command, words);
    }
    await timers.sleep(ASK_AGAIN_MS);
  }
};

/** 0 .. 31, 99 unknown. */
export const readSignal = async (run: Run): Promise<number> => {
  const { lines } = await run('AT+CSQ', { info: /^\+CSQ: \d+,\d+$/ });
  const match = /^\+CSQ: (\d{1,2}),/.exec(lines[0] ?? '');
  return match === null ? 99 : Number(match[1]);
};

export const readOperator = async (run: Run): Promise<string> => {
  const { lines } = await run('AT+COPS?', { info: /^\+COPS: / });
  return /"([^"]*)"/.exec(lines[0] ?? '')?.[1] ?? '';
};
