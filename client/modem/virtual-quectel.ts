/** What a Quectel BG95 answers (BG95&BG77 Series TCP/IP and SSL Application Notes V1). */
import { mayHaveBearer, settingOf, tell, tlsPeerOf } from './virtual-commands.ts';
import type { VirtualFamily } from './virtual-family.ts';
import type { CommandContext, Handler, Handlers } from './virtual-state.ts';

const LINKS_MAX = 12;
/** TLS has numbers of its own, which follow the plain ones in the table of sockets. */
const TLS_FIRST_LINK = LINKS_MAX;
const SEND_BYTES_MAX = 1460;
const READ_BYTES_MAX = 1500;
/** `err` of QIOPEN and QSSLOPEN (TCP/IP Application Note, summary of error codes). */
const ERR_IDENTITY_USED = 563;
const ERR_CONNECT_FAILED = 566;
const ERR_PDP_NOT_ACTIVE = 561;

const activate: Handler = (_args, context) => {
  if (context.state.bearerUp) {
    context.fail();
  } else if (mayHaveBearer(context)) {
    context.state.bearerUp = true;
    context.state.settings.set('shown', '1');
    context.ok();
  }
};

const deactivate: Handler = (_args, context) => {
  context.sockets.closeAll();
  context.state.bearerUp = false;
  context.state.settings.delete('shown');
  context.ok();
};

/** The address of a context that is gone stays on show where the loss was not told (NuModem report). */
const tellContext: Handler = (_args, { state, personality, line, ok }) => {
  if (state.bearerUp || (personality.hidesLostBearer && state.settings.has('shown'))) {
    line(`+QIACT: 1,1,1,"${personality.address}"`);
  }
  ok();
};

/** One set of commands for plain links and one for encrypted ones; they differ in names and numbers. */
interface Kind {
  readonly first: number;
  readonly open: string;
  readonly read: string;
  readonly pattern: RegExp;
  readonly isSecure: boolean;
}
const PLAIN: Kind = {
  first: 0,
  open: '+QIOPEN',
  read: '+QIRD',
  pattern: /^1,(\d{1,2}),"TCP","([^"]{1,150})",(\d{1,5}),0,0$/,
  isSecure: false,
};
const SECURE: Kind = {
  first: TLS_FIRST_LINK,
  open: '+QSSLOPEN',
  read: '+QSSLRECV',
  pattern: /^1,1,(\d{1,2}),"([^"]{1,150})",(\d{1,5}),0$/,
  isSecure: true,
};

const numberOf = (text: string | undefined): number | undefined => {
  const id = Number(text);
  return text !== undefined && text !== '' && id < LINKS_MAX ? id : undefined;
};

const tlsOf = (context: CommandContext): ReturnType<typeof tlsPeerOf> =>
  tlsPeerOf(context, {
    authenticates: settingOf(context, 'QSSLCFG seclevel', '0') !== '0',
    file: settingOf(context, 'QSSLCFG cacert', ''),
    serverName: undefined,
  });

const openSocket =
  ({ first, open, pattern, isSecure }: Kind): Handler =>
  async (args, context) => {
    const match = pattern.exec(args);
    const id = numberOf(match?.[1]);
    const host = match?.[2];
    const { sockets, state } = context;
    if (id === undefined || host === undefined) {
      context.fail();
      return;
    }
    const link = first + id;
    context.ok();
    if (!state.bearerUp) {
      context.line(`${open}: ${id},${ERR_PDP_NOT_ACTIVE}`);
      return;
    }
    if (sockets.stateOf(link) !== 'INITIAL') {
      context.line(`${open}: ${id},${ERR_IDENTITY_USED}`);
      return;
    }
    const peer = { host, port: Number(match?.[3]) };
    sockets.open(link, isSecure ? { ...peer, tls: tlsOf(context) } : peer);
    const connected = await context.connected(link);
    context.line(`${open}: ${id},${connected ? 0 : ERR_CONNECT_FAILED}`);
  };

const sendPayload =
  ({ first }: Kind): Handler =>
  async (args, context) => {
    const match = /^(\d{1,2}),(\d{1,4})$/.exec(args);
    const id = numberOf(match?.[1]);
    const length = Number(match?.[2]);
    const link = first + (id ?? 0);
    const { sockets } = context;
    if (id !== undefined && match?.[2] === '0') {
      const { sent, acked } = sockets.counters(link);
      context.line(`+QISEND: ${sent},${acked},${sent - acked}`);
      context.ok();
      return;
    }
    const open = id !== undefined && sockets.stateOf(link) === 'CONNECTED';
    if (!open || !(length > 0 && length <= SEND_BYTES_MAX)) {
      context.fail();
      return;
    }
    const bytes = await context.payload(length);
    const sent = await new Promise<boolean>((resolve) => sockets.send(link, bytes, resolve));
    if (sent) {
      context.line('SEND OK');
    } else {
      context.fail();
    }
  };

