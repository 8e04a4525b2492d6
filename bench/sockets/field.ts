/** Servers and load generator as one measuring field: open groups of clients, run one, read what its server spent. */
import { BRIDGE_NODE_OPTIONS } from '#infra/settings.ts';
import { type Child, startChild } from '../child.ts';
import { type ScriptName, scriptsOf } from './scripts.ts';
import { GUARDED } from './settings.ts';
import type { LoadMessage, LoadRequest, ServerKind, ServerMessage } from './wire.ts';

const SERVER_MODULES: Readonly<Record<ServerKind, URL>> = {
  bridge: new URL('./bridge-server.ts', import.meta.url),
  guardedBridge: new URL('./bridge-server.ts', import.meta.url),
  echo: new URL('./echo-server.ts', import.meta.url),
  broker: new URL('./broker-server.ts', import.meta.url),
};
/** Servers take turns on one core, the load generator has the other. */
const SERVER_CORE = 0;
const LOAD_CORE = 1;

export interface Server {
  readonly port: number;
  usage(): Promise<{ readonly cpuUs: number; readonly rssBytes: number }>;
  close(): void;
}

/** Starts a server as a process of its own. `collect`: it collects garbage before it tells its memory. */
export const startServer = async (
  kind: ServerKind,
  options: { readonly collect: boolean },
): Promise<Server> => {
  const child: Child<ServerMessage> = startChild(SERVER_MODULES[kind], {
    core: SERVER_CORE,
    // Every server as the bridge is deployed, so that what differs is the program.
    execArgv: [...BRIDGE_NODE_OPTIONS, ...(options.collect ? ['--expose-gc'] : [])],
    env: kind === 'guardedBridge' ? { [GUARDED]: '1' } : {},
  });
  const first = await child.next();
  if (first.kind !== 'listening') {
    throw new Error('A server did not say where it listens.');
  }
  return {
    port: first.port,
    usage: async () => {
      const message = await child.ask({ kind: 'usage' });
      if (message.kind !== 'usage') {
        throw new Error('A server did not say what it used.');
      }
      return message;
    },
    close: () => child.close(),
  };
};

export interface Load {
  open(group: string, port: number, script: ScriptName, clients: number): Promise<void>;
  /** Answers within about `milliseconds`. */
  run(group: string, milliseconds: number): Promise<number>;
  close(group: string): Promise<void>;
  end(): void;
}

export const startLoad = (): Load => {
  const child: Child<LoadMessage> = startChild(new URL('./load.ts', import.meta.url), {
    core: LOAD_CORE,
  });
  const ask = async (request: LoadRequest): Promise<LoadMessage> => {
    const reply = await child.ask(request);
    if (reply.kind === 'failed') {
      throw new Error(reply.reason);
    }
    return reply;
  };
  return {
    open: async (group, port, script, clients) => {
      await ask({ kind: 'open', group, port, scripts: scriptsOf(script, clients) });
    },
    run: async (group, milliseconds) => {
      const reply = await ask({ kind: 'run', group, milliseconds });
      return reply.kind === 'ran' ? reply.answers : 0;
    },
    close: async (group) => {
      await ask({ kind: 'close', group });
    },
    end: () => child.close(),
  };
};
