/** What every modem answers (3GPP TS 27.007), and the way from a command line to its handler. */
import type { VirtualFamily } from './virtual-family.ts';
import type { Peer } from './virtual-network.ts';
import type { CommandContext, Handler, Handlers } from './virtual-state.ts';

/** +CME ERROR numbers of 3GPP 27.007 that we use. */
export const CME_NOT_ALLOWED = 3;
const CME_SIM_MISSING = 10;
const CME_SIM_PIN = 11;
const CME_WRONG_PASSWORD = 16;
const CME_NO_SERVICE = 30;

/** Answers a line and OK. */
export const say =
  (text: (context: CommandContext) => string): Handler =>
  (_args, context) => {
    context.line(text(context));
    context.ok();
  };

/** Accepts anything. */
export const accept: Handler = (_args, context) => context.ok();

/** Keeps the value, so that asking shows it. */
export const keep =
  (name: string): Handler =>
  (args, { state, ok }) => {
    state.settings.set(name, args);
    ok();
  };

export const tell = (name: string, initial: string): Handler =>
  say(({ state }) => `${name}: ${state.settings.get(name) ?? initial}`);

export const settingOf = ({ state }: CommandContext, name: string, initial: string): string =>
  state.settings.get(name) ?? initial;

/** How a link is encrypted; where the authority's file is missing, by one that nothing is signed by. */
export const tlsPeerOf = (
  { state }: CommandContext,
  how: {
    readonly authenticates: boolean;
    readonly file: string;
    readonly serverName: string | undefined;
  },
): NonNullable<Peer['tls']> => ({
  ca: how.authenticates ? (state.files.get(how.file) ?? new Uint8Array(0)) : undefined,
  serverName: how.serverName,
});

/** False, with the answer given, where there is no network to set a bearer up in. */
export const mayHaveBearer = (context: CommandContext): boolean => {
  const { personality, registered, state } = context;
  if (personality.sim === 'missing' || !simIsReady(context)) {
    context.fail(personality.sim === 'missing' ? CME_SIM_MISSING : CME_SIM_PIN);
    return false;
  }
  if (!registered || state.searchesLeft > 0 || personality.registration === 3) {
    context.fail(CME_NO_SERVICE);
    return false;
  }
  if (personality.bearerFails) {
    context.fail(CME_NOT_ALLOWED);
    return false;
  }
  return true;
};

const simIsReady = ({ personality, state }: CommandContext): boolean =>
  personality.sim === 'READY' || (personality.sim === 'SIM PIN' && state.unlocked);

const askSim: Handler = (_args, context) => {
  const { personality } = context;
  if (personality.sim === 'missing') {
    context.fail(CME_SIM_MISSING);
    return;
  }
  context.line(`+CPIN: ${simIsReady(context) ? 'READY' : personality.sim}`);
  context.ok();
};

const enterPin: Handler = (args, context) => {
  const { personality, state } = context;
  if (personality.sim !== 'SIM PIN' || state.unlocked) {
    context.fail(CME_NOT_ALLOWED);
  } else if (args.replaceAll('"', '') !== personality.pin) {
    context.fail(CME_WRONG_PASSWORD);
  } else {
    state.unlocked = true;
    context.ok();
  }
};

const askRegistration =
  (name: string): Handler =>
  (_args, context) => {
    const { state, personality, registered } = context;
    const searching = !registered || state.searchesLeft > 0;
    state.searchesLeft -= state.searchesLeft > 0 ? 1 : 0;
    context.line(`${name}: 0,${searching ? 2 : personality.registration}`);
    context.ok();
  };

const setErrors: Handler = (args, { state, ok }) => {
  state.errorDetail = Number(args);
  ok();
};

const setEcho =
  (echo: boolean): Handler =>
  (_args, { state, personality, ok }) => {
    state.echo = echo || personality.stuckEcho;
    ok();
  };

const reset: Handler = (_args, context) => {
  context.ok();
  context.restart();
};

const COMMON: Handlers = {
  '': accept,
  E0: setEcho(false),
  E1: setEcho(true),
  '+CMEE=': setErrors,
  '+CMEE?': say(({ state }) => `+CMEE: ${state.errorDetail}`),
  '+CPIN?': askSim,
  '+CPIN=': enterPin,
  '+CSQ': say(({ personality, registered }) => `+CSQ: ${registered ? personality.signal : 99},0`),
  '+CREG?': askRegistration('+CREG'),
  '+CGREG?': askRegistration('+CGREG'),
  '+CEREG?': askRegistration('+CEREG'),
  '+COPS?': say(({ personality, registered }) =>
    registered ? `+COPS: 0,0,"${personality.operator}"` : '+COPS: 0',
  ),
  '+CGATT?': say(({ registered }) => `+CGATT: ${registered ? 1 : 0}`),
  '+CGATT=': accept,
  '+CGEREP=': accept,
  '+CGDCONT=': keep('+CGDCONT'),
  '+CFUN=': reset,
};

const introduce =
  (lines: readonly string[]): Handler =>
  (_args, { line, ok }) => {
    for (const text of lines) {
      line(text);
    }
    ok();
  };

/** The longest prefix up to `?` or `=` is the command; what does not begin with AT gets no answer. */
export const answerCommand = async (
  family: VirtualFamily,
  line: string,
  context: CommandContext,
): Promise<void> => {
  const match = /^AT([^=?]*[=?]?)(.*)$/i.exec(line);
  if (match === null) {
    return;
  }
  const name = (match[1] ?? '').toUpperCase();
  const own: Handlers = {
    I: introduce(
      context.personality.identity.length > 0 ? context.personality.identity : family.identity,
    ),
    '+CGMM': introduce([family.model]),
  };
  const handler = family.handlers[name] ?? own[name] ?? COMMON[name];
  if (handler === undefined) {
    context.fail(CME_NOT_ALLOWED);
    return;
  }
  await handler(match[2] ?? '', context);
};
