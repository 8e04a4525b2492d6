/** The queues' stand-in: fauxqs in this process, on the loopback only. */
import { Server } from 'node:net';
import { type FauxqsServer, startFauxqs } from 'fauxqs';

/** Resolves once it answers; keeps its data in `dataDir`. */
export const startQueues = async (
  defaultRegion: string,
  dataDir: string,
): Promise<FauxqsServer> => {
  const { listen } = Server.prototype;
  // fauxqs listens on every address and has no setting for it: nobody else may reach the queues.
  Server.prototype.listen = function listenHere(this: Server, ...args: readonly unknown[]): Server {
    const here = args.map((arg) =>
      typeof arg === 'object' && arg !== null && 'host' in arg
        ? { ...arg, host: '127.0.0.1' }
        : arg,
    );
    return Reflect.apply(listen, this, here) as Server;
  };
  try {
    return await startFauxqs({ port: 0, logger: false, defaultRegion, dataDir });
  } finally {
    Server.prototype.listen = listen;
  }
};
