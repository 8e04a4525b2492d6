/** What a SIM800 answers (SIM800 Series AT Command Manual V1.11), word for word. */
import { mayHaveBearer, say, tell } from './virtual-commands.ts';
import type { VirtualFamily } from './virtual-family.ts';
import type { CommandContext, Handler } from './virtual-state.ts';

const LINKS_MAX = 6;
/** Bytes of one AT+CIPSEND, and of one AT+CIPRXGET=2. */
export const SEND_BYTES_MAX = 1460;
/** With CIPQSEND=0 a peer that does not acknowledge is given up after so long. */
export const DEAD_PEER_MS = 645_000;

/** States of the bearer as AT+CIPSTATUS names them. */
const stageOf = ({ state }: CommandContext): string =>
  state.bearerUp ? 'IP STATUS' : (state.settings.get('stage') ?? 'IP INITIAL');

const isOn = ({ state }: CommandContext, name: string): boolean => state.settings.get(name) === '1';

/** A switch of the socket layer: only while no bearer is up, and one quirk refuses what is already so. */
const switchSetting =
  (name: string, needsInitial: boolean): Handler =>
  (args, context) => {
    const { state, personality } = context;
    const same = (state.settings.get(name) ?? '0') === args;
    const refused =
      (needsInitial && stageOf(context) !== 'IP INITIAL') ||
      (personality.refusesSameSetting && same) ||
      (args !== '0' && args !== '1');
    if (refused) {
      context.fail();
      return;
    }
    state.settings.set(name, args);
    context.ok();
  };

const startTask: Handler = (_args, context) => {
  if (stageOf(context) !== 'IP INITIAL') {
    context.fail();
    return;
  }
  context.state.settings.set('stage', 'IP START');
  context.ok();
};

const bringBearerUp: Handler = (_args, context) => {
  if (stageOf(context) !== 'IP START') {
    context.fail();
  } else if (mayHaveBearer(context)) {
    context.state.settings.set('stage', 'IP GPRSACT');
    context.ok();
  } else {
    context.state.settings.set('stage', 'PDP DEACT');
  }
};

/** Answers the address and no OK. */
const tellAddress: Handler = (_args, context) => {
  const stage = stageOf(context);
  if (stage !== 'IP GPRSACT' && stage !== 'IP STATUS') {
    context.fail();
    return;
  }
  context.state.bearerUp = true;
  context.state.settings.set('stage', 'PDP DEACT');
  context.line(context.personality.address);
};

const openSocket: Handler = async (args, context) => {
  const match = /^(\d),"TCP","([^"]{1,255})","?(\d{1,5})"?$/.exec(args);
  const link = Number(match?.[1]);
  const port = Number(match?.[3]);
  const host = match?.[2];
  const { sockets, state } = context;
  const possible = isOn(context, '+CIPMUX') && state.bearerUp && port > 0 && port < 65_536;
  if (host === undefined || link >= LINKS_MAX || !sockets.has(link) || !possible) {
    context.fail();
    return;
  }
  if (sockets.stateOf(link) === 'CONNECTED') {
    context.fail();
    context.line(`${link}, ALREADY CONNECT`);
    return;
  }
  sockets.close(link);
  context.ok();
  sockets.open(link, { host, port });
  context.line(`${link}, CONNECT ${(await context.connected(link)) ? 'OK' : 'FAIL'}`);
};

const sendPayload: Handler = async (args, context) => {
  const match = /^(\d),(\d{1,4})$/.exec(args);
  const link = Number(match?.[1]);
  const length = Number(match?.[2]);
  const { sockets } = context;
  const open = sockets.has(link) && sockets.stateOf(link) === 'CONNECTED';
  if (!open || !(length > 0 && length <= SEND_BYTES_MAX)) {
    context.fail();
    return;
  }
  const bytes = await context.payload(length);
  const before = sockets.counters(link).acked;
  const sent = await new Promise<boolean>((resolve) => sockets.send(link, bytes, resolve));
  if (isOn(context, '+CIPQSEND')) {
    context.line(`DATA ACCEPT:${link},${length}`);
    return;
  }
  if (sent && sockets.counters(link).acked === before) {
    await context.timers.sleep(DEAD_PEER_MS);
    context.line(`${link}, CLOSED`);
    return;
  }
  context.line(`${link}, SEND ${sent ? 'OK' : 'FAIL'}`);
};

