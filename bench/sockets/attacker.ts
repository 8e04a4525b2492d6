/** What a hostile network does to a bridge, all at once, until it is killed. Runs as a process of its own. */
import { connect, type Socket } from 'node:net';
import { scriptsOf } from './scripts.ts';

const PORT = Number(process.argv[2]);
/** Connections that never finish their first frame, from as many addresses as the bound on strangers asks for. */
const SLOW_LORIS = 2_000;
const ADDRESSES = 50;
/** Milliseconds between two bytes of one of them. */
const DRIP_MS = 1_000;
/** Connections per second from one address. */
const FLOOD_PER_S = 500;
const FLOOD_MS = 20;
/** Terminal that signs on and sends as fast as it is let. */
const BLASTER = 900;
const BLAST_FRAMES = 1_000;

/** On this machine all of 127/8 is here. */
const dial = (localAddress: string): Socket => {
  const socket = connect({ host: '127.0.0.1', port: PORT, localAddress, noDelay: true });
  socket.on('error', () => socket.destroy());
  socket.resume();
  return socket;
};

const [script] = scriptsOf('bridgePay', BLASTER + 1).slice(BLASTER);
const hello = Buffer.from(script?.opening ?? '', 'hex');
const pays = Buffer.concat(
  new Array<Buffer>(BLAST_FRAMES).fill(Buffer.from(script?.request ?? '', 'hex')),
);

const slow = Array.from({ length: SLOW_LORIS }, (_, index) =>
  dial(`127.0.1.${1 + (index % ADDRESSES)}`),
);
let dripped = 0;
setInterval(() => {
  for (const [index, socket] of slow.entries()) {
    // Whoever was cut comes again.
    const line = socket.destroyed ? dial(`127.0.1.${1 + (index % ADDRESSES)}`) : socket;
    slow[index] = line;
    line.write(hello.subarray(dripped % hello.length, (dripped % hello.length) + 1));
  }
  dripped += 1;
}, DRIP_MS);

setInterval(() => {
  for (let one = 0; one < (FLOOD_PER_S * FLOOD_MS) / 1_000; one += 1) {
    const socket = dial('127.0.9.9');
    socket.once('connect', () => socket.resetAndDestroy());
  }
}, FLOOD_MS);

const blast = (): void => {
  const socket = dial('127.0.8.8');
  const more = (): void => {
    while (socket.write(pays)) {
      // Until the bridge reads no more.
    }
  };
  socket.write(hello);
  socket.on('drain', more);
  socket.once('connect', more);
  socket.once('close', () => setTimeout(blast, DRIP_MS));
};
blast();

process.on('disconnect', () => process.exit(0));
process.send?.({ kind: 'attacking' });
