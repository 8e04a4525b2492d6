/** What a SIM7600 answers (SIM7500_SIM7600 Series AT Command Manual V3), with the CCH service for TLS. */
import { accept, keep, mayHaveBearer, say, tell } from './virtual-commands.ts';
import type { VirtualFamily } from './virtual-family.ts';
import { CCH_FIRST_LINK, CCH_HANDLERS, cchClosed, cchReadable } from './virtual-sim7600-tls.ts';
import type { CommandContext, Handler } from './virtual-state.ts';

const LINKS_MAX = 10;
const BLOCK_BYTES_MAX = 1500;
/** `err` of CIPOPEN, CIPCLOSE and CIPERROR (manual, section 11.3). */
const ERR_NETWORK_CLOSED = 4;
const ERR_TIMEOUT = 11;
const ERR_BUSY = 10;

const netOpen: Handler = (_args, context) => {
  if (context.state.bearerUp) {
    context.line('+IP ERROR: Network is already opened');
    context.fail();
  } else if (mayHaveBearer(context)) {
    context.state.bearerUp = true;
    context.ok();
    context.line('+NETOPEN: 0');
  }
};

const netClose: Handler = (_args, context) => {
  if (!context.state.bearerUp) {
    context.line('+IP ERROR: Network is already closed');
    context.fail();
    return;
  }
  context.sockets.closeAll();
  context.state.bearerUp = false;
  context.ok();
  context.line('+NETCLOSE: 0');
};

const tellAddress: Handler = (_args, context) => {
  if (!context.state.bearerUp) {
    context.line('+IP ERROR: Network not opened');
    context.fail();
    return;
  }
  context.line(`+IPADDR: ${context.personality.address}`);
  context.ok();
};

const linkOf = (text: string | undefined, { sockets }: CommandContext): number | undefined => {
  const link = Number(text);
  return text !== '' && sockets.has(link) && link < LINKS_MAX ? link : undefined;
};

const openSocket: Handler = async (args, context) => {
  const match = /^(\d),"TCP","([^"]{1,255})",(\d{1,5})$/.exec(args);
  const link = linkOf(match?.[1], context);
  const host = match?.[2];
  const { sockets, state, personality } = context;
  if (link === undefined || host === undefined) {
    context.fail();
    return;
  }
  const refuse = (code: number): void => {
    context.line(`+CIPOPEN: ${link},${code}`);
    context.fail();
  };
  if (!state.bearerUp) {
    refuse(ERR_NETWORK_CLOSED);
  } else if (sockets.stateOf(link) === 'CONNECTED') {
    refuse(ERR_BUSY);
  } else if (context.chance(personality.driftRate)) {
    // LilyGo-Modem-Series#110: the context goes while the link opens, and NETOPEN is lost with it.
    context.ok();
    context.line('+CGEV: NW PDN DEACT 1');
    state.bearerUp = false;
    sockets.loseAll();
    context.line(`+CIPERROR: ${ERR_NETWORK_CLOSED}`);
  } else {
    sockets.close(link);
    context.ok();
    sockets.open(link, { host, port: Number(match?.[3]) });
    context.line(`+CIPOPEN: ${link},${(await context.connected(link)) ? 0 : ERR_TIMEOUT}`);
  }
};

const sendPayload: Handler = async (args, context) => {
  const match = /^(\d),(\d{1,4})$/.exec(args);
  const link = linkOf(match?.[1], context);
  const length = Number(match?.[2]);
  const { sockets, state } = context;
  if (!state.bearerUp) {
    context.line(`+CIPERROR: ${ERR_NETWORK_CLOSED}`);
    context.fail();
    return;
  }
  const open = link !== undefined && sockets.stateOf(link) === 'CONNECTED';
  if (!open || !(length > 0 && length <= BLOCK_BYTES_MAX)) {
    context.fail();
    return;
  }
  const bytes = await context.payload(length, '>');
  const sent = await new Promise<boolean>((resolve) => sockets.send(link, bytes, resolve));
  context.ok();
  context.line(`+CIPSEND: ${link},${length},${sent ? length : -1}`);
};

