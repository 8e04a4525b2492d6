/** What a SIM800 answers to each AT command (SIM800 Series AT Command Manual V1.11), word for word. */
import { LINKS_MAX } from './virtual-socket-table.ts';
import type { CommandContext } from './virtual-state.ts';

/** Bytes of one AT+CIPSEND, and of one AT+CIPRXGET=2. */
export const SEND_BYTES_MAX = 1460;

type Handler = (args: string, context: CommandContext) => void | Promise<void>;

/** +CME ERROR numbers of 3GPP 27.007 that we use. */
const CME_NOT_ALLOWED = 3;
const CME_SIM_MISSING = 10;
const CME_SIM_PIN = 11;

const ok = ({ line }: CommandContext): void => line('OK');
const fail = ({ state, line }: CommandContext, cme: number = CME_NOT_ALLOWED): void =>
  line(state.errorDetail === 0 ? 'ERROR' : `+CME ERROR: ${cme}`);

const say =
  (text: (context: CommandContext) => string): Handler =>
  (_args, context) => {
    context.line(text(context));
    ok(context);
  };

const simIsReady = (context: CommandContext): boolean => {
  if (context.personality.sim === 'READY') {
    return true;
  }
  fail(context, context.personality.sim === 'missing' ? CME_SIM_MISSING : CME_SIM_PIN);
  return false;
};

const askSim: Handler = (_args, context) => {
  if (context.personality.sim === 'missing') {
    fail(context, CME_SIM_MISSING);
  } else {
    context.line(`+CPIN: ${context.personality.sim}`);
    ok(context);
  }
};

const askRegistration =
  (name: string): Handler =>
  (_args, context) => {
    const { state, personality } = context;
    const searching = state.searchesLeft > 0;
    state.searchesLeft -= searching ? 1 : 0;
    context.line(`${name}: 0,${searching ? 2 : personality.registration}`);
    ok(context);
  };

/** A switch of the socket layer: only while no bearer is up, and one quirk refuses what is already so. */
const switchSetting =
  (key: 'multi' | 'manualReceive' | 'quickSend', needsInitial: boolean): Handler =>
  (args, context) => {
    const { state, personality } = context;
    const wanted = args === '1';
    const refused =
      (needsInitial && state.bearer !== 'IP INITIAL') ||
      (personality.refusesSameSetting && state[key] === wanted) ||
      (args !== '0' && args !== '1');
    if (refused) {
      fail(context);
      return;
    }
    state[key] = wanted;
    ok(context);
  };

const startTask: Handler = (_args, context) => {
  if (context.state.bearer !== 'IP INITIAL') {
    fail(context);
    return;
  }
  context.state.bearer = 'IP START';
  ok(context);
};

const bringBearerUp: Handler = (_args, context) => {
  const { state, personality } = context;
  if (!simIsReady(context)) {
    return;
  }
  const registered = personality.registration !== 3;
  if (state.bearer !== 'IP START' || personality.bearerFails || !registered) {
    state.bearer = personality.bearerFails ? 'PDP DEACT' : state.bearer;
    fail(context);
    return;
  }
  state.bearer = 'IP GPRSACT';
  ok(context);
};

/** Answers the address and no OK. */
const tellAddress: Handler = (_args, context) => {
  if (context.state.bearer !== 'IP GPRSACT' && context.state.bearer !== 'IP STATUS') {
    fail(context);
    return;
  }
  context.state.bearer = 'IP STATUS';
  context.line(context.personality.address);
};

const openSocket: Handler = async (args, context) => {
  const match = /^(\d),"TCP","([^"]{1,255})","?(\d{1,5})"?$/.exec(args);
  const link = Number(match?.[1]);
  const port = Number(match?.[3]);
  const host = match?.[2];
  const { sockets, state } = context;
  const possible = state.multi && state.bearer === 'IP STATUS' && port > 0 && port < 65_536;
  if (host === undefined || !sockets.has(link) || !possible) {
    fail(context);
    return;
  }
  if (sockets.describe(link).state === 'CONNECTED') {
    fail(context);
    context.line(`${link}, ALREADY CONNECT`);
    return;
  }
  const ended = context.connected(link);
  sockets.close(link);
  ok(context);
  sockets.open(link, host, port);
  context.line(await ended);
};

const sendPayload: Handler = async (args, context) => {
  const match = /^(\d),(\d{1,4})$/.exec(args);
  const link = Number(match?.[1]);
  const length = Number(match?.[2]);
  const { sockets, state } = context;
  const possible = sockets.has(link) && sockets.describe(link).state === 'CONNECTED';
  if (!possible || !(length > 0 && length <= SEND_BYTES_MAX)) {
    fail(context);
    return;
  }
  const bytes = await context.payload(length);
  if (state.quickSend) {
    sockets.send(link, bytes, () => undefined);
    context.line(`DATA ACCEPT:${link},${length}`);
    return;
  }
  const sent = await new Promise<boolean>((resolve) => sockets.send(link, bytes, resolve));
  context.line(`${link}, SEND ${sent ? 'OK' : 'FAIL'}`);
};

const tellSendRoom: Handler = (_args, context) => {
  for (let link = 0; link < LINKS_MAX; link += 1) {
    const open = context.sockets.describe(link).state === 'CONNECTED';
    context.line(`+CIPSEND: ${link},${open ? SEND_BYTES_MAX : 0}`);
  }
  ok(context);
};

