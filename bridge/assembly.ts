/** The parts of one bridge put together: sessions, requests, reply slot and deadlines. The port is opened by bridge.ts. */
import { Iso8583Framing } from '#protocol/iso8583/framing.ts';
import type { BridgeDeps, BridgeSettings, BridgeStats } from './bridge.ts';
import { Connections } from './connections.ts';
import { type Counters, createCounters } from './counters.ts';
import { spokenWith } from './detect.ts';
import { FrameIntake } from './frame-intake.ts';
import { createGuards, type Guards } from './guards.ts';
import { GOAWAY_JITTER_MS, TICK_MS } from './limits.ts';
import { createLinkAuthenticator } from './link-authenticator.ts';
import { limitLog } from './log.ts';
import { Opening } from './opening.ts';
import { createReplyIntake } from './reply-intake.ts';
import { Requests } from './requests.ts';
import type { Session } from './session.ts';
import { SignOn } from './sign-on.ts';
import { type HeldSlot, keepSlot } from './slot-lease.ts';
import { createSocketHandlers, type SocketHandlers } from './socket-handlers.ts';
import { createTerminalCache, type TerminalCache } from './terminal-cache.ts';
import { TimerWheel } from './timer-wheel.ts';
import { createPskKeys } from './tls/psk-keys.ts';
import { createTerminator, type Terminator } from './tls/terminator.ts';
import { Wire } from './wire.ts';

export interface Assembly extends Guards {
  readonly counters: Counters;
  readonly connections: Connections;
  readonly handlers: SocketHandlers;
  readonly tls: Terminator;
  readonly signOn: SignOn;
  readonly requests: Requests;
  readonly state: { status: BridgeStats['status'] };
  /** Resolves when the slot is lost. */
  readonly lost: Promise<void>;
  stats(): BridgeStats;
  /** Stops deadlines and queues, and gives the slot back; sockets are not its business. */
  stop(): Promise<void>;
}

export const assemble = (deps: BridgeDeps, settings: BridgeSettings, held: HeldSlot): Assembly => {
  const counters = createCounters();
  const state: Assembly['state'] = { status: 'serving' };
  const log = limitLog(deps.log, () => deps.ticker.nowMs());
  const nowMs = (): number => deps.ticker.nowMs();
  const guards = createGuards(deps, settings, counters, log);
  const terminals = createTerminalCache({ terminals: deps.terminals, nowMs, counters });
  const wheel: TimerWheel<Session> = new TimerWheel(deps.ticker.nowMs(), (session) =>
    connections.due(session),
  );
  const wire = new Wire(counters, wheel);
  const lost = Promise.withResolvers<void>();
  const lose = (): void => {
    if (state.status === 'serving' || state.status === 'draining') {
      state.status = 'lame';
      counters.lease_lost += 1;
      deps.log.write('error', 'lease_lost', { slot: held.slot, fence: held.fence });
      requests.refuseNew();
      void poll.close();
      lost.resolve();
    }
  };
  const settled = (session: Session): void => {
    if (state.status !== 'serving') {
      signOn.sendGoaway(session, deps.random.below(GOAWAY_JITTER_MS));
    }
    connections.proceed(session);
  };
  const requests = new Requests(
    { ...deps, ...guards, counters, log, wheel, wire, settled },
    { ...settings, ...held },
  );
  const authenticate = createLinkAuthenticator(deps.crypto, settings.linkMasters);
  const shared = { ...deps, ...guards, requests, wheel, wire, counters, log, authenticate };
  const signOn = new SignOn({ ...shared, terminals, unlimitedLog: deps.log });
  const keys = createPskKeys(deps.crypto, settings.linkMasters, settings.secret);
  const tls = createTerminator(
    {
      ...{ keys, counters, log },
      secured: (session, socket, proven) => {
        handlers.attach(socket);
        connections.secured(session, socket, proven);
        socket.on('data', handlers.data);
      },
    },
    settings.tls,
  );
  const spoken = spokenWith(new Iso8583Framing(settings.iso8583, deps.text));
  const connections = new Connections({
    ...{ ...shared, signOn },
    opening: new Opening({ ...shared, signOn, tls, spoken }),
    intake: new FrameIntake({ ...shared, signOn }),
  });
  const handlers = createSocketHandlers(connections, counters);
  const lease = keepSlot({ ...deps, owner: settings.instance, lost: lose }, held);
  const { instance } = settings;
  const intake = createReplyIntake({ ...held, instance, counters, log, requests, leaseLost: lose });
  const poll = deps.replies.poll(held.slot, intake);
  const stopTicking = deps.ticker.every(TICK_MS, () => wheel.advance(deps.ticker.nowMs()));
  const parts = { ...guards, counters, connections, handlers, tls, signOn, requests, state };
  return {
    ...parts,
    lost: lost.promise,
    stats: () => statsOf({ ...parts, terminals }, held),
    async stop(): Promise<void> {
      stopTicking();
      guards.stop();
      await Promise.all([poll.close(), deps.requests.close()]);
      await lease.release();
    },
  };
};

type Counted = Pick<Assembly, 'state' | 'connections' | 'signOn' | 'requests' | keyof Guards> & {
  readonly terminals: TerminalCache;
};

const statsOf = (parts: Omit<Counted, 'stop'>, { slot, fence }: HeldSlot): BridgeStats => ({
  status: parts.state.status,
  slot,
  fence,
  leaseHeld: Number(parts.state.status === 'serving' || parts.state.status === 'draining'),
  connections: parts.connections.size,
  terminals: parts.signOn.size,
  pending: parts.requests.size,
  leaving: parts.admission.leaving,
  breakerOpen: Number(parts.admission.isBreakerOpen),
  terminalsKnown: parts.terminals.size,
  strangerAddresses: parts.door.size,
  failedAddresses: parts.failed.size,
  failedAddressWorst: parts.failed.worst,
  keepAliveEstimates: parts.keepAlive.size,
});
