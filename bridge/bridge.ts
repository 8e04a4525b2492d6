/** One bridge: listener, sessions, reply slot and deadlines put together; every effect comes in through `deps`. */
import type { Clock, Random } from '#core/ports.ts';
import type { Crypto } from '#protocol/crypto.ts';
import { Connections } from './connections.ts';
import { type Counters, createCounters } from './counters.ts';
import { drainConnections } from './drain.ts';
import { createFailedAddresses, type FailedAddresses } from './failed-addresses.ts';
import { GOAWAY_JITTER_MS, TICK_MS } from './limits.ts';
import { createLinkAuthenticator, type LinkMasters } from './link-authenticator.ts';
import { type ListenerSettings, listen } from './listener.ts';
import { type BridgeLog, limitLog } from './log.ts';
import type {
  AnswerReader,
  LeaseStore,
  ReplyQueue,
  RequestQueue,
  TerminalReader,
  Ticker,
} from './ports.ts';
import { createRegionCache, type RegionCache } from './region-cache.ts';
import { createReplyIntake } from './reply-intake.ts';
import { Requests } from './requests.ts';
import type { Session } from './session.ts';
import { SignOn } from './sign-on.ts';
import { keepSlot, waitForSlot } from './slot-lease.ts';
import { TimerWheel } from './timer-wheel.ts';
import { Wire } from './wire.ts';

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
  readonly log: BridgeLog;
}

export interface BridgeSettings extends ListenerSettings {
  /** Unique among all bridges, at most 32 characters without a dot: owner of the lease, head of correlation ids. */
  readonly instance: string;
  /** Reply queues in the pool. */
  readonly slots: number;
  readonly linkMasters: LinkMasters;
  readonly heartbeatS: number;
  readonly pendingMax: number;
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
  readonly regions: number;
  readonly failedAddresses: number;
  readonly failedAddressWorst: number;
}

export interface Bridge {
  readonly port: number;
  /** Whether connections are read through one shared buffer: slower and larger, but right, where they are not. */
  readonly sharesReadBuffer: boolean;
  readonly counters: Counters;
  stats(): BridgeStats;
  /** Resolves when the slot is lost: pending requests are still answered, new ones get BUSY. Then drain and exit. */
  readonly lost: Promise<void>;
  /** Sends every terminal away, answers what it can, closes, gives the slot back. */
  drain(): Promise<void>;
  /** Cuts every connection and gives the slot back. */
  close(): Promise<void>;
}

/** Leases a slot and opens the port. Rejects where no slot is free in LEASE_ROUNDS_MAX rounds, or the port is taken. */
export const createBridge = async (deps: BridgeDeps, settings: BridgeSettings): Promise<Bridge> => {
  const held = await waitForSlot({ ...deps, owner: settings.instance, slots: settings.slots });
  const counters = createCounters();
  const log = limitLog(deps.log, () => deps.ticker.nowMs());
  const failed = createFailedAddresses();
  const nowMs = (): number => deps.ticker.nowMs();
  const regions = createRegionCache({ terminals: deps.terminals, nowMs, counters });
  const wheel: TimerWheel<Session> = new TimerWheel(deps.ticker.nowMs(), (session) =>
    connections.due(session),
  );
  const wire = new Wire(counters, wheel);
  let status: BridgeStats['status'] = 'serving';
  let announceLoss: () => void = () => undefined;
  const lost = new Promise<void>((resolve) => {
    announceLoss = resolve;
  });

  const lose = (): void => {
    if (status === 'serving' || status === 'draining') {
      status = 'lame';
      counters.lease_lost += 1;
      deps.log.write('error', 'lease_lost', { slot: held.slot, fence: held.fence });
      requests.refuseNew();
      void poll.close();
      announceLoss();
    }
  };
  const requests = new Requests(
    { ...deps, counters, log, wheel, wire, settled: (session) => settled(session) },
    { ...settings, ...held },
  );
  const authenticate = createLinkAuthenticator(deps.crypto, settings.linkMasters);
  const shared = { requests, wheel, wire, counters, log, authenticate };
  const { heartbeatS } = settings;
  const signOn = new SignOn({ ...deps, ...shared, regions, failed, heartbeatS });
  const connections = new Connections({ ...shared, signOn, clock: deps.clock });
  const settled = (session: Session): void => {
    if (status !== 'serving') {
      signOn.sendGoaway(session, deps.random.below(GOAWAY_JITTER_MS));
    }
    connections.proceed(session);
  };
  const lease = keepSlot({ ...deps, owner: settings.instance, lost: lose }, held);
  const intake = createReplyIntake({
    ...{ fence: held.fence, counters, log, leaseLost: lose },
    deliver: (reply) => requests.deliver(reply),
  });
  const poll = deps.replies.poll(held.slot, intake);
  const stopTicking = deps.ticker.every(TICK_MS, () => wheel.advance(deps.ticker.nowMs()));
  const listener = await listen(connections, counters, settings).catch(async (error: unknown) => {
    stopTicking();
    await poll.close();
    await lease.release();
    throw error;
  });

  const handle = handleOf({
    deps,
    settings,
    held,
    counters,
    connections,
    signOn,
    requests,
    lost,
    regions,
    failed,
    status: () => status,
    setStatus: (next) => {
      status = next;
    },
    shut: async () => {
      listener.close();
      stopTicking();
      await Promise.all([poll.close(), deps.requests.close()]);
      await lease.release();
    },
  });
  const { port, sharesReadBuffer } = listener;
  return { ...handle, port, sharesReadBuffer };
};

interface Parts {
  readonly deps: BridgeDeps;
  readonly settings: BridgeSettings;
  readonly held: { readonly slot: number; readonly fence: number };
  readonly counters: Counters;
  readonly connections: Connections;
  readonly signOn: SignOn;
  readonly requests: Requests;
  readonly lost: Promise<void>;
  readonly regions: RegionCache;
  readonly failed: FailedAddresses;
  readonly status: () => BridgeStats['status'];
  readonly setStatus: (next: BridgeStats['status']) => void;
  /** Closes everything but the sockets. */
  readonly shut: () => Promise<void>;
}

const handleOf = (parts: Parts): Omit<Bridge, 'port' | 'sharesReadBuffer'> => {
  const { deps, settings, held, connections, signOn, requests, regions, failed } = parts;
  let closing: Promise<void> | undefined;
  const shut = async (): Promise<void> => {
    parts.setStatus('closed');
    requests.refuseNew();
    for (const session of [...connections.sessions]) {
      session.socket.destroy();
    }
    await parts.shut();
  };
  const close = (): Promise<void> => {
    closing ??= shut();
    return closing;
  };
  return {
    counters: parts.counters,
    lost: parts.lost,
    stats: () => ({
      status: parts.status(),
      slot: held.slot,
      fence: held.fence,
      connections: connections.size,
      terminals: signOn.size,
      pending: requests.size,
      regions: regions.size,
      failedAddresses: failed.size,
      failedAddressWorst: failed.worst,
    }),
    async drain(): Promise<void> {
      if (parts.status() === 'serving') {
        parts.setStatus('draining');
      }
      await drainConnections({ ...deps, connections, signOn, requests }, settings.drainMs);
      await close();
    },
    close,
  };
};
