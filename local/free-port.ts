/** Ports of 127.0.0.1. */
import { createServer } from 'node:net';
import { LocalError } from './local-error.ts';

/** `port` if it is free, any free one where it is 0. Throws `port_taken`, naming the variable that chooses it. */
export const takePort = (port: number, variable: string, host = '127.0.0.1'): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) =>
      reject(
        new LocalError(
          'port_taken',
          `Port ${port} of ${host} cannot be listened on.`,
          `Stop what uses it, or choose another by ${variable} (0 for any free one).`,
          cause,
        ),
      ),
    );
    server.listen(port, host, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(taken));
    });
  });

/** Of the bridge and of both pages; the variable that chooses a port is named where it is taken. */
export const takePorts = async (
  ports: { readonly bridgePort: number; readonly httpPort: number; readonly kioskPort?: number },
  bindHost: string,
): Promise<{ readonly bridge: number; readonly http: number; readonly kiosk: number }> => ({
  bridge: await takePort(ports.bridgePort, 'COSMOPAY_BRIDGE_PORT', bindHost),
  http: await takePort(ports.httpPort, 'COSMOPAY_HTTP_PORT'),
  kiosk: await takePort(ports.kioskPort ?? 0, 'COSMOPAY_KIOSK_PORT'),
});
