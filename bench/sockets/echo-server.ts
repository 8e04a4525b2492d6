/** The bare Node server that the bridge is compared with: it sends back what it reads. */
import { type AddressInfo, createServer } from 'node:net';
import { serveUsage } from './server-process.ts';

/** As the bridge: a reconnect of all clients at once must not be refused. */
const BACKLOG = 4_096;

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', (data) => socket.write(data));
  socket.on('error', () => socket.destroy());
});
server.listen({ host: '127.0.0.1', port: 0, backlog: BACKLOG }, () => {
  serveUsage((server.address() as AddressInfo).port);
});
