/** aedes, an MQTT broker for Node: what one would use if CP1 were not there. */
import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import { serveUsage } from './server-process.ts';

const BACKLOG = 4_096;

const broker = await Aedes.createBroker();
const server = createServer({ noDelay: true }, (socket) => {
  broker.handle(socket);
});
server.listen({ host: '127.0.0.1', port: 0, backlog: BACKLOG }, () => {
  serveUsage((server.address() as AddressInfo).port);
});