const receive: Handler = async (args, context) => {
  const [mode, linkText, wanted] = args.split(',');
  if (mode === '1' || mode === '0') {
    await switchSetting('manualReceive', true)(mode, context);
    return;
  }
  const link = Number(linkText);
  const { sockets, state } = context;
  const known = sockets.has(link) && sockets.describe(link).state !== 'INITIAL';
  const length = Number(wanted);
  if (!state.manualReceive || !known) {
    fail(context);
  } else if (mode === '2' && length > 0 && length <= SEND_BYTES_MAX) {
    const { bytes, left } = sockets.read(link, length);
    context.data(`+CIPRXGET: 2,${link},${bytes.length},${left}`, bytes);
    ok(context);
  } else if (mode === '4') {
    context.line(`+CIPRXGET: 4,${link},${sockets.waiting(link)}`);
    ok(context);
  } else {
    fail(context);
  }
};

const acknowledged: Handler = (args, context) => {
  const link = Number(args);
  if (args === '' || !context.sockets.has(link)) {
    fail(context);
    return;
  }
  const { sent, acked } = context.sockets.counters(link);
  context.line(`+CIPACK: ${sent},${acked},${sent - acked}`);
  ok(context);
};

const statusOfLink: Handler = (args, context) => {
  const link = Number(args);
  if (args === '' || !context.sockets.has(link)) {
    fail(context);
    return;
  }
  const { state, host, port } = context.sockets.describe(link);
  context.line(`+CIPSTATUS: ${link},0,"TCP","${host}","${port || ''}","${state}"`);
  ok(context);
};

/** Continues after its OK, as the real one does. */
const statusOfAll: Handler = (_args, context) => {
  ok(context);
  context.line(`STATE: ${context.state.bearer}`);
  for (let link = 0; link < LINKS_MAX; link += 1) {
    const { state, host, port } = context.sockets.describe(link);
    const where = state === 'INITIAL' ? ',"","",""' : `0,"TCP","${host}","${port}"`;
    context.line(`C: ${link},${where},"${state}"`);
  }
};

const closeSocket: Handler = (args, context) => {
  const link = Number(args.split(',')[0]);
  if (args === '' || !context.sockets.has(link) || !context.sockets.close(link)) {
    fail(context);
    return;
  }
  context.line(`${link}, CLOSE OK`);
};

const shut: Handler = (_args, context) => {
  context.sockets.closeAll();
  context.state.bearer = 'IP INITIAL';
  context.line('SHUT OK');
};

const setErrors: Handler = (args, context) => {
  context.state.errorDetail = Number(args);
  ok(context);
};

const setEcho =
  (echo: boolean): Handler =>
  (_args, context) => {
    context.state.echo = echo || context.personality.stuckEcho;
    ok(context);
  };

/** By what follows AT, up to and with `?` or `=`; the longest match wins by being exact. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  '': (_args, context) => ok(context),
  E0: setEcho(false),
  E1: setEcho(true),
  I: say(({ personality }) => personality.identity),
  '+CPIN?': askSim,
  '+CGMM': say(({ personality }) => personality.identity.split(' ')[0] ?? ''),
  '+CMEE?': say(({ state }) => `+CMEE: ${state.errorDetail}`),
  '+CSQ': say(({ personality }) => `+CSQ: ${personality.signal},0`),
  '+CREG?': askRegistration('+CREG'),
  '+CGREG?': askRegistration('+CGREG'),
  '+CGATT?': say(({ personality }) => `+CGATT: ${personality.registration === 3 ? 0 : 1}`),
  '+CGATT=': (_args, context) => ok(context),
  '+COPS?': say(({ personality }) => `+COPS: 0,0,"${personality.operator}"`),
  '+CMEE=': setErrors,
  '+CIPMUX=': switchSetting('multi', true),
  '+CIPMUX?': say(({ state }) => `+CIPMUX: ${state.multi ? 1 : 0}`),
  '+CIPQSEND=': switchSetting('quickSend', false),
  '+CIPQSEND?': say(({ state }) => `+CIPQSEND: ${state.quickSend ? 1 : 0}`),
  '+CIPRXGET=': receive,
  '+CIPRXGET?': say(({ state }) => `+CIPRXGET: ${state.manualReceive ? 1 : 0}`),
  '+CSTT=': startTask,
  '+CIICR': bringBearerUp,
  '+CIFSR': tellAddress,
  '+CIPSTART=': openSocket,
  '+CIPSEND=': sendPayload,
  '+CIPSEND?': tellSendRoom,
  '+CIPACK=': acknowledged,
  '+CIPSTATUS': statusOfAll,
  '+CIPSTATUS=': statusOfLink,
  '+CIPCLOSE=': closeSocket,
  '+CIPSHUT': shut,
};

/** Answers one command line; what does not begin with AT is not for the modem and gets no answer. */
export const answerCommand = async (line: string, context: CommandContext): Promise<void> => {
  const match = /^AT([^=?]*[=?]?)(.*)$/i.exec(line);
  if (match === null) {
    return;
  }
  const handler = HANDLERS[(match[1] ?? '').toUpperCase()];
  if (handler === undefined) {
    fail(context);
    return;
  }
  await handler(match[2] ?? '', context);
};