const tellSendRoom: Handler = (_args, context) => {
  for (let link = 0; link < LINKS_MAX; link += 1) {
    const open = context.sockets.stateOf(link) === 'CONNECTED';
    context.line(`+CIPSEND: ${link},${open ? SEND_BYTES_MAX : 0}`);
  }
  context.ok();
};

const receive: Handler = async (args, context) => {
  const [mode, linkText, wanted] = args.split(',');
  if (mode === '1' || mode === '0') {
    await switchSetting('+CIPRXGET', true)(mode, context);
    return;
  }
  const link = Number(linkText);
  const { sockets } = context;
  const known = sockets.has(link) && sockets.stateOf(link) !== 'INITIAL';
  const length = Number(wanted);
  if (!isOn(context, '+CIPRXGET') || !known) {
    context.fail();
  } else if (mode === '2' && length > 0 && length <= SEND_BYTES_MAX) {
    const { bytes, left } = sockets.read(link, length);
    context.data(`+CIPRXGET: 2,${link},${bytes.length},${left}\r\n`, bytes);
    context.ok();
  } else if (mode === '4') {
    context.line(`+CIPRXGET: 4,${link},${sockets.waiting(link)}`);
    context.ok();
  } else {
    context.fail();
  }
};

const acknowledged: Handler = (args, context) => {
  const link = Number(args);
  if (args === '' || !context.sockets.has(link)) {
    context.fail();
    return;
  }
  const { sent, acked } = context.sockets.counters(link);
  context.line(`+CIPACK: ${sent},${acked},${sent - acked}`);
  context.ok();
};

const statusOfLink: Handler = (args, context) => {
  const link = Number(args);
  if (args === '' || !context.sockets.has(link)) {
    context.fail();
    return;
  }
  const { host, port } = context.sockets.peerOf(link);
  const state = context.sockets.stateOf(link);
  context.line(`+CIPSTATUS: ${link},0,"TCP","${host}","${port || ''}","${state}"`);
  context.ok();
};

/** Continues after its OK, as the real one does. */
const statusOfAll: Handler = (_args, context) => {
  context.ok();
  context.line(`STATE: ${stageOf(context)}`);
  for (let link = 0; link < LINKS_MAX; link += 1) {
    const state = context.sockets.stateOf(link);
    const { host, port } = context.sockets.peerOf(link);
    const where = state === 'INITIAL' ? ',"","",""' : `0,"TCP","${host}","${port}"`;
    context.line(`C: ${link},${where},"${state}"`);
  }
};

const closeSocket: Handler = (args, context) => {
  const link = Number(args.split(',')[0]);
  if (args === '' || !context.sockets.has(link) || !context.sockets.close(link)) {
    context.fail();
    return;
  }
  context.line(`${link}, CLOSE OK`);
};

const shut: Handler = (_args, context) => {
  context.sockets.closeAll();
  context.state.bearerUp = false;
  context.state.settings.set('stage', 'IP INITIAL');
  context.line('SHUT OK');
};

export const virtualSim800: VirtualFamily = {
  name: 'sim800',
  identity: ['SIM800 R14.18'],
  model: 'SIMCOM_SIM800L',
  linksMax: LINKS_MAX,
  announcesAfterEmptyRead: false,
  closesAfterRead: false,
  freesClosedLinks: false,
  promptPauseMs: 0,
  readable: (link) => `+CIPRXGET: 1,${link}`,
  closed: (link) => `${link}, CLOSED`,
  bearerLost: () => ['+PDP: DEACT'],
  bootLines: ['RDY', '+CFUN: 1', '+CPIN: READY', 'Call Ready', 'SMS Ready'],
  strayLines: [
    '*PSUTTZ: 2026,11,23,13,5,12,"+36",0',
    'DST: 1',
    '+CTZV: +36,0',
    '+CIEV: 10,"45005","SKTelecom","SKTelecom", 0, 0',
    '+CMTI: "SM",3',
    'RING',
    'UNDER-VOLTAGE WARNNING',
    '+CSQN: 18,0',
  ],
  handlers: {
    '+CIPMUX=': switchSetting('+CIPMUX', true),
    '+CIPMUX?': tell('+CIPMUX', '0'),
    '+CIPQSEND=': switchSetting('+CIPQSEND', false),
    '+CIPQSEND?': tell('+CIPQSEND', '0'),
    '+CIPRXGET=': receive,
    '+CIPRXGET?': tell('+CIPRXGET', '0'),
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
    '+CGMR': say(() => 'Revision:1418B05SIM800L24'),
  },
};
