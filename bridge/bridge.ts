/** One bridge: a leased slot, an open port, and the way down; every effect comes in through `deps`. */
import type { Socket } from 'node:net';
import type { Clock, Random } from '#core/ports.ts';
import type { Crypto } from '#protocol/crypto.ts';
import type { DialectFraming } from '#protocol/dialect.ts';
import { Iso8583Framing } from '#protocol/iso8583/framing.ts';
import type { TextCodec } from '#protocol/text-codec.ts';
import type { AdmissionSettings } from './admission.ts';
import { type Assembly, assemble } from './assembly.ts';
import type { Counters } from './counters.ts';
import type { DoorSettings } from './door.ts';
import { drainConnections } from './drain.ts';
import type { FrameRateSettings } from './frame-rates.ts';
import type { LinkMasters } from './link-authenticator.ts';
import { type Listener, type ListenerSettings, listen } from './listener.ts';
import type { BridgeLog } from './log.ts';
import type {
  AnswerReader,
  LeaseStore,
  ReplyQueue,
  RequestQueue,
  TerminalReader,
  Ticker,
} from './ports.ts';
import { waitForSlot } from './slot-lease.ts';
import type { TlsMaterial } from './tls/terminator.ts';

export interface BridgeDeps {
  readonly requests: RequestQueue;
  readonly replies: ReplyQueue;
  readonly leases: LeaseStore;
  readonly terminals: TerminalReader;
  readonly answers: AnswerReader;
  readonly clock: Clock;
  readonly random: Random;
  readonly ticker: Ticker;
  readonly crypto: Crypto;
  readonly text: TextCodec;
  /** Memory of the process. */
  readonly residentBytes: () => number;
  readonly log: BridgeLog;
}

export interface BridgeSettings
  extends ListenerSettings,
    DoorSettings,
    FrameRateSettings,
    AdmissionSettings {
  /** Unique among all bridges, at most 32 characters without a dot: owner of the lease, head of correlation ids. */
  readonly instance: string;
  /** Reply queues in the pool. */
  readonly slots: number;
  readonly linkMasters: LinkMasters;
  /** Random bytes of this process: what names that no terminal has are answered with. */
  readonly secret: Uint8Array;
  /** ISO 8583 on the one port, where the first byte tells it. */
  readonly iso8583: { readonly length: 'binary' | 'binary-inclusive'; readonly swapTpdu: boolean };
  /** Ports of their own for lengths that the first byte cannot tell; 0: any free one. */
  readonly iso8583Ports: Readonly<Partial<Record<'ascii' | 'bcd', number>>>;
  /** What TLS begins with. */
  readonly tls: TlsMaterial;
  readonly heartbeatS: number;
  /** Failed tags of one address in a minute, after which it is shut out for so long. */
  readonly failedTagsMax: number;
  readonly shutOutMs: number;
  readonly drainMs: number;
}

export interface BridgeStats {
  readonly status: 'serving' | 'draining' | 'lame' | 'closed';
  readonly slot: number;
  readonly fence: number;
  /** 1 while the slot is this bridge's. */
  readonly leaseHeld: number;
  readonly connections: number;
  /** Signed on. */
  readonly terminals: number;
  readonly pending: number;
  /** Of these, not in the request queue yet. */
  readonly leaving: number;
  /** 1 while the request queue is given up. */
  readonly breakerOpen: number;
  readonly terminalsKnown: number;
  readonly strangerAddresses: number;
  readonly failedAddresses: number;
  readonly failedAddressWorst: number;
  readonly keepAliveEstimates: number;
}

