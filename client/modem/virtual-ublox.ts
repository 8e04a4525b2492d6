/** What a u-blox SARA-R410M answers (AT Commands Manual UBX-17003787). */
import { keep, mayHaveBearer, settingOf, tell, tlsPeerOf } from './virtual-commands.ts';
import type { VirtualFamily } from './virtual-family.ts';
import type { CommandContext, Handler } from './virtual-state.ts';

const LINKS_MAX = 7;
const BLOCK_BYTES_MAX = 1024;
/** Payload that comes earlier after `@` is lost (manual, section 25.10.4). */
const PROMPT_PAUSE_MS = 50;
/** TCP states of USOCTL=n,10: inactive, established, close wait. */
const INACTIVE = 0;
const ESTABLISHED = 4;
const CLOSE_WAIT = 7;

const activate: Handler = (args, context) => {
  if (args === '1,0') {
    context.sockets.closeAll();
    context.state.bearerUp = false;
    context.ok();
  } else if (mayHaveBearer(context)) {
    context.state.bearerUp = true;
    context.ok();
  }
};

const linkOf = (text: string | undefined, { sockets }: CommandContext): number | undefined => {
  const link = Number(text);
  const known = text !== undefined && text !== '' && sockets.has(link);
  return known && sockets.stateOf(link) !== 'INITIAL' ? link : undefined;
};

const createSocket: Handler = (_args, context) => {
  const link = context.sockets.free(LINKS_MAX);
  if (link === undefined) {
    context.fail();
    return;
  }
  context.sockets.reserve(link);
  context.state.settings.delete(`USOSEC ${link}`);
  context.line(`+USOCR: ${link}`);
  context.ok();
};

const secureSocket: Handler = (args, context) => {
  const [text, on, profile = '0'] = args.split(',');
  const link = linkOf(text, context);
  if (link === undefined) {
    context.fail();
    return;
  }
  context.state.settings.set(`USOSEC ${link}`, on === '1' ? profile : '');
  context.ok();
};

const connectSocket: Handler = async (args, context) => {
  const match = /^(\d),"([^"]{1,255})",(\d{1,5})$/.exec(args);
  const link = linkOf(match?.[1], context);
  const host = match?.[2];
  const { sockets, state } = context;
  const fresh = link !== undefined && sockets.stateOf(link) === 'CLOSED';
  if (!fresh || host === undefined || !state.bearerUp) {
    context.fail();
    return;
  }
  const profile = settingOf(context, `USOSEC ${link}`, '');
  const peer = { host, port: Number(match?.[3]) };
  const name = settingOf(context, `USECPRF ${profile} 4`, '');
  const tls = tlsPeerOf(context, {
    authenticates: settingOf(context, `USECPRF ${profile} 0`, '0') !== '0',
    file: settingOf(context, `USECPRF ${profile} 3`, ''),
    serverName: name === '' ? undefined : name,
  });
  sockets.open(link, profile === '' ? peer : { ...peer, tls });
  if (await context.connected(link)) {
    context.ok();
  } else {
    sockets.close(link);
    context.fail();
    context.line(`+UUSOCL: ${link}`);
  }
};

const sendPayload: Handler = async (args, context) => {
  const match = /^(\d),(\d{1,4})$/.exec(args);
  const link = linkOf(match?.[1], context);
  const length = Number(match?.[2]);
  const { sockets } = context;
  const open = link !== undefined && sockets.stateOf(link) === 'CONNECTED';
  if (!open || !(length > 0 && length <= BLOCK_BYTES_MAX)) {
    context.fail();
    return;
  }
  const bytes = await context.payload(length, '@');
  const sent = await new Promise<boolean>((resolve) => sockets.send(link, bytes, resolve));
  if (sent) {
    context.line(`+USOWR: ${link},${length}`);
    context.ok();
  } else {
    context.fail();
  }
};

