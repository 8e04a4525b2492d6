/** One bridge: a leased slot, an open port, and the way down; every effect comes in through `deps`. */
import type { Socket } from 'node:net';
import type { Clock, Random } from '#core/ports.ts';
import type { Crypto } from '#protocol/crypto.ts';
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
  /** Whether connections are read through one shared buffer: slower and larger, but right, where they are not. */
  readonly sharesReadBuffer: boolean;
  readonly counters: Counters;
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
  const { connections, counters } = parts;
  const accept = {
    admits: (address: string) => parts.door.admits(address, connections.size),
    accept: (socket: Socket, address: string) => void connections.accept(socket, address),
  };
  const listener = await listen(parts.handlers, accept, counters, settings).catch(
    async (error: unknown) => {
      await parts.stop();
      throw error;
    },
  );
  const { port, sharesReadBuffer } = listener;
  return { ...handleOf(deps, settings, parts, listener), port, sharesReadBuffer };
};

const handleOf = (
  deps: BridgeDeps,
  settings: BridgeSettings,
  parts: Assembly,
  listener: Listener,
): Omit<Bridge, 'port' | 'sharesReadBuffer'> => {
  const { connections, signOn, requests, state } = parts;
  let closing: Promise<void> | undefined;
  const shut = async (): Promise<void> => {
    state.status = 'closed';
    requests.refuseNew();
    for (const session of [...connections.sessions]) {
      session.socket.destroy();
    }
    listener.close();
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