const receive: Handler = (args, context) => {
  const [mode, linkText, wanted] = args.split(',');
  const { sockets, state } = context;
  if (mode === '0' || mode === '1') {
    state.settings.set('+CIPRXGET', mode);
    context.ok();
    return;
  }
  const link = linkOf(linkText, context);
  const length = Number(wanted);
  if (link === undefined || state.settings.get('+CIPRXGET') !== '1') {
    context.fail();
  } else if (mode === '4') {
    context.line(`+CIPRXGET: 4,${link},${sockets.waiting(link)}`);
    context.ok();
  } else if (mode !== '2' || !(length > 0 && length <= BLOCK_BYTES_MAX)) {
    context.fail();
  } else {
    const { bytes, left } = sockets.read(link, length);
    if (bytes.length === 0) {
      context.line('+IP ERROR: No data');
      context.fail();
      return;
    }
    context.data(`+CIPRXGET: 2,${link},${bytes.length},${left}\r\n`, bytes, '\r\n');
    context.ok();
  }
};

const closeSocket: Handler = (args, context) => {
  const link = linkOf(args, context);
  if (link === undefined) {
    context.fail();
  } else if (context.sockets.close(link)) {
    context.ok();
    context.line(`+CIPCLOSE: ${link},0`);
  } else {
    context.line(`+CIPCLOSE: ${link},${ERR_NETWORK_CLOSED}`);
    context.fail();
  }
};

const linkStates: Handler = say(({ sockets }) => {
  const states = Array.from({ length: LINKS_MAX }, (_, link) =>
    sockets.stateOf(link) === 'CONNECTED' ? 1 : 0,
  );
  return `+CIPCLOSE: ${states.join(',')}`;
});

const openLinks: Handler = (_args, context) => {
  for (let link = 0; link < LINKS_MAX; link += 1) {
    const { host, port } = context.sockets.peerOf(link);
    const open = context.sockets.stateOf(link) === 'CONNECTED';
    context.line(`+CIPOPEN: ${link}${open ? `,"TCP","${host}",${port},-1` : ''}`);
  }
  context.ok();
};

const acknowledged: Handler = (args, context) => {
  const link = linkOf(args, context);
  if (link === undefined) {
    context.fail();
    return;
  }
  const { sent, acked } = context.sockets.counters(link);
  context.line(`+CIPACK: ${sent},${acked},${sent - acked}`);
  context.ok();
};

export const virtualSim7600: VirtualFamily = {
  name: 'sim7600',
  identity: [
    'Manufacturer: SIMCOM INCORPORATED',
    'Model: SIMCOM_SIM7600E-H',
    'Revision: SIM7600M22_V2.0',
    'IMEI: 490154203237518',
    '+GCAP: +CGSM',
  ],
  model: 'SIMCOM_SIM7600E-H',
  linksMax: CCH_FIRST_LINK + 2,
  announcesAfterEmptyRead: false,
  closesAfterRead: false,
  freesClosedLinks: false,
  promptPauseMs: 0,
  readable: (link) => (link < CCH_FIRST_LINK ? `+CIPRXGET: 1,${link}` : cchReadable(link)),
  closed: (link) => (link < CCH_FIRST_LINK ? `+IPCLOSE: ${link},1` : cchClosed(link)),
  bearerLost: () => ['+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY'],
  bootLines: ['*ATREADY: 1', '+CPIN: READY', 'SMS DONE', 'PB DONE'],
  strayLines: [
    '+CGEV: EPS PDN ACT 6',
    '+CTZV: +36,0',
    '+CMTI: "SM",0',
    '+CUSD: 0,"Your balance",15',
    'RING',
    '+CNSMOD: 0,8',
    '*PSNWID: "450","05", "SKTelecom", 0, "SKTelecom", 0',
  ],
  handlers: {
    '+CGDCONT?': tell('+CGDCONT', '1,"IP",""'),
    '+CIPMODE=': keep('+CIPMODE'),
    '+CIPSENDMODE=': accept,
    '+CIPTIMEOUT=': accept,
    '+CIPCCFG=': accept,
    '+NETOPEN': netOpen,
    '+NETOPEN?': say(({ state }) => `+NETOPEN: ${state.bearerUp ? 1 : 0}`),
    '+NETCLOSE': netClose,
    '+IPADDR': tellAddress,
    '+CIPRXGET=': receive,
    '+CIPRXGET?': tell('+CIPRXGET', '0'),
    '+CIPOPEN=': openSocket,
    '+CIPOPEN?': openLinks,
    '+CIPSEND=': sendPayload,
    '+CIPACK=': acknowledged,
    '+CIPCLOSE=': closeSocket,
    '+CIPCLOSE?': linkStates,
    ...CCH_HANDLERS,
  },
};