/** The data stand in quotation marks on the line itself. */
const receive: Handler = (args, context) => {
  const [text, wanted] = args.split(',');
  const link = linkOf(text, context);
  const length = Number(wanted);
  const { sockets } = context;
  if (link === undefined || !(length >= 0 && length <= BLOCK_BYTES_MAX)) {
    context.fail();
    return;
  }
  if (length === 0 || sockets.waiting(link) === 0) {
    context.line(`+USORD: ${link},${sockets.waiting(link)}`);
    context.ok();
    return;
  }
  const { bytes } = sockets.read(link, length);
  context.data(`+USORD: ${link},${bytes.length},"`, bytes, '"\r\n');
  context.ok();
};

const tellSocket: Handler = (args, context) => {
  const [text, what] = args.split(',');
  const link = linkOf(text, context);
  if (link === undefined) {
    context.fail();
    return;
  }
  const { sockets } = context;
  const { sent, acked } = sockets.counters(link);
  const ended = sockets.waiting(link) > 0 ? CLOSE_WAIT : INACTIVE;
  const state = sockets.stateOf(link) === 'CONNECTED' ? ESTABLISHED : ended;
  context.line(`+USOCTL: ${link},${what},${what === '11' ? sent - acked : state}`);
  context.ok();
};

const closeSocket: Handler = (args, context) => {
  const link = linkOf(args, context);
  if (link === undefined) {
    context.fail();
    return;
  }
  context.sockets.close(link);
  context.ok();
};

const importCertificate: Handler = async (args, context) => {
  const match = /^0,0,"(\w{1,200})",(\d{1,5})$/.exec(args);
  const name = match?.[1];
  if (name === undefined) {
    context.fail();
    return;
  }
  context.state.files.set(name, await context.payload(Number(match?.[2]), '>'));
  context.line(`+USECMNG: 0,0,"${name}","00000000000000000000000000000000"`);
  context.ok();
};

const configureProfile: Handler = (args, { state, ok }) => {
  const [profile, parameter, value = ''] = args.split(',');
  if (parameter === undefined) {
    for (const key of [...state.settings.keys()]) {
      if (key.startsWith(`USECPRF ${profile} `)) {
        state.settings.delete(key);
      }
    }
  } else {
    state.settings.set(`USECPRF ${profile} ${parameter}`, value.replaceAll('"', ''));
  }
  ok();
};

export const virtualUblox: VirtualFamily = {
  name: 'ublox',
  identity: ['SARA-R410M-02B-00'],
  model: 'SARA-R410M-02B',
  linksMax: LINKS_MAX,
  announcesAfterEmptyRead: false,
  closesAfterRead: true,
  freesClosedLinks: true,
  promptPauseMs: PROMPT_PAUSE_MS,
  readable: (link, waitingBytes) => `+UUSORD: ${link},${waitingBytes}`,
  closed: (link) => `+UUSOCL: ${link}`,
  bearerLost: () => ['+CGEV: NW PDN DEACT 1', '+UUPSDD: 0'],
  bootLines: [],
  strayLines: [
    '+CGEV: EPS PDN ACT 4',
    '+UUPSMR: 0',
    '+CTZV: +36,0,"26/11/23,13:05:12"',
    '+CEREG: 1',
    '+CIEV: 2,3',
    'RING',
  ],
  handlers: {
    '+CGDCONT=': keep('+CGDCONT'),
    '+CGDCONT?': tell('+CGDCONT', '1,"IP",""'),
    '+CGACT=': activate,
    '+CGACT?': (_args, { line, ok, state }) => {
      line(`+CGACT: 1,${state.bearerUp ? 1 : 0}`);
      ok();
    },
    '+CGPADDR=': (_args, { line, ok, state, personality }) => {
      line(`+CGPADDR: 1,${state.bearerUp ? personality.address : '0.0.0.0'}`);
      ok();
    },
    '+USOCR=': createSocket,
    '+USOSEC=': secureSocket,
    '+USOCO=': connectSocket,
    '+USOWR=': sendPayload,
    '+USORD=': receive,
    '+USOCTL=': tellSocket,
    '+USOCL=': closeSocket,
    '+USECMNG=': importCertificate,
    '+USECPRF=': configureProfile,
  },
};
