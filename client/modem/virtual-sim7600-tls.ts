/** The CCH service of a virtual SIM7600: two links whose TLS the modem itself makes. */
import { accept, settingOf, tlsPeerOf } from './virtual-commands.ts';
import type { CommandContext, Handler, Handlers } from './virtual-state.ts';

/** Its links follow the plain ones in the table of sockets. */
export const CCH_FIRST_LINK = 10;
const SESSIONS = 2;
const BLOCK_BYTES_MAX = 2048;
/** `err` of the service (manual, section 19). */
const ERR_OPERATION = 1;
const ERR_HANDSHAKE = 15;

export const cchReadable = (link: number): string =>
  `+CCHEVENT: ${link - CCH_FIRST_LINK},RECV EVENT`;
export const cchClosed = (link: number): string => `+CCH_PEER_CLOSED: ${link - CCH_FIRST_LINK}`;

const downloadCertificate: Handler = async (args, context) => {
  const match = /^"([\w.-]{1,64})",(\d{1,5})$/.exec(args);
  const name = match?.[1];
  if (name === undefined) {
    context.fail();
    return;
  }
  context.state.files.set(name, await context.payload(Number(match?.[2]), '>'));
  context.ok();
};

/** `"cacert",0,"file"`, kept under its name and context. */
const configure: Handler = (args, context) => {
  const match = /^"(\w+)",(\d),"?([^"]*)"?$/.exec(args);
  if (match === null) {
    context.fail();
    return;
  }
  context.state.settings.set(`CSSLCFG ${match[1]} ${match[2]}`, match[3] ?? '');
  context.ok();
};

const isStarted = ({ state }: CommandContext): boolean => state.settings.get('CCHSTART') === '1';

const start: Handler = (_args, context) => {
  if (isStarted(context) || !context.state.bearerUp) {
    context.fail();
    return;
  }
  context.state.settings.set('CCHSTART', '1');
  context.ok();
  context.line('+CCHSTART: 0');
};

const stop: Handler = (_args, context) => {
  context.state.settings.delete('CCHSTART');
  context.ok();
  context.line('+CCHSTOP: 0');
};

const sessionOf = (text: string | undefined): number | undefined => {
  const session = Number(text);
  return text !== undefined && text !== '' && session < SESSIONS ? session : undefined;
};

const chooseContext: Handler = (args, context) => {
  const [session, ssl] = args.split(',');
  if (sessionOf(session) === undefined || ssl === undefined) {
    context.fail();
    return;
  }
  context.state.settings.set(`CCHSSLCFG ${session}`, ssl);
  context.ok();
};

const open: Handler = async (args, context) => {
  const match = /^(\d),"([^"]{1,255})",(\d{1,5})(?:,([12]))?$/.exec(args);
  const session = sessionOf(match?.[1]);
  const host = match?.[2];
  if (session === undefined || host === undefined || !isStarted(context)) {
    context.fail();
    return;
  }
  const ssl = settingOf(context, `CCHSSLCFG ${session}`, '0');
  const link = CCH_FIRST_LINK + session;
  context.sockets.close(link);
  context.ok();
  const peer = { host, port: Number(match?.[3]) };
  const tls = tlsPeerOf(context, {
    authenticates: settingOf(context, `CSSLCFG authmode ${ssl}`, '0') === '1',
    file: settingOf(context, `CSSLCFG cacert ${ssl}`, ''),
    serverName: undefined,
  });
  context.sockets.open(link, match?.[4] === '1' ? peer : { ...peer, tls });
  context.line(`+CCHOPEN: ${session},${(await context.connected(link)) ? 0 : ERR_HANDSHAKE}`);
};

const send: Handler = async (args, context) => {
  const match = /^(\d),(\d{1,4})$/.exec(args);
  const session = sessionOf(match?.[1]);
  const length = Number(match?.[2]);
  const link = CCH_FIRST_LINK + (session ?? 0);
  const isOpen = session !== undefined && context.sockets.stateOf(link) === 'CONNECTED';
  if (!isOpen || !(length > 0 && length <= BLOCK_BYTES_MAX)) {
    context.fail();
    return;
  }
  const bytes = await context.payload(length, '>');
  const sent = await new Promise<boolean>((resolve) => context.sockets.send(link, bytes, resolve));
  context.ok();
  context.line(`+CCHSEND: ${session},${sent ? 0 : ERR_OPERATION}`);
};

const tellWaiting: Handler = (_args, { line, ok, sockets }) => {
  line(`+CCHRECV: LEN,${sockets.waiting(CCH_FIRST_LINK)},${sockets.waiting(CCH_FIRST_LINK + 1)}`);
  ok();
};

/** Data come after OK, and are ended by a line of their own. */
const receive: Handler = (args, context) => {
  const match = /^(\d),(\d{1,4})$/.exec(args);
  const session = sessionOf(match?.[1]);
  const length = Number(match?.[2]);
  const link = CCH_FIRST_LINK + (session ?? 0);
  const waiting = session === undefined ? 0 : context.sockets.waiting(link);
  if (session === undefined || waiting < length || !(length <= BLOCK_BYTES_MAX)) {
    context.fail();
    return;
  }
  const { bytes } = context.sockets.read(link, length);
  context.ok();
  context.data(`+CCHRECV: DATA,${session},${bytes.length}\r\n`, bytes, '\r\n');
  context.line(`+CCHRECV: ${session},0`);
};

const openSessions: Handler = (_args, context) => {
  for (let session = 0; session < SESSIONS; session += 1) {
    const { host, port } = context.sockets.peerOf(CCH_FIRST_LINK + session);
    const isOpen = context.sockets.stateOf(CCH_FIRST_LINK + session) === 'CONNECTED';
    context.line(`+CCHOPEN: ${session},"${isOpen ? host : ''}",${isOpen ? port : ''},2,`);
  }
  context.ok();
};

const close: Handler = (args, context) => {
  const session = sessionOf(args);
  if (session === undefined || !context.sockets.close(CCH_FIRST_LINK + session)) {
    context.fail();
    return;
  }
  context.ok();
  context.line(`+CCHCLOSE: ${session},0`);
};

export const CCH_HANDLERS: Handlers = {
  '+CCERTDOWN=': downloadCertificate,
  '+CSSLCFG=': configure,
  '+CCHSET=': accept,
  '+CCHSTART': start,
  '+CCHSTOP': stop,
  '+CCHSSLCFG=': chooseContext,
  '+CCHOPEN=': open,
  '+CCHOPEN?': openSessions,
  '+CCHSEND=': send,
  '+CCHRECV?': tellWaiting,
  '+CCHRECV=': receive,
  '+CCHCLOSE=': close,
};
