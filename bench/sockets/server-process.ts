/** What every measured server process does: tell its port, and on request what it has used so far. */
import type { ServerMessage } from './wire.ts';

const tell = (message: ServerMessage): void => {
  process.send?.(message);
};

/** With --expose-gc, garbage is collected first, so that memory means what is held. */
const collectGarbage = (): void => {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
};

const tellUsage = (): void => {
  collectGarbage();
  const { user, system } = process.cpuUsage();
  tell({ kind: 'usage', cpuUs: user + system, rssBytes: process.memoryUsage.rss() });
};

/** Call once the server listens. */
export const serveUsage = (port: number): void => {
  process.on('message', tellUsage);
  process.on('disconnect', () => process.exit(0));
  tell({ kind: 'listening', port });
};
