/** The parts of one bridge put together: sessions, requests, reply slot and deadlines. The port is opened by bridge.ts. */
import type { BridgeDeps, BridgeSettings, BridgeStats } from './bridge.ts';
import { Connections } from './connections.ts';
import { type Counters, createCounters } from './counters.ts';
import { createFailedAddresses } from './failed-addresses.ts';
import { GOAWAY_JITTER_MS, TICK_MS } from './limits.ts';
import { createLinkAuthenticator } from './link-authenticator.ts';
import { limitLog } from './log.ts';
import { createReplyIntake } from './reply-intake.ts';
import { Requests } from './requests.ts';
import type { Session } from './session.ts';
import { SignOn } from './sign-on.ts';
import { type HeldSlot, keepSlot } from './slot-lease.ts';
import { createSocketHandlers, type SocketHandlers } from './socket-handlers.ts';
import { createTerminalCache } from './terminal-cache.ts';
import { TimerWheel } from './timer-wheel.ts';
import { createPskKeys } from './tls/psk-keys.ts';
import { createTerminator, type Terminator } from './tls/terminator.ts';
import { Wire } from './wire.ts';

export interface Assembly {
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
  const failed = createFailedAddresses();
  const nowMs = (): number => deps.ticker.nowMs();
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
    { ...deps, counters, log, wheel, wire, settled },
    { ...settings, ...held },
  );
  const authenticate = createLinkAuthenticator(deps.crypto, settings.linkMasters);
  const shared = { requests, wheel, wire, counters, log, authenticate, clock: deps.clock };
  const { heartbeatS } = settings;
  const signOn = new SignOn({ ...deps, ...shared, terminals, failed, heartbeatS });
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
  const connections = new Connections({ ...shared, signOn, tls });
  const handlers = createSocketHandlers(connections, counters);
  const lease = keepSlot({ ...deps, owner: settings.instance, lost: lose }, held);
  const deliver = (reply: Parameters<Requests['deliver']>[0]): void => requests.deliver(reply);
  const intake = createReplyIntake({ ...held, counters, log, deliver, leaseLost: lose });
  const poll = deps.replies.poll(held.slot, intake);
  const stopTicking = deps.ticker.every(TICK_MS, () => wheel.advance(deps.ticker.nowMs()));
  return {
    ...{ counters, connections, handlers, tls, signOn, requests, state, lost: lost.promise },
    stats: () => ({
      status: state.status,
      slot: held.slot,
      fence: held.fence,
      connections: connections.size,
      terminals: signOn.size,
      pending: requests.size,
      terminalsKnown: terminals.size,
      failedAddresses: failed.size,
      failedAddressWorst: failed.worst,
    }),
    async stop(): Promise<void> {
      stopTicking();
      await Promise.all([poll.close(), deps.requests.close()]);
      await lease.release();
    },
  };
};
