/** The scripted bridge of the unit tests behind a real TCP port, for modems that open real sockets. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { ScriptedBridge } from '../../../unit/client/support/scripted-bridge.ts';

export interface TcpBridge {
  readonly bridge: ScriptedBridge;
  readonly port: number;
  close(): void;
}

export const openTcpBridge = async (): Promise<TcpBridge> => {
  const bridge = new ScriptedBridge();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    void bridge.dial().then((near) => {
      near.on('error', () => socket.destroy());
      near.on('end', () => socket.end());
      socket.on('data', (chunk) => near.write(chunk));
      near.on('data', (chunk: Buffer) => socket.write(chunk));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    bridge,
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
    },
  };
};