export interface Bridge {
  readonly port: number;
  /** Those that were asked for. */
  readonly iso8583Ports: Readonly<Record<'ascii' | 'bcd', number | undefined>>;
  /** Whether connections are read through one shared buffer: slower and larger, but right, where they are not. */
  readonly sharesReadBuffer: boolean;
  readonly counters: Counters;
  /** Connections by `<dialect> <transport>`; no dialect before the first byte. */
  census(): ReadonlyMap<string, number>;
  stats(): BridgeStats;
  /** Resolves when the slot is lost: pending requests are still answered, new ones get BUSY. Then drain and exit. */
  readonly lost: Promise<void>;
  /** For TLS handshakes from now on. Throws, and changes nothing, where the texts do not fit together. */
  useTls(material: TlsMaterial): void;
  /** Sends every terminal away, answers what it can, closes, gives the slot back. */
  drain(): Promise<void>;
  /** Cuts every connection and gives the slot back. */
  close(): Promise<void>;
}

/** Leases a slot and opens the port. Rejects where no slot is free in LEASE_ROUNDS_MAX rounds, or the port is taken. */
export const createBridge = async (deps: BridgeDeps, settings: BridgeSettings): Promise<Bridge> => {
  const held = await waitForSlot({ ...deps, owner: settings.instance, slots: settings.slots });
  const parts = assemble(deps, settings, held);
  const listeners = await openAll(deps, settings, parts).catch(async (error: unknown) => {
    await parts.stop();
    throw error;
  });
  const { port, sharesReadBuffer } = listeners.main;
  const handle = handleOf(deps, settings, parts, Object.values(listeners));
  const iso8583Ports = { ascii: listeners.ascii?.port, bcd: listeners.bcd?.port };
  return { ...handle, port, iso8583Ports, sharesReadBuffer };
};

interface Listeners {
  readonly main: Listener;
  readonly ascii?: Listener;
  readonly bcd?: Listener;
}

/** Opens every port, or none. */
const openAll = async (
  deps: BridgeDeps,
  settings: BridgeSettings,
  { connections, counters, door, handlers }: Assembly,
): Promise<Listeners> => {
  const opened: Listener[] = [];
  const open = async (port: number, framing?: DialectFraming): Promise<Listener> => {
    const accept = {
      admits: (address: string) => door.admits(address, connections.size),
      accept: (socket: Socket, address: string) =>
        void connections.accept(socket, address, framing),
    };
    const listener = await listen(handlers, accept, counters, { ...settings, port });
    opened.push(listener);
    return listener;
  };
  const openIso = async (length: 'ascii' | 'bcd') => {
    const port = settings.iso8583Ports[length];
    const { swapTpdu } = settings.iso8583;
    return port === undefined
      ? {}
      : { [length]: await open(port, new Iso8583Framing({ length, swapTpdu }, deps.text)) };
  };
  try {
    const main = await open(settings.port);
    return { main, ...(await openIso('ascii')), ...(await openIso('bcd')) };
  } catch (error) {
    for (const listener of opened) {
      listener.close();
    }
    throw error;
  }
};

const handleOf = (
  deps: BridgeDeps,
  settings: BridgeSettings,
  parts: Assembly,
  listeners: readonly Listener[],
): Omit<Bridge, 'port' | 'iso8583Ports' | 'sharesReadBuffer'> => {
  const { connections, signOn, requests, state } = parts;
  let closing: Promise<void> | undefined;
  const shut = async (): Promise<void> => {
    state.status = 'closed';
    requests.refuseNew();
    for (const session of [...connections.sessions]) {
      session.socket.destroy();
    }
    for (const listener of listeners) {
      listener.close();
    }
    await parts.stop();
  };
  const close = (): Promise<void> => {
    closing ??= shut();
    return closing;
  };
  return {
    counters: parts.counters,
    lost: parts.lost,
    stats: parts.stats,
    census: () => connections.census(),
    async drain(): Promise<void> {
      if (state.status === 'serving') {
        state.status = 'draining';
      }
      await drainConnections({ ...deps, connections, signOn, requests }, settings.drainMs);
      await close();
    },
    close,
    useTls: (material) => parts.tls.use(material),
  };
};
