/** Going down without losing an answer: GOAWAY spread over time, then BUSY, then FIN (reliability: drain on deploy). */
import type { Random } from '#core/ports.ts';
import type { Connections } from './connections.ts';
import { DRAIN_QUIET, DRAIN_SPREAD, GOAWAY_JITTER_MS, LINGER_MS, TICK_MS } from './limits.ts';
import type { Ticker } from './ports.ts';
import type { Requests } from './requests.ts';
import type { SignOn } from './sign-on.ts';

/**
 * Serves on for at most `drainMs` while terminals are sent away, sooner where none is left. Resolves when every socket
 * has been closed, or has had LINGER_MS to close.
 */
export const drainConnections = (
  deps: {
    readonly connections: Connections;
    readonly signOn: SignOn;
    readonly requests: Requests;
    readonly ticker: Ticker;
    readonly random: Random;
  },
  drainMs: number,
): Promise<void> => {
  const { connections, signOn, requests, ticker, random } = deps;
  const startMs = ticker.nowMs();
  const spreadMs = drainMs * DRAIN_SPREAD;
  const terminals = signOn.size;
  let sent = 0;
  let emptySinceMs = startMs;
  let endedAtMs: number | undefined;

  /** Sends GOAWAY to as many idle sessions as are due by now; busy ones get theirs after the answer. */
  const sendAway = (goneMs: number): void => {
    const due = goneMs >= spreadMs ? Infinity : Math.ceil((terminals * goneMs) / spreadMs);
    for (const session of connections.sessions) {
      if (sent >= due) {
        return;
      }
      if (session.phase === 'open' && !session.goingAway) {
        signOn.sendGoaway(session, random.below(GOAWAY_JITTER_MS));
        sent += 1;
      }
    }
  };
  const end = (): void => {
    requests.refuseNew();
    for (const session of [...connections.sessions]) {
      requests.giveUp(session);
      signOn.end(session);
    }
  };

  return new Promise((resolve) => {
    const stop = ticker.every(TICK_MS, () => {
      const nowMs = ticker.nowMs();
      const goneMs = nowMs - startMs;
      if (connections.size > 0) {
        emptySinceMs = nowMs;
      }
      if (endedAtMs !== undefined) {
        if (connections.size === 0 || nowMs - endedAtMs >= LINGER_MS) {
          stop();
          resolve();
        }
        return;
      }
      sendAway(goneMs);
      if (goneMs >= drainMs || nowMs - emptySinceMs >= drainMs * DRAIN_QUIET) {
        endedAtMs = nowMs;
        end();
      }
    });
  });
};