const receive =
  ({ first, read }: Kind): Handler =>
  (args, context) => {
    const match = /^(\d{1,2}),(\d{1,4})$/.exec(args);
    const id = numberOf(match?.[1]);
    const length = Number(match?.[2]);
    const link = first + (id ?? 0);
    const known = id !== undefined && context.sockets.stateOf(link) !== 'INITIAL';
    if (!known || !(length > 0 && length <= READ_BYTES_MAX)) {
      context.fail();
      return;
    }
    const { bytes } = context.sockets.read(link, length);
    context.data(`${read}: ${bytes.length}\r\n`, bytes, bytes.length > 0 ? '\r\n' : '');
    context.ok();
  };

const tellState =
  ({ first, isSecure }: Kind): Handler =>
  (args, context) => {
    const id = numberOf(isSecure ? args : args.split(',')[1]);
    if (id === undefined) {
      context.fail();
      return;
    }
    const { host, port } = context.sockets.peerOf(first + id);
    const state = { INITIAL: 0, CONNECTING: 1, CONNECTED: 2, CLOSED: 4 }[
      context.sockets.stateOf(first + id)
    ];
    const [name, kind] = isSecure ? ['+QSSLSTATE', 'SSLClient'] : ['+QISTATE', 'TCP'];
    if (state !== 0) {
      context.line(`${name}: ${id},"${kind}","${host}",${port},0,${state},1,${id},0,"uart1"`);
    }
    context.ok();
  };

const closeSocket =
  ({ first }: Kind): Handler =>
  (args, context) => {
    const id = numberOf(args.split(',')[0]);
    if (id === undefined) {
      context.fail();
      return;
    }
    context.sockets.close(first + id);
    context.ok();
  };

const uploadFile: Handler = async (args, context) => {
  const match = /^"([\w.-]{1,80})",(\d{1,5})(,\d+)?$/.exec(args);
  const name = match?.[1];
  if (name === undefined) {
    context.fail();
    return;
  }
  const bytes = await context.payload(Number(match?.[2]), 'CONNECT\r\n');
  context.state.files.set(name, bytes);
  context.line(`+QFUPL: ${bytes.length},0`);
  context.ok();
};

const deleteFile: Handler = (args, { state, ok, fail }) => {
  if (state.files.delete(args.replaceAll('"', ''))) {
    ok();
  } else {
    fail(405);
  }
};

const configureTls: Handler = (args, { state, ok, fail }) => {
  const match = /^"(\w+)",1,"?([^"]*)"?$/.exec(args);
  if (match === null) {
    fail();
    return;
  }
  state.settings.set(`QSSLCFG ${match[1]}`, match[2] ?? '');
  ok();
};

const COMMANDS: Handlers = {
  '+QICSGP=': (_args, { ok }) => ok(),
  '+QIACT=': activate,
  '+QIACT?': tellContext,
  '+QIDEACT=': deactivate,
  '+CGACT?': tell('+CGACT', '1,1'),
  '+QIOPEN=': openSocket(PLAIN),
  '+QISEND=': sendPayload(PLAIN),
  '+QIRD=': receive(PLAIN),
  '+QISTATE=': tellState(PLAIN),
  '+QICLOSE=': closeSocket(PLAIN),
  '+QFUPL=': uploadFile,
  '+QFDEL=': deleteFile,
  '+QSSLCFG=': configureTls,
  '+QSSLOPEN=': openSocket(SECURE),
  '+QSSLSEND=': sendPayload(SECURE),
  '+QSSLRECV=': receive(SECURE),
  '+QSSLSTATE=': tellState(SECURE),
  '+QSSLCLOSE=': closeSocket(SECURE),
};

const newsOf = (link: number, news: string): string =>
  link < TLS_FIRST_LINK
    ? `+QIURC: "${news}",${link}`
    : `+QSSLURC: "${news}",${link - TLS_FIRST_LINK}`;

export const virtualQuectel: VirtualFamily = {
  name: 'quectel',
  identity: ['Quectel', 'BG95-M3', 'Revision: BG95M3LAR02A03'],
  model: 'BG95-M3',
  linksMax: 2 * LINKS_MAX,
  announcesAfterEmptyRead: true,
  closesAfterRead: false,
  freesClosedLinks: false,
  promptPauseMs: 0,
  readable: (link) => newsOf(link, 'recv'),
  closed: (link) => newsOf(link, 'closed'),
  bearerLost: () => ['+QIURC: "pdpdeact",1'],
  bootLines: ['RDY', 'APP RDY'],
  strayLines: [
    '+QIND: "csq",24,99',
    '+CTZE: "+36",0,"2026/11/23,04:05:12"',
    '+CEREG: 1',
    '+CMTI: "ME",0',
    '+QNWINFO: "eMTC","45005","LTE BAND 3",1350',
    'RING',
  ],
  handlers: COMMANDS,
};
