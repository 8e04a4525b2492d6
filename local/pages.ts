/** What a browser opens: the API with its console, and the kiosk's page. */
import { join } from 'node:path';
import type { Demo } from './demo.ts';
import { redirectToKiosk, startKioskProcess } from './kiosk-process.ts';
import { createRestApi, type Route } from './rest-api.ts';
import { listen } from './stand-ins/listen.ts';

const HOST = '127.0.0.1';

export interface PagesOptions {
  readonly routes: readonly Route[];
  readonly ports: { readonly http: number; readonly kiosk: number };
  /** The bundles. */
  readonly dist: string;
  /** Data folder. */
  readonly dir: string;
  readonly bridge: { readonly host: string; readonly port: number };
  readonly demo: Demo;
  readonly onOutput: (name: string, text: string) => void;
  readonly closers: (() => unknown)[];
}

/** Addresses of both; they are closed by what is added to `closers`. */
export const startPages = async (
  options: PagesOptions,
): Promise<{ readonly http: string; readonly kiosk: string }> => {
  const { routes, ports, dist, dir, bridge, demo, onOutput, closers } = options;
  const kiosk = `http://${HOST}:${ports.kiosk}/`;
  const api = createRestApi(routes, redirectToKiosk(kiosk));
  closers.push((await listen(api, ports.http, HOST)).close);
  const kept = await startKioskProcess({
    file: join(dist, 'kiosk/index.mjs'),
    dir,
    port: ports.kiosk,
    bridge,
    demo,
    onOutput: (text) => onOutput('kiosk', text),
  });
  closers.push(kept.close);
  return { http: `http://${HOST}:${ports.http}`, kiosk };
};
