/** An HTTP server with a lifetime. */
import type { Server } from 'node:http';

export interface Listening {
  readonly port: number;
  /** Closes the listener and every connection. */
  close(): Promise<void>;
}

/** Rejects where the port is taken. */
export const listen = (server: Server, port: number, host: string): Promise<Listening> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
